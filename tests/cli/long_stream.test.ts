/** `classify --long stream`: the answers of a stream along a file, in every format of the output. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { lightSernetAgain, lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { wavFile } from "../support/wav.js";

const MODEL = join(repositoryRoot, "build");
let work: string;
let file: string;
let silent: string;
let expected: Recognition;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-stream-"));
  file = join(work, "talk.wav");
  silent = join(work, "silent.wav");
  const voice = readPcmWav(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav"));
  const sound = Int16Array.from([...voice, ...new Int16Array(70_000), ...voice]);
  writeFileSync(file, wavFile(sound));
  writeFileSync(silent, wavFile(new Int16Array(40_000)));
  expected = (await createRecognizer({ model: MODEL, long: "stream" })).classify(sound, { sampleRate: 16000 });
});
after(() => rmSync(work, { recursive: true }));

const classify = (...parameters: string[]) => lightSernetAgain(["classify", "--long", "stream", "--model", MODEL, ...parameters]);
const asFloats = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, item: unknown) => (typeof item === "number" ? Math.fround(item) : item));

test("JSON: the segments are the answers, with their state; --windows prints each of them", async () => {
  const { code, stdout } = await classify("--json", "--windows", file, silent);
  const printed = lines(stdout).map((line) => JSON.parse(line));
  const whole = printed.find((line) => line.file === file && line.segments);
  const { timing: _, ...rest } = whole;
  const { timing: __, ...same } = expected;
  assert.equal(code, 0);
  assert.deepEqual(asFloats(rest), asFloats({ file, ...same }));
  assert.deepEqual(Object.keys(rest).slice(0, 4), ["file", "state", "label", "confidence"]);
  assert.deepEqual(
    printed.filter((line) => line.file === file && line.segment).map(({ segment }) => segment),
    whole.segments,
  );
  assert.ok(whole.segments.some(({ state }: { state: string }) => state === "listening"));
});

test("CSV: a column for the state, and no numbers where nobody speaks", async () => {
  const [head, ...rows] = lines((await classify("--csv", "--windows", file, silent)).stdout).map((line) => line.split(","));
  assert.deepEqual(head!.slice(0, 6), ["file", "startMs", "endMs", "state", "label", "confidence"]);
  assert.ok(rows.every(({ length }) => length === head!.length));
  const wholes = rows.filter(([, start]) => start === "");
  assert.deepEqual(
    wholes.map((row) => row[3]),
    [expected.state, "listening"],
  );
  const column = (name: string): number => head!.indexOf(name);
  for (const row of rows.filter((row) => row[3] === "listening")) assert.equal(row[column("activation")], "");
  assert.equal(
    rows.length,
    expected.segments.length + wholes.length + rows.filter(([name, start]) => name === silent && start !== "").length,
  );
});

test("text", async () => {
  const { stdout } = await classify("--windows", file, silent);
  assert.match(stdout, /talk\.wav, \d+\.\d{3} to \d+\.\d{3} s: anger /);
  assert.match(stdout, /talk\.wav, .*: nobody speaks\n/);
  assert.match(stdout, /talk\.wav: anger .* \(\d+ answers\) {2}/);
  assert.match(stdout, /silent\.wav: nobody speaks \(4 answers\) {2}/);
});

test("what it cannot be used with is refused in a sentence", async () => {
  for (const [parameters, sentence] of [
    [["--engine", "wasmtime"], /--engine wasmtime has no --long stream; remove one of the two/],
    [["--adaptation", join(work, "a.lsa")], /--long stream adds nothing to a speaker's statistics; add --adaptation-read-only/],
    [["--crops", "2"], /--crops.*--long/],
  ] as const) {
    const { code, stdout, stderr } = await classify(...parameters, file);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, sentence);
  }
});
