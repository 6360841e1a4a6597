/** Models as C: the folder of `light-sernet build --firmware`, and programs that this machine's compiler makes with it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firmwareFolder } from "../../ts-tools/firmware/firmware_folder.js";
import { manifestText } from "../../ts-tools/model/manifest.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { buildPlan, type ModelPlan, type Parts } from "../module/built_model.js";
import { Instance } from "../module/instance.js";
import { cached } from "../support/cache.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { missingPrograms } from "./cortex_m_make.js";
import { manifestOf, SMALL, VERSION } from "./small_model.js";

export { SMALL, VERSION };

/** The compilers; the environment may name others that are on the PATH. */
export const CC = process.env.CC ?? "cc";
export const CXX = process.env.CXX ?? "g++";

export const skipCompiler = missingPrograms({ [CC]: "gcc" }) || (!compiles() && "missing Debian packages: libc6-dev");
export const skipCpp = skipCompiler || missingPrograms({ [CXX]: "g++" });
export const skipSanitizer =
  skipCompiler ||
  (!compiles("-fsanitize=address,undefined") && `${CC} has no AddressSanitizer: missing Debian packages: libasan, libubsan of its version`);

/** What projects turn on beyond -Wall and -Wextra: whoever compiles the folder with them must see nothing. GCC and Clang know them all. */
export const WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Wfloat-conversion"].concat(
  ["-Wdouble-promotion", "-Wundef", "-Wstrict-prototypes", "-Wcast-qual", "-Wcast-align", "-Wmissing-prototypes", "-Wbad-function-cast"],
  [
    "-Wnull-dereference",
    "-Wwrite-strings",
    "-Wpointer-arith",
    "-Wvla",
    "-Wimplicit-fallthrough",
    "-Wredundant-decls",
    "-Wold-style-definition",
    "-Wswitch-default",
    "-Wswitch-enum",
  ],
);
/** And GCC alone. */
export const GCC_WARNINGS = ["-Wcast-align=strict", "-Wlogical-op", "-Wduplicated-cond", "-Wjump-misses-init"];

const STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"];
/** Lines for the stack traces, and nothing of variables, which takes the compiler longer than the code. */
export const SANITIZE = ["-g1", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/** Whether a program with the C library can be made. */
function compiles(...flags: readonly string[]): boolean {
  const parameters = [...flags, "-x", "c", "-", "-o", "/dev/null"];
  return spawnSync(CC, parameters, { input: '#include <stdio.h>\nint main(void) { return puts(""); }\n' }).status === 0;
}

/** A model, and the folder that it was written to as C. */
export interface CModel {
  folder: string;
  embedded: Uint8Array<ArrayBuffer>;
  manifest: Manifest;
  window: number;
}

/** Writes a random model as C. */
export async function writeRandomModel(folder: string, plan: ModelPlan = SMALL, parts?: Parts): Promise<CModel> {
  const built = await buildPlan(plan, parts);
  return writeModel(folder, built.embedded, manifestOf(built));
}

/** The same with the model that ships, as tests/run.sh has built it. */
export async function writeShippedModel(folder: string): Promise<CModel> {
  const file = (name: string): string => join(repositoryRoot, "build", name);
  const manifest = parseManifest(readFileSync(file("model.json"), "utf8"), "model.json");
  return writeModel(folder, new Uint8Array(readFileSync(file("light-sernet.wasm"))), manifest);
}

/** Writes an embedded module as C. */
export async function writeModel(folder: string, embedded: Uint8Array<ArrayBuffer>, manifest: Manifest): Promise<CModel> {
  const hash = createHash("sha256").update(embedded).update(manifestText(manifest)).digest("hex");
  const translated = await cached(`C ${VERSION} ${hash}`, async (empty) => {
    const memoryBytes = (await Instance.create(embedded)).exports.memoryNeeded();
    for (const [name, bytes] of await firmwareFolder(embedded, memoryBytes, manifest, VERSION)) {
      mkdirSync(dirname(join(empty, name)), { recursive: true });
      writeFileSync(join(empty, name), bytes);
    }
  });
  cpSync(translated, folder, { recursive: true });
  return { folder, embedded, manifest, window: manifest.frontEnd.windowSamples };
}

/** A source of this folder. */
export const source = (name: string): string => join(repositoryRoot, "tests", "firmware", name);

async function quietly(program: string, parameters: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, parameters, { environment: { LC_ALL: "C" } });
  assert.equal(code, 0, `${program} ${parameters.join(" ")}\n${stdout}${stderr}`);
  assert.equal(stdout + stderr, "", `${program} says something`);
}

/** Compiles with every warning an error, and links if the output is a program. Returns the output. */
export async function compileC(output: string, sources: readonly string[], flags: readonly string[]): Promise<string> {
  await quietly(CC, [...STRICT, ...flags, ...sources, "-o", output]);
  return output;
}

export async function compileCpp(output: string, sources: readonly string[], flags: readonly string[]): Promise<string> {
  await quietly(CXX, ["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", ...flags, ...sources, "-o", output]);
  return output;
}
