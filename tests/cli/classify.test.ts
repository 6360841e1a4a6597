import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { STATUS } from "../../ts-tools/abi/status.js";
import { textLine } from "../../ts-tools/cli/classify_output.js";
import { csvRow } from "../../ts-tools/cli/csv.js";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { COMMAND, lightSernet, lightSernetAgain, lines, runProgram } from "../support/command.js";
import { NARROW_CLASSES, NARROW_THRESHOLD, narrowBuild } from "../support/narrow_build.js";
import { noise, voice } from "../support/sounds.js";
import { hostileWavs, wavFile } from "../support/wav.js";

type JsonLine = Recognition & { file: string };

const SHORT = voice(20000);
const LONG = voice(100000, 16000, 3);
let model: string;
let work: string;
let short: JsonLine;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-classify-"));
  mkdirSync(join(work, "sounds", "inner"), { recursive: true });
  writeFileSync(join(work, "sounds", "b.wav"), wavFile(SHORT));
  writeFileSync(join(work, "sounds", "A.WAV"), wavFile(noise(100)));
  writeFileSync(join(work, "sounds", "inner", 'quote " and, comma.wav'), wavFile(LONG));
  writeFileSync(join(work, "sounds", "notes.txt"), "no sound");
  const recognition = (await createRecognizer({ model })).classify(SHORT, { sampleRate: 16000 });
  short = JSON.parse(JSON.stringify({ file: join(work, "sounds", "b.wav"), ...recognition })) as JsonLine;
});
after(() => rmSync(work, { recursive: true }));

const classify = (...parameters: string[]) => lightSernetAgain(["classify", "--model", model, ...parameters]);
const parse = (stdout: string) => lines(stdout).map((line) => JSON.parse(line) as JsonLine);

test("--json: one object per file and line, keys and order as documented, floats that read back", async () => {
  const { code, stdout, stderr } = await classify("--json", join(work, "sounds"));
  assert.equal(code, 0);
  assert.equal(stderr, "");
  const results = parse(stdout);
  assert.deepEqual(
    results.map(({ file }) => file),
    ["A.WAV", "b.wav", join("inner", 'quote " and, comma.wav')].map((name) => join(work, "sounds", name)),
  );
  const [, b, long] = results as [JsonLine, JsonLine, JsonLine];
  const answer = ["label", "confidence", "accepted", "probabilities"];
  assert.deepEqual(Object.keys(b), ["file", ...answer, "logits", "segments", "warnings", "input", "model", "timing"]);
  assert.deepEqual(Object.keys(long), ["file", ...answer, "segments", "warnings", "input", "model", "timing"]);
  assert.deepEqual(Object.keys(long.segments[0]!), ["startMs", "endMs", ...answer, "logits"]);
  assert.deepEqual(Object.keys(b.timing), ["decodeMs", "frontendMs", "networkMs"]);
  assert.deepEqual(Object.keys(b.probabilities), NARROW_CLASSES);
  assert.deepEqual(b.logits, short.logits);
  assert.deepEqual(b.model, short.model);
  assert.equal(b.label, short.label);
  assert.deepEqual([b.accepted, long.accepted], [false, true]);
  for (const { confidence, accepted } of [b, long, ...b.segments, ...long.segments])
    assert.equal(accepted, Math.fround(confidence) >= NARROW_THRESHOLD);
  assert.equal(new Set(long.segments.map(({ accepted }) => accepted)).size, 2);
  for (const name of NARROW_CLASSES) assert.equal(Math.fround(b.probabilities[name]!), short.probabilities[name]);
  assert.deepEqual(
    long.segments.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 3000],
      [1500, 4500],
      [3000, 6000],
      [3250, 6250],
    ],
  );
});

test("--long center: one window, the center", async () => {
  const { stdout } = await classify("--json", "--long", "center", join(work, "sounds", "inner"));
  const [result] = parse(stdout);
  const expected = (await createRecognizer({ model, long: "center" })).classify(LONG, { sampleRate: 16000 });
  assert.deepEqual(result!.logits, expected.logits);
  assert.deepEqual([result!.segments[0]!.startMs, result!.segments[0]!.endMs], [1625, 4625]);
});

