/** The fuzzers find what they are there for: bugs that are planted in an importer, and in the C functions. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fuzzerProgram, reasonOf, runLibFuzzer, skipC } from "./c/c_fuzzer.js";
import { targetNamed } from "./registry.js";
import { runFuzzer, tryAlone } from "./runner.js";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "light-sernet-planted-"));
after(() => rmSync(work, { recursive: true, force: true }));

/** What is said of each bug. */
const IN_NODE: Readonly<Record<string, RegExp>> = {
  "planted-type-error": /^TypeError: Cannot read properties/,
  "planted-sentence": /not one sentence/,
  "planted-control": /control characters in a message/,
  "planted-hang": /took more than 1000 ms; tried again: took more than 1000 ms/,
  "planted-allocation": /took more than \d+ MiB; tried again: took \d+ MiB/,
  "planted-exit": /ended the process; tried again: ended the process/,
  "planted-print": /printed: here/,
  "planted-rejection": /nobody awaits this/,
};

for (const [name, expected] of Object.entries(IN_NODE)) {
  test(`${name} is found, and its case finds it again`, async () => {
    const { found } = await runFuzzer(await targetNamed(name), { seed: 1, runs: 300, keepIn: work, mostFound: 1 });
    assert.equal(found.length, 1);
    assert.match(found[0]!.what, expected);
    const kept = readdirSync(join(work, name)).map((entry) => join(work, name, entry));
    assert.equal(kept.length, 1);
    assert.notEqual((await tryAlone(name, kept[0]!, "same")).found, undefined);
  });
}

test("the same seed makes the same cases, another seed makes others", async () => {
  const run = async (seed: number) => {
    const { answers, refusals, kinds } = await runFuzzer(await targetNamed("tflite-float16"), { seed, runs: 200, keepIn: work });
    return { answers, refusals, kinds };
  };
  const first = await run(3);
  assert.deepEqual(await run(3), first);
  assert.notDeepEqual(await run(4), first);
});

/** What is said of each bug in C. */
const IN_C: Readonly<Record<string, RegExp>> = {
  page: /AddressSanitizer: use-after-poison/,
  table: /a constant table is changed/,
  getter: /a call that only reads changes the state/,
  other: /a state changes without a call/,
  status: /a status that is not declared/,
  bits: /another answer to the same sound/,
  hang: /timeout/,
};

for (const [name, expected] of Object.entries(IN_C)) {
  test(`planted in C: ${name} is found`, { skip: skipC() }, async () => {
    const program = await fuzzerProgram("planted", ["-DPLANTS"]);
    process.env.LSN_PLANT = name;
    const parameters = [
      "-seed=1",
      // It ends at the first find; which run that is depends on where the system loads the program, too.
      "-runs=60000",
      "-max_len=512",
      "-len_control=0",
      "-timeout=2",
      `-artifact_prefix=${work}/c-${name}-`,
      "-verbosity=0",
    ];
    const { code, text } = await runLibFuzzer(program, parameters, "/dev/null");
    delete process.env.LSN_PLANT;
    assert.notEqual(code, 0);
    assert.match(reasonOf(text), expected);
    assert.equal(readdirSync(work).filter((file) => file.startsWith(`c-${name}-`)).length, 1, "the case is kept");
  });
}

test("planted in C: without a bug nothing is found", { skip: skipC() }, async () => {
  const program = await fuzzerProgram("planted", ["-DPLANTS"]);
  const { code, text } = await runLibFuzzer(
    program,
    ["-seed=1", "-runs=200", "-max_len=512", "-len_control=0", "-verbosity=0"],
    "/dev/null",
  );
  assert.equal(code, 0, text);
});

test("the command: figures, a file of results, help, wrong usage", () => {
  const fuzz = (...parameters: readonly string[]) => spawnSync(process.execPath, [MAIN, ...parameters], { encoding: "utf8" });
  const results = join(work, "results.json");
  const run = fuzz("tflite-float16", "--runs", "50", "--seed", "2", "--results", results);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /^ *fuzzer .*\n *tflite-float16 +50 /);
  assert.equal(run.stderr, "", "nothing is shown without a terminal");
  assert.ok(existsSync(results));
  const { fuzzers } = JSON.parse(readFileSync(results, "utf8")) as { fuzzers: { target: string; executions: number }[] };
  assert.deepEqual(
    fuzzers.map(({ target, executions }) => [target, executions]),
    [["tflite-float16", 50]],
  );

  const help = fuzz("--help");
  assert.equal(help.status, 0);
  for (const word of ["keras3-h5", "c-api", "--seconds", "replay", "tests/fuzz/found"]) assert.ok(help.stdout.includes(word), word);
  for (const wrong of [["nothing"], ["wav", "--runs", "x"], [], ["replay", join(work, "none")]])
    assert.equal(fuzz(...wrong).status, 2, wrong.join(" "));
});
