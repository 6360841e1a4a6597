import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { repositoryRoot } from "../support/paths.js";
import { noise, square, voice } from "../support/sounds.js";
import { oddButGoodWavs, wavFile } from "../support/wav.js";
import { commandFile, run, runInPieces, skip } from "./command.js";
import { lasting, type Report, reportOf } from "./report.js";

const EXAMPLES = join(repositoryRoot, "examples");
const example = (name: string): Buffer => readFileSync(join(EXAMPLES, name));
const spans = (report: Report): [number, number][] => report.segments.map(({ startMs, endMs }) => [startMs, endMs]);

test("the command needs standard streams, arguments, a clock and an exit from the system, and nothing else", { skip }, () => {
  const module = new WebAssembly.Module(readFileSync(commandFile));
  assert.deepEqual(
    WebAssembly.Module.imports(module)
      .map(({ module, name }) => `${module}.${name}`)
      .sort(),
    ["args_get", "args_sizes_get", "clock_time_get", "fd_read", "fd_write", "proc_exit"].map((name) => `wasi_snapshot_preview1.${name}`),
  );
  assert.deepEqual(
    WebAssembly.Module.exports(module)
      .map(({ name }) => name)
      .sort(),
    ["_start", "memory"],
  );
});

for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith(".wav"))) {
  test(`examples/${name} gets an answer`, { skip }, () => {
    reportOf(run(example(name)));
  });
}

test("a sound of one window has logits, its segment ends where the sound ends", { skip }, () => {
  const report = reportOf(run(example("speech.wav")));
  assert.deepEqual(report.logits, report.segments[0]?.logits);
  // 46,827 samples
  assert.deepEqual(spans(report), [[0, 2926]]);
});

test("windows overlap by half, the last one ends at the end; center takes the middle", { skip }, () => {
  const wav = wavFile(voice(16000 * 7 + 8));
  const windows = reportOf(run(wav));
  const expected = [
    [0, 3000],
    [1500, 4500],
    [3000, 6000],
    [4000, 7000],
  ];
  assert.deepEqual(spans(windows), expected);
  assert.deepEqual(lasting(reportOf(run(wav, "--long", "windows"))), lasting(windows));
  assert.deepEqual(lasting(reportOf(run(wav, "--long=windows"))), lasting(windows));
  assert.deepEqual(spans(reportOf(run(wav, "--long", "center"))), [[2000, 5000]]);
});

test("no window is added when the last one ends with the sound; exactly one window is one window", { skip }, () => {
  const exact = reportOf(run(wavFile(voice(48000 + 24000))));
  assert.deepEqual(spans(exact), [
    [0, 3000],
    [1500, 4500],
  ]);
  assert.deepEqual(spans(reportOf(run(wavFile(voice(48000))))), [[0, 3000]]);
  const more = reportOf(run(wavFile(voice(48001))));
  assert.deepEqual(spans(more), [
    [0, 3000],
    [0, 3000],
  ]);
});

test("up to one window, windows and center are the same", { skip }, () => {
  const speech = example("speech.wav");
  assert.deepEqual(lasting(reportOf(run(speech, "--long", "center"))), lasting(reportOf(run(speech))));
});

test("a window is classified as a recording of its own", { skip }, () => {
  const sound = voice(48000 + 30000);
  const whole = reportOf(run(wavFile(sound)));
  for (const [index, start] of [0, 24000, 30000].entries()) {
    const alone = reportOf(run(wavFile(sound.subarray(start, start + 48000))));
    assert.deepEqual(whole.segments[index]?.logits, alone.logits);
  }
});

/** Without what is said of the sound itself. */
function answerOf(wav: Uint8Array): object {
  const { input, warnings, ...answer } = lasting(reportOf(run(wav)));
  return answer;
}

test("the answer does not depend on header and format", { skip }, () => {
  const files = oddButGoodWavs(voice(20000));
  const answers = files.map(({ name, bytes }) => ({ name, report: answerOf(bytes) }));
  for (const { name, report } of answers) assert.deepEqual(report, answers[0]!.report, name);
});

test("however the bytes come through the pipe, the answer is the same", { skip }, async () => {
  const bytes = example("stereo-44100hz-16bit.wav");
  const expected = lasting(reportOf(run(bytes)));
  function* pieces(header: number, rest: number): Iterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += at < 60 ? header : rest) yield bytes.subarray(at, at + (at < 60 ? header : rest));
  }
  assert.deepEqual(lasting(reportOf(await runInPieces(pieces(1, 9999)))), expected);
  assert.deepEqual(lasting(reportOf(await runInPieces(pieces(7, 40001)))), expected);
});

test("silence, one sample, full-scale squares and noise get answers", { skip }, () => {
  for (const sound of [new Int16Array(48000), Int16Array.of(1), square(48000), noise(60000, 32767)]) reportOf(run(wavFile(sound)));
});

test("floats that are not numbers count as silence, infinite ones as full scale", { skip }, () => {
  const sound = Array.from({ length: 20000 }, (_, i) => [0.3 * Math.sin(i / 9), Number.NaN, Number.POSITIVE_INFINITY, -1e30][i % 4]!);
  const finite = sound.map((value) => (Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value))));
  for (const format of ["f32", "f64"] as const) {
    assert.deepEqual(answerOf(wavFile(sound, { format })), answerOf(wavFile(finite, { format })), format);
  }
});

test("--help and --version answer on standard output", { skip }, () => {
  const help = run(new Uint8Array(0), "--help");
  assert.equal(help.code, 0);
  assert.equal(help.errors, "");
  assert.match(help.output, /^Usage: .*--long windows\|center/);
  const version = run(new Uint8Array(0), "--version");
  assert.equal(version.code, 0);
  assert.match(version.output, /^light-sernet-cli, ABI version \d+, model .+ \(SHA-256 [0-9a-f]{64}\)\n$/);
});

test("what is not understood is said in one sentence, exit code 2", { skip }, () => {
  for (const parameters of [["--long"], ["--long", "middle"], ["--long=middle"], ["--loud"], ["speech.wav"]]) {
    const { code, output, errors } = run(example("speech.wav"), ...parameters);
    assert.equal(code, 2, parameters.join(" "));
    assert.equal(output, "");
    assert.match(errors, /^light-sernet: [^\n]+\n$/);
    assert.ok(errors.includes(parameters.at(-1)!.replace("--long=", "")));
  }
});

const full = existsSync("/dev/full") ? false : "this system has no /dev/full";
test("standard output that cannot be written is an error", { skip: skip || full }, () => {
  const descriptor = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(findWasmtime(), ["run", commandFile], {
    input: example("speech.wav"),
    stdio: ["pipe", descriptor, "pipe"],
  });
  closeSync(descriptor);
  assert.equal(status, 1);
  assert.match(stderr.toString(), /^light-sernet: standard output cannot be written; [^\n]+\n$/);
});