test("--crops: windows from start to end, a short sound at several places, and their mean", async () => {
  const { stdout } = await classify("--json", "--crops", "3", join(work, "sounds"));
  const recognizer = await createRecognizer({ model });
  const expected = [noise(100), SHORT, LONG].map((sound) => recognizer.classify(sound, { sampleRate: 16000, crops: 3 }));
  assert.deepEqual(
    parse(stdout).map(({ segments }) => segments.map(({ startMs, endMs, logits }) => ({ startMs, endMs, logits }))),
    expected.map(({ segments }) => segments.map(({ startMs, endMs, logits }) => ({ startMs, endMs, logits }))),
  );
  assert.equal(parse(stdout)[2]!.segments.length, 3);
});

test("--csv: a header and one row per file, quoted as RFC 4180 says", async () => {
  const { code, stdout } = await classify("--csv", join(work, "sounds"));
  assert.equal(code, 0);
  const rows = lines(stdout);
  assert.equal(rows[0], `file,label,confidence,accepted,${NARROW_CLASSES.join(",")},error`);
  assert.equal(rows.length, 4);
  const fields = rows[2]!.split(",");
  assert.deepEqual(fields.slice(0, 2), [join(work, "sounds", "b.wav"), short.label]);
  assert.deepEqual(
    [fields[2]!, ...fields.slice(4, -1)].map((text) => Math.fround(Number(text))),
    [short.confidence, ...Object.values(short.probabilities)],
  );
  assert.deepEqual([fields[3], rows[3]!.split(",").at(-NARROW_CLASSES.length - 2)], ["false", "true"]);
  assert.ok(rows[3]!.startsWith(`"${join(work, "sounds", "inner", 'quote "" and, comma.wav')}",`), rows[3]);
  assert.equal(csvRow(["a", "b\nc", ""]), 'a,"b\nc",');
});

test("for a person: names do nothing to a terminal", () => {
  const odd = { ...short, label: "a\u009b31m", probabilities: { "a\u009b31m": 1, "b\u202e": 0 } };
  for (const color of [true, false]) {
    const line = textLine("x\u001b]0;y\u0007\nz.wav", odd, color);
    assert.ok(line.startsWith("x\\u001b]0;y\\u0007\\nz.wav: "), line);
    assert.doesNotMatch(line.replaceAll("\u001b[", "["), /[\p{Cc}\u202e]/u);
  }
});

test("for a person: a line per file, no color outside a terminal", async () => {
  const { stdout } = await classify(join(work, "sounds"));
  const [, b, long] = lines(stdout);
  assert.equal(b, textLine(join(work, "sounds", "b.wav"), short, false));
  assert.match(b!, new RegExp(`: uncertain \\(${short.label} \\d+\\.\\d %\\)  boredom [▁-█]  neutral [▁-█]`));
  assert.match(long!, /: boredom \d+\.\d % \(4 windows\) {2}boredom [▁-█]/);
  assert.ok(textLine("a", short, true).includes("\u001b[1;33muncertain\u001b[0m ("));
  assert.ok(textLine("a", { ...short, accepted: true }, true).includes(`\u001b[1;32m${short.label}\u001b[0m `));
});

test("standard input", async () => {
  const { code, stdout } = await lightSernet(["classify", "--model", model, "--json", "-"], { input: wavFile(SHORT) });
  assert.equal(code, 0);
  assert.deepEqual(parse(stdout)[0]!.logits, short.logits);
});

