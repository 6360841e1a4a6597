/** `--calibrate` with recordings that cannot be read: left out and named, unless they are more than a tenth. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemPath } from "../../ts-tools/host/file_names.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { calibrationSet } from "../../ts-tools/pipeline/calibration_set.js";
import { expectedOfFixtures, fixture } from "../import/model_fixtures.js";
import { lightSernet } from "../support/command.js";
import { voice } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-calibration-"));
after(() => rmSync(work, { recursive: true }));

/** A folder with that many good recordings and that many empty files. */
function folderOf(name: string, good: number, bad: number): string {
  const folder = join(work, name);
  mkdirSync(folder);
  for (let index = 0; index < good; index++)
    writeFileSync(join(folder, `good${String(index).padStart(3, "0")}.wav`), wavFile(voice(2000, 16000, index + 1)));
  for (let index = 0; index < bad; index++) writeFileSync(join(folder, `bad${String(index).padStart(3, "0")}.wav`), "");
  return folder;
}

const read = async (folder: string) => {
  const { segments, notes } = await calibrationSet(folder, REFERENCE_FRONT_END, () => {});
  return { files: segments.map(({ file }) => file), notes };
};

test("a tenth may be bad: each is named, and the others are used", async () => {
  const folder = folderOf("tenth", 18, 2);
  const { files, notes } = await read(folder);
  assert.deepEqual(
    files,
    Array.from({ length: 18 }, (_, index) => `good${String(index).padStart(3, "0")}.wav`),
  );
  assert.equal(notes.length, 2);
  for (const [index, note] of notes.entries()) {
    const file = join(folder, `bad00${index}.wav`);
    assert.ok(note.startsWith(`left out of the calibration: ${file}: `), note);
    assert.equal(note.split(file).length, 2, "it is named once");
  }
});

test("more than a tenth are too many: one sentence that says how many", async () => {
  const folder = folderOf("more", 17, 2);
  await assert.rejects(read(folder), (error: Error) => {
    const begin = `${folder}: 2 of 19 recordings cannot be read, more than a tenth; repair, convert or remove them, the first being ${join(folder, "bad000.wav")}: `;
    assert.ok(error.message.startsWith(begin), error.message);
    return true;
  });
  await assert.rejects(read(folderOf("all", 0, 3)), /: 3 of 3 recordings cannot be read/);
});

test("of many recordings the share is that of the chosen ones, and what cannot be found is always named", async () => {
  const folder = folderOf("many", 230, 10);
  symlinkSync("nowhere", join(folder, "zgone.wav"));
  const { files, notes } = await read(folder);
  assert.ok(notes.at(0)!.endsWith("zgone.wav: there is no such file or folder; check the path"), notes[0]);
  assert.equal(files.length + notes.length, 101);
  assert.ok(notes.length > 1 && notes.length < 10, `${notes.length}`);
});

test("no recordings, or no folder: one sentence", async () => {
  await assert.rejects(read(folderOf("none", 0, 0)), {
    message: `calibration needs a folder of recordings: ${join(work, "none")}: this folder has no sound files (.wav, .flac, .mp3, ...); name one that does.`,
  });
  await assert.rejects(read(join(work, "missing")), {
    message: `calibration needs a folder of recordings: ${join(work, "missing")}: there is no such file or folder; check the path.`,
  });
});

test("build: notes on standard error, and pipes are not waited for", { timeout: 120_000 }, async (t) => {
  const folder = folderOf("build", 10, 1);
  const more: string[] = [];
  if (process.platform !== "win32") {
    assert.equal(spawnSync("mkfifo", [join(folder, "pipe.wav")]).status, 0);
    more.push(`skipped, because they are not plain files: ${join(folder, "pipe.wav")} (a pipe)`);
  }
  if (process.platform === "linux") writeFileSync(systemPath(join(folder, "caf\udce9.wav")), wavFile(voice(2000)));
  const names = Array.from({ length: expectedOfFixtures().classes }, (_, index) => `class ${index}`).join();
  const source = fixture("tiny.float32.tflite");
  const parameters = ["build", source, "--out", join(work, "out"), "--classes", names, "--profile", "embedded", "--calibrate", folder];
  const { code, stdout, stderr } = await lightSernet(parameters, { signal: t.signal });
  assert.equal(code, 0, stderr);
  assert.match(stdout, process.platform === "linux" ? /on 11 recordings/ : /on 10 recordings/);
  for (const note of [...more, `left out of the calibration: ${join(folder, "bad000.wav")}: `])
    assert.ok(stderr.includes(`light-sernet: note: ${note}`), stderr);
});
