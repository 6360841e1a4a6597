import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { compile } from "../../ts-tools/link/compile.js";
import { cached } from "./cache.js";
import { compileServer } from "./compile_server.js";

/**
 * compile() for buildModules(), which compiles the same sources only once. The weights are not among them: the linker adds those, so models of one name,
 * shape and choice of kernels share what is compiled.
 */
export const compileOnce: typeof compile = async (target, generated, memoryBase) => {
  const folder = await cached(`compiled ${target} ${memoryBase} ${JSON.stringify([...generated])}`, async (empty) => {
    // The compiler takes half a second to load, which a process with a server is spared.
    const compiler = compileServer() ?? (await import("../../ts-tools/link/compile.js")).compile;
    writeFileSync(join(empty, "module.wasm"), await compiler(target, generated, memoryBase));
  });
  return readFileSync(join(folder, "module.wasm"));
};

export { compileOnce as compile };