test("what is not a sound gets one sentence, exit code 1, and the others are still done", async () => {
  const folder = join(work, "hostile");
  mkdirSync(folder);
  // Damaged files of other formats are those of sounds/damaged.
  const hostile = hostileWavs().filter(({ status }) => !status.startsWith("IS_") && status !== "WAV_WAVE64");
  for (const { name, bytes } of hostile) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, "good.wav"), wavFile(SHORT));
  symlinkSync(join(folder, "nowhere"), join(folder, "broken-link.wav"));
  writeFileSync(join(folder, "no-permission.wav"), wavFile(SHORT), { mode: 0 });
  mkdirSync(join(work, "empty"));

  const missing = join(work, "missing.wav");
  const good = join(folder, "good.wav");
  // ffmpeg would read some of them.
  const environment = { PATH: "/nowhere", LIGHT_SERNET_FFMPEG: "" };
  const inputs = [missing, join(work, "empty"), folder, good];
  const { code, stdout, stderr } = await lightSernet(["classify", "--model", model, "--json", ...inputs], { environment });
  assert.equal(code, 1);
  // Who may read everything reads that file, too.
  const readable = process.getuid?.() === 0 ? [join(folder, "no-permission.wav")] : [];
  const results = parse(stdout) as (JsonLine | { file: string; error: string })[];
  const failed = results.filter((result) => "error" in result);
  const files = results.filter((result) => !("error" in result)).map(({ file }) => file);
  assert.deepEqual(files, [good, ...readable, good]);
  const refusals = new Map(lines(stderr).map((line) => /^light-sernet: (.*?): (.*)$/.exec(line)!.slice(1, 3) as [string, string]));
  const expected = new Map(hostile.map(({ name, status }) => [join(folder, name), STATUS[status].sentence as string]));
  expected.set(missing, "there is no such file or folder; check the path");
  expected.set(join(work, "empty"), "this folder has no sound files (.wav, .flac, .mp3, ...); name one that does");
  expected.set(join(folder, "broken-link.wav"), "there is no such file or folder; check the path");
  if (readable.length === 0)
    expected.set(join(folder, "no-permission.wav"), "it cannot be opened (permission denied); check its permissions");
  assert.deepEqual([...refusals].sort(), [...expected].sort());
  assert.equal(lines(stderr).length, expected.size);
  assert.deepEqual(
    failed.map(({ file, error }) => `light-sernet: ${file}: ${error}`),
    lines(stderr),
  );
  assert.deepEqual(Object.keys(failed[0]!), ["file", "error"]);

  const csv = await classify("--csv", missing, good);
  const [head, row, goodRow] = lines(csv.stdout).map((line) => line.split(","));
  assert.deepEqual(row, [missing, ...head!.slice(2).map(() => ""), '"there is no such file or folder; check the path"']);
  assert.deepEqual([goodRow![0], goodRow!.length, goodRow!.at(-1)], [good, head!.length, ""]);
  assert.equal((await classify(missing)).stdout, "", "text says it on standard error alone");
});

test("a build that is not there, a model that is not there: one sentence, exit code 1", async () => {
  const sound = join(work, "sounds", "b.wav");
  for (const build of ["simd", "relaxed"]) {
    const { code, stderr } = await classify("--build", build, sound);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`^light-sernet: .*light-sernet\\.${build}\\.wasm is missing: that folder has no ${build} build; .*\\n$`),
    );
  }
  assert.equal((await classify("--build", "scalar", sound)).code, 0);
  const { code, stderr } = await lightSernet(["classify", "--model", work, sound]);
  assert.equal(code, 1);
  assert.match(stderr, /^light-sernet: .* has no built model \(no model\.json\); use a folder that .*\n$/);
});

test("an output that takes nothing: one sentence, exit code 1", { skip: !existsSync("/dev/full") }, async () => {
  const script = 'exec "$0" "$@" > /dev/full';
  const parameters = ["-c", script, process.execPath, COMMAND, "classify", "--model", model, join(work, "sounds")];
  const { code, stderr } = await runProgram("sh", parameters);
  assert.deepEqual(
    { code, stderr },
    { code: 1, stderr: "light-sernet: standard output: there is no space left on that disk; free some space\n" },
  );
});

test("a reader that stops early is not an error", async () => {
  const many = join(work, "many");
  mkdirSync(many);
  writeFileSync(join(many, "0.wav"), wavFile(noise(10)));
  for (let index = 1; index < 300; index++) copyFileSync(join(many, "0.wav"), join(many, `${index}.wav`));
  const child = spawn(process.execPath, [COMMAND, "classify", "--model", model, "--json", many]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});
