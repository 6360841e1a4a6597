/** light_sernet.h and the library with it: what it declares, in C and C++, and LSN_TRAP(). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EXPORTS } from "../../ts-tools/abi/exports.js";
import { lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { type CModel, compileC, compileCpp, skipCompiler, skipCpp } from "./c_build.js";
import { begin, Drivers, library, sourceOf } from "./c_drivers.js";
import { nameInC, WITHOUT_ADDRESS } from "./c_script.js";

const c = new Drivers();

/** Functions that the header declares. */
function declared(model: CModel): string[] {
  const header = readFileSync(sourceOf(model, "light_sernet.h"), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...header.matchAll(/\b(lsn_\w+)\(/g)].map((match) => match[1]!);
}

const OWN = [
  "lsn_state_size",
  "lsn_init",
  "lsn_classify",
  "lsn_push_bytes",
  "lsn_get_result",
  "lsn_get_input",
  "lsn_status_sentence",
  "lsn_warning_sentence",
];
/** The front end of the small model is one that the voice gate knows. */
const STREAM = ["start", "set", "push", "push_bytes", "events", "get", "finish"].map((name) => `lsn_stream_${name}`);

test("every function of the module has its counterpart in the header, and there are no others", () => {
  const expected = Object.keys(EXPORTS).filter((name) => !WITHOUT_ADDRESS.includes(name));
  assert.deepEqual(declared(c.small).sort(), [...expected.map(nameInC), ...OWN, ...STREAM].sort());
});

test("the library has the functions of the header, and no variables", { skip: skipCompiler }, async () => {
  const nm = spawnSync("nm", ["--version"]).status === 0;
  for (const flags of [["-O2"], ["-O0", "-DLSN_UNCHECKED"]]) {
    const object = await library(c.small, flags);
    if (!nm) return;
    const symbols = lines(spawnSync("nm", [object], { encoding: "utf8" }).stdout).map(
      (line) => line.trim().split(/\s+/).slice(-2) as [string, string],
    );
    const ofType = (types: string): string[] => symbols.filter(([type]) => types.includes(type)).map(([, name]) => name);
    assert.deepEqual(ofType("T").sort(), declared(c.small).sort());
    // Everything that may be written is in the state.
    assert.deepEqual(ofType("dDbBCsSgGuvVwW"), []);
    assert.deepEqual(
      ofType("U").filter((name) => !["memcpy", "memset", "memmove"].includes(name)),
      [],
    );
  }
});

test("the header compiles by itself, in C of every year and in C++", { skip: skipCpp }, async () => {
  const folder = join(c.work, "headers");
  mkdirSync(folder);
  const include = ["-I", join(c.small.folder, "src"), "-fsyntax-only"];
  for (const name of ["alone.c", "alone.cpp"]) writeFileSync(join(folder, name), '#include "light_sernet.h"\n#include "light_sernet.h"\n');
  for (const standard of ["-std=c99", "-std=c11", "-std=c17", "-std=gnu99"])
    await compileC("/dev/null", [join(folder, "alone.c")], [...include, standard, "-Wstrict-prototypes", "-Wconversion"]);
  for (const standard of ["-std=c++11", "-std=c++20"])
    await compileCpp("/dev/null", [join(folder, "alone.cpp")], [...include, standard, "-Wconversion", "-Wold-style-cast"]);
});

test("C++ calls the library that was compiled as C, every function of it", { skip: skipCpp }, async () => {
  const folder = join(c.work, "cpp");
  mkdirSync(folder);
  const object = await library(c.small, ["-O2"]);
  const names = declared(c.small);
  writeFileSync(
    join(folder, "main.cpp"),
    `#include "light_sernet.h"
#include <cstdio>
typedef void (*function)();
static const function functions[] = {${names.map((name) => `reinterpret_cast<function>(${name})`).join(", ")}};
static lsn_state state;
int main() {
  static const int16_t samples[100] = {1, 2, 3};
  lsn_result result;
  int there = 0;
  for (function each : functions) there += each != nullptr;
  if (lsn_init(&state) != LSN_OK || lsn_classify(&state, samples, 100, 16000, &result) != LSN_OK) return 1;
  std::printf("%d", there);
  for (int32_t logit : result.logits) std::printf(" %ld", static_cast<long>(logit));
  std::printf("\\n");
  return 0;
}
`,
  );
  const program = await compileCpp(join(folder, "main"), [join(folder, "main.cpp"), object], ["-I", join(c.small.folder, "src")]);
  const samples = new Int16Array(100);
  samples.set([1, 2, 3]);
  const { twins } = begin(c.small);
  twins[0]!.classify(samples, 16000);
  const { stdout } = spawnSync(program, { encoding: "utf8" });
  assert.deepEqual(stdout, `${names.length} ${twins[0]!.logits().join(" ")}\n`);
});

test("LSN_TRAP() as docs/firmware.md defines it: called when a check fails", { skip: skipCompiler }, async () => {
  const folder = join(c.work, "trap");
  mkdirSync(folder);
  const document = readFileSync(join(repositoryRoot, "docs", "firmware.md"), "utf8");
  const [example, reset] = /```c\n(void (\w+)\(void\)[^`]*#define LSN_TRAP\(\)[^`]*)```/.exec(document)!.slice(1) as [string, string];
  writeFileSync(join(folder, "trap.h"), example);
  writeFileSync(
    join(folder, "main.c"),
    `#include <stdlib.h>
#include <string.h>
#include "light_sernet.h"
void ${reset}(void) { exit(7); }
int main(void) {
  static lsn_state state;
  lsn_init(&state);
  memset((char *)&state + sizeof(uint32_t), 0, sizeof(uint32_t)); /* bytes of a frame: none */
  return (int)lsn_push(&state, NULL, 0);
}
`,
  );
  for (const flags of [["-O0"], ["-O2"], ["-O2", "-DLSN_UNCHECKED"]]) {
    const include = ["-include", join(folder, "trap.h"), "-I", join(c.small.folder, "src")];
    const program = await compileC(
      join(folder, "main"),
      [join(folder, "main.c"), sourceOf(c.small, "light_sernet.c")],
      [...flags, ...include],
    );
    assert.equal(spawnSync(program).status, 7, flags.join(" "));
  }
  const header = readFileSync(sourceOf(c.small, "light_sernet_runtime.h"), "utf8");
  for (const line of lines(example)) assert.ok(header.includes(` *                       ${line}\n`), line);
});
