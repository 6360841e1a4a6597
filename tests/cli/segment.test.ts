import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { WARNING } from "../../ts-tools/abi/status.js";
import { applyLevel, levelOf } from "../reference/level.js";
import { cropCenter, padBothSides } from "../reference/segment.js";
import { windowStarts } from "../reference/windows.js";
import { lightSernetAgain } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { voice } from "../support/sounds.js";
import { interleave, wavFile } from "../support/wav.js";

const SHORT = voice(20001);
const LONG = voice(131111, 16000, 3);
let model: string;
let work: string;
let data: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-segment-"));
  data = join(work, "data");
  mkdirSync(join(data, "inner"), { recursive: true });
  writeFileSync(join(data, "short.wav"), wavFile(interleave(SHORT, 2), { channels: 2 }));
  writeFileSync(join(data, "inner", "long.WAV"), wavFile(LONG));
  writeFileSync(join(data, "readme.txt"), "not copied");
});
after(() => rmSync(work, { recursive: true }));

const segment = (output: string, ...parameters: string[]) => lightSernetAgain(["segment", data, output, "--model", model, ...parameters]);

/** A segment as docs/arithmetic.md, section 3, says. */
function expected(sound: Int16Array, samples: number): Int16Array {
  const center = cropCenter(sound, samples);
  return padBothSides(applyLevel(center, levelOf(center)), samples);
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.wav$/i.test(name))
    .sort();
}

test("center: the segment that the network classifies, at the module's length and at others", async () => {
  for (const duration of ["3", "1.5", "9.25"]) {
    const output = join(work, `center-${duration}`, "deep");
    const { code, stdout, stderr } = await segment(output, "--duration", duration);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^2 segments of .* s from 2 files are in /);
    assert.deepEqual(files(output), [join("inner", "long.WAV"), "short.wav"]);
    const samples = Number(duration) * 16000;
    assert.deepEqual(readPcmWav(join(output, "short.wav")), expected(SHORT, samples));
    assert.deepEqual(readPcmWav(join(output, "inner", "long.WAV")), expected(LONG, samples));
  }
});

test("windows: all of them, each leveled by itself", async () => {
  const output = join(work, "windows");
  assert.equal((await segment(output, "--duration", "3", "--mode", "windows")).code, 0);
  const starts = windowStarts(LONG.length, 48000);
  const names = starts.map((_, index) => join("inner", `long_00${index}.WAV`));
  assert.deepEqual(files(output), [...names, "short_000.wav"]);
  for (const [index, start] of starts.entries()) {
    assert.deepEqual(readPcmWav(join(output, names[index]!)), expected(LONG.slice(start, start + 48000), 48000));
  }
});

test("nothing is overwritten without --force, and nothing half-written stays", async () => {
  const output = join(work, "again");
  mkdirSync(output);
  writeFileSync(join(output, "short.wav"), "mine");
  const refused = await segment(output, "--duration", "3");
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^light-sernet: .*short\.wav: .*short\.wav already exists; use --force to overwrite it, or choose another folder\n$/,
  );
  assert.equal(readFileSync(join(output, "short.wav"), "utf8"), "mine");
  assert.deepEqual(files(output), [join("inner", "long.WAV"), "short.wav"]);

  assert.equal((await segment(output, "--duration", "3", "--force")).code, 0);
  assert.deepEqual(readPcmWav(join(output, "short.wav")), expected(SHORT, 48000));

  const windows = join(work, "windows-again");
  mkdirSync(join(windows, "inner"), { recursive: true });
  writeFileSync(join(windows, "inner", "long_001.WAV"), "mine");
  const partly = await segment(windows, "--duration", "3", "--mode", "windows");
  assert.equal(partly.code, 1);
  assert.deepEqual(files(windows), [join("inner", "long_001.WAV"), "short_000.wav"]);
});

test("two sounds whose copies would have one name: the second is refused, also with --force", async () => {
  const alike = join(work, "alike");
  mkdirSync(alike);
  // What a file is is told by its content.
  for (const name of ["a.mp3", "a.mp3.wav"]) writeFileSync(join(alike, name), wavFile(SHORT));
  const target = join(work, "from-alike");
  const { code, stdout, stderr } = await lightSernetAgain(["segment", alike, target, "--model", model, "--duration", "3", "--force"]);
  assert.equal(code, 1);
  assert.match(stderr, /^light-sernet: \S*a\.mp3\.wav: its copy would have the name of that of \S*a\.mp3; rename one of them\n$/);
  assert.match(stdout, /^1 segments of 3 s from 2 files/);
  assert.deepEqual(files(target), ["a.mp3.wav"]);
});

test("a recording that broke off is cut into segments up to its end, with a warning", async () => {
  const broken = join(work, "broken");
  mkdirSync(broken);
  writeFileSync(join(broken, "cut.wav"), wavFile(LONG).slice(0, 44 + 2 * 60000));
  for (const mode of ["center", "windows"]) {
    const target = join(work, `from-broken-${mode}`);
    const { code, stderr } = await lightSernetAgain(["segment", broken, target, "--model", model, "--duration", "3", "--mode", mode]);
    assert.equal(code, 0);
    assert.equal(stderr, `light-sernet: ${join(broken, "cut.wav")}: warning: ${WARNING.WAV_SHORTER.sentence}\n`);
    const names = mode === "center" ? ["cut.wav"] : ["cut_000.wav", "cut_001.wav"];
    assert.deepEqual(files(target), names);
    const starts = mode === "center" ? [6000] : windowStarts(60000, 48000);
    for (const [index, start] of starts.entries()) {
      assert.deepEqual(readPcmWav(join(target, names[index]!)), expected(LONG.slice(start, start + 48000), 48000));
    }
  }
});

test("what a killed run left is removed, and nothing else", async () => {
  const output = join(work, "leftovers");
  mkdirSync(join(output, "inner"), { recursive: true });
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  const stay = [
    `.short.wav.${process.pid}.part`,
    `short.wav.${dead}.part`,
    `.short.txt.${dead}.part`,
    `.short.wav.${dead}.part.old`,
    ".a.wav.part",
  ];
  const go = [`.short.wav.${dead}.part`, join("inner", `.long_000.WAV.${dead}.part`)];
  for (const name of [...stay, ...go]) writeFileSync(join(output, name), "half");
  assert.equal((await segment(output, "--duration", "3")).code, 0);
  const all = readdirSync(output, { recursive: true, encoding: "utf8" }).sort();
  assert.deepEqual(all, [...stay, "inner", join("inner", "long.WAV"), "short.wav"].sort());
});

test("folders that would eat themselves, or are none", async () => {
  for (const output of [data, join(data, "inner", "out"), `${data}/./x/..`]) {
    const { code, stderr } = await segment(output, "--duration", "3");
    assert.equal(code, 1);
    assert.match(stderr, /^light-sernet: .* is inside .*, so the segments would be read again; choose another folder\n$/);
  }
  const { code, stderr } = await lightSernetAgain(["segment", join(data, "short.wav"), work, "--model", model, "--duration", "3"]);
  assert.equal(code, 1);
  assert.match(stderr, /is not a folder/);
});
