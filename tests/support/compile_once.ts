import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../ts-tools/link/compile.js";
import { cached } from "./cache.js";
import { compileServer } from "./compile_server.js";

/**
 * compile() for buildModules(), which compiles the same sources only once. The weights are not among them: the linker adds those, so models of one name,
 * shape and choice of kernels share what is compiled.
 */
export const compileOnce: typeof compile = async (target, generated, memoryBase) => {
  const folder = await cached(`compiled ${target} ${memoryBase} ${JSON.stringify([...generated])}`, async (empty) => {
    writeFileSync(join(empty, "module.wasm"), await (compileServer() ?? compile)(target, generated, memoryBase));
  });
  return readFileSync(join(folder, "module.wasm"));
};
