import "./load_binaryen.js";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as asc from "assemblyscript/asc";
import { packageRoot } from "../host/package_root.js";

/** The compiler could not compile a module; the message has its output. */
export class CompileError extends Error {
  override name = "CompileError";
}

/** Targets of asconfig.json and their entry files. */
const ENTRIES = {
  embedded: "assembly/index.ts",
  simd: "assembly/index.ts",
  relaxed: "assembly/index.ts",
  command: "assembly/wasi/index.ts",
} as const;
export type Target = keyof typeof ENTRIES;

const GENERATED = "assembly/generated/";

/**
 * Compiles the AssemblyScript sources of this package with `generated` instead of the files in assembly/generated/, which need not exist.
 * Static data begins at `memoryBase`, after the regions of the memory map.
 */
export async function compile(target: Target, generated: ReadonlyMap<string, string>, memoryBase: number): Promise<Uint8Array> {
  const root = packageRoot();
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const { error } = await asc.main(
    [ENTRIES[target], "--config", "asconfig.json", "--target", target, "--memoryBase", String(memoryBase), "--outFile", "module.wasm"],
    {
      stdout: { write: () => true },
      stderr: {
        write: (text: string | Uint8Array) => {
          messages.push(text.toString());
          return true;
        },
      },
      readFile: (name: string) => {
        const relative = path.relative(root, path.resolve(root, name)).replaceAll("\\", "/");
        if (relative.startsWith(GENERATED)) return generated.get(relative.slice(GENERATED.length)) ?? null;
        return readFile(path.join(root, relative), "utf8").catch(() => null);
      },
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new CompileError(`the ${target} module does not compile: ${messages.join("").trim() || error?.message}`);
  return binary;
}
