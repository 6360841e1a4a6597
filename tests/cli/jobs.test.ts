/** `classify --jobs`: whatever runs at the same time, stdout, stderr and exit code are those of one job, timing aside. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inOrder } from "../../ts-tools/cli/in_order.js";
import { PieceCutter } from "../../ts-tools/cli/piece_cutter.js";
import { windowStarts } from "../reference/windows.js";
import { adaptingBuild } from "../support/adapting_build.js";
import { COMMAND, type CommandOptions, type CommandResult, lightSernet, lines } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { noise, voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

/** Four windows. */
const LONG = voice(100_000, 16000, 3);
/** Three pieces, and a window that ends with the sound. */
const PIECES = voice(24_000 * 70 + 12_345, 16000, 5);
let model: string;
let work: string;
let folder: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-jobs-"));
  folder = join(work, "sounds");
  mkdirSync(folder);
  for (let index = 0; index < 24; index++) writeFileSync(join(folder, `${index}.wav`), wavFile(voice(3000 + 1000 * index, 16000, index)));
  writeFileSync(join(folder, "10_long.wav"), wavFile(LONG));
  writeFileSync(join(folder, "5_empty.wav"), "");
  writeFileSync(join(folder, "6_text.wav"), "This is not a sound.");
  writeFileSync(join(folder, "7_cut.wav"), wavFile(LONG).subarray(0, 50_001));
  writeFileSync(join(folder, "8_stereo.wav"), wavFile(noise(60_000), { channels: 2, rate: 44_100 }));
  writeFileSync(join(work, "pieces.wav"), wavFile(PIECES));
});
after(() => rmSync(work, { recursive: true }));

const classify = (parameters: readonly string[], options?: CommandOptions): Promise<CommandResult> =>
  lightSernet(["classify", "--model", model, ...parameters], options);
const untimed = (result: CommandResult): CommandResult => ({
  ...result,
  stdout: result.stdout.replace(/"timing":\{[^}]*\}/g, '"timing":{}'),
});

async function assertSame(parameters: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  const one = untimed(await classify(["--jobs", "1", ...parameters], options));
  for (const jobs of [["--jobs", "2"], ["--jobs", "5"], []]) {
    assert.deepEqual(untimed(await classify([...jobs, ...parameters], options)), one, jobs.join(" "));
  }
  return one;
}

test("a folder with bad files: the same bytes", async () => {
  const { code, stdout, stderr } = await assertSame(["--json", folder, join(work, "none.wav"), folder]);
  assert.equal(code, 1);
  assert.equal(lines(stdout).length, 2 * 29 + 1);
  assert.match(stderr, /5_empty\.wav: .*\n.*6_text\.wav: .*\n.*7_cut\.wav: warning: /);
  await assertSame(["--csv", "--long", "center", folder]);
  await assertSame(["--crops", "3", folder]);
});

test("a long sound, from a file and from standard input, as WAV, as raw samples, and damaged: the same bytes", async () => {
  const file = join(work, "pieces.wav");
  const wav = wavFile(PIECES);
  const { stdout } = await assertSame(["--json", file]);
  assert.equal(JSON.parse(stdout).segments.length, windowStarts(PIECES.length, 48_000).length);
  await assertSame(["--json", "-"], { input: wav });
  await assertSame(["--json", "-"], { input: wav.subarray(0, wav.length - 777) });
  await assertSame(["--json", "--format", "s16le", "--rate", "11025", "--channels", "2", "-"], { input: wav.subarray(44) });
  await assertSame(["--json", "-", join(folder, "1.wav")], { input: wav });
  await assertSame(["--json", file, "--long", "center"]);
  for (const input of [new Uint8Array(0), wav.subarray(0, 44), wav.subarray(0, 20_000)]) await assertSame(["--json", "-"], { input });
});

test("wasmtime: files at the same time", { skip: skipWithoutWasmtime }, async () => {
  await assertSame(["--json", "--engine", "wasmtime", join(folder, "1.wav"), join(folder, "5_empty.wav"), join(folder, "2.wav")]);
});

test("what needs an order has one job, and says so to whoever asks for more", async () => {
  const windows = await classify(["--windows", "--jobs", "3", join(work, "pieces.wav")]);
  assert.match(windows.stderr, /^light-sernet: note: --windows takes the windows one after another, so there is one job instead of 3\n$/);
  assert.equal(windows.stdout, (await classify(["--windows", join(work, "pieces.wav")])).stdout);

  const adapting = (await adaptingBuild()).folder;
  const sounds = [1, 2, 3].map((index) => join(folder, `${index}.wav`));
  const run = (name: string, ...more: string[]) =>
    lightSernet(["classify", "--csv", "--model", adapting, "--adaptation", join(work, name), ...more, ...sounds]);
  const [plain, asked] = [await run("a.lsa"), await run("b.lsa", "--jobs", "2")];
  assert.deepEqual([plain.code, plain.stderr, asked.stdout], [0, "", plain.stdout]);
  assert.match(asked.stderr, /note: --adaptation takes the sounds one after another/);
  rmSync(adapting, { recursive: true });
});

test("wrong numbers of jobs", async () => {
  for (const jobs of ["0", "-1", "1.5", "two", "257"]) {
    const { code, stdout, stderr } = await classify(["--jobs", jobs, folder]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /--jobs/);
  }
});

test("Ctrl-C ends all threads at once, without another word", async () => {
  const many = Array.from({ length: 40 }, () => folder);
  const child = spawn(process.execPath, [COMMAND, "classify", "--json", "--model", model, "--jobs", "2", ...many], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  await once(child.stdout, "data");
  const ended = once(child, "exit");
  child.kill("SIGINT");
  child.stdout.resume();
  assert.deepEqual(await ended, [null, "SIGINT"]);
  assert.doesNotMatch(errors, /thread|Error|at /);
});

test("results come in order, a bounded number of them waits, and a slow one does not hold up the others", async () => {
  let running = 0;
  let most = 0;
  let begun = 0;
  const bound = 3 * 64;
  const slow = async (item: number): Promise<number> => {
    begun++;
    most = Math.max(most, ++running);
    do await new Promise((resolve) => setImmediate(resolve));
    while (item === 0 && begun < bound && running > 1);
    running--;
    return item;
  };
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const results: number[] = [];
  for await (const result of inOrder(items, 3, slow)) {
    if (result === 0) assert.equal(begun, bound, "the first is slow, and no more than that wait for it");
    results.push(result);
  }
  assert.deepEqual([results, most], [items, 3]);
  begun = 0;
  for await (const result of inOrder(items.slice(1, 6), 1, slow)) assert.equal(begun, result, "one job: the next one has not begun");
});

test("pieces have the windows of the whole sound", () => {
  const hop = 5;
  const size = 11;
  for (let length = 1; length < 200; length++) {
    for (const push of [1, 7, 1000]) {
      const sound = Int16Array.from({ length }, (_, index) => index + 1);
      const cutter = new PieceCutter(size, 3);
      for (let at = 0; at < length; at += push) cutter.push(sound.subarray(at, at + push));
      cutter.finish();
      const starts = cutter.pieces.flatMap(({ firstSample, samples }) => {
        assert.deepEqual(samples, sound.subarray(firstSample, firstSample + samples.length));
        return windowStarts(samples.length, size).map((start) => firstSample + start);
      });
      assert.equal(Math.floor(size / 2), hop);
      assert.deepEqual(starts, windowStarts(length, size), `${length} samples`);
    }
  }
});
