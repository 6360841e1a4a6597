/** Pipes and devices named *.wav in a folder: each gets an error, the other files are done, and nothing waits. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findWavFiles } from "../../ts-tools/host/wav_files.js";
import { lightSernet } from "../support/command.js";
import { NARROW_CLASSES, narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";

const PIPE = "this is a pipe, not a WAV file; move it out of the folder";
const DEVICE = "this is a device, not a WAV file; move it out of the folder";
/** A command that waits for a pipe fails instead. */
const TIMEOUT = 60_000;
const skip = process.platform === "win32" ? "Windows has no pipes in folders" : false;

let model: string;
let work: string;
let data: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-pipes-"));
  data = join(work, "data", NARROW_CLASSES[0]!);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "a.wav"), wavFile(voice(1000)));
  if (!skip) assert.equal(spawnSync("mkfifo", [join(data, "b.wav")]).status, 0);
  writeFileSync(join(data, "c.wav"), wavFile(voice(1200)));
});
after(() => rmSync(work, { recursive: true }));

test("links are followed to plain files alone", { skip }, async () => {
  const folder = join(work, "links");
  mkdirSync(folder);
  const links = { "device.wav": "/dev/zero", "file.wav": join(data, "a.wav"), "folder.wav": data, "pipe.wav": join(data, "b.wav") };
  for (const [name, target] of Object.entries({ ...links, "gone.wav": join(work, "gone") })) symlinkSync(target, join(folder, name));
  const found = (await findWavFiles([folder])).map((entry) => [
    entry.file.slice(folder.length + 1),
    "error" in entry ? ((entry.error as NodeJS.ErrnoException).code ?? (entry.error as Error).message) : undefined,
  ]);
  assert.deepEqual(found, [
    ["device.wav", DEVICE],
    ["file.wav", undefined],
    ["folder.wav", undefined],
    ["gone.wav", "ENOENT"],
    ["pipe.wav", PIPE],
  ]);
  assert.deepEqual(await findWavFiles([join(data, "b.wav")]), [{ file: join(data, "b.wav") }], "named by itself it may be a wish");
});

test("every command does the others and says which it was", { skip, timeout: TIMEOUT }, async (t) => {
  const commands: [string[], RegExp][] = [
    [["classify", "--csv", "--model", model, join(work, "data")], /a\.wav[\s\S]*c\.wav/],
    [["segment", join(work, "data"), join(work, "out"), "--duration", "1", "--model", model], /segments of 1 s from 3 files/],
    [["evaluate", model, "--data", join(work, "data")], /2/],
  ];
  for (const [parameters, said] of commands) {
    const { code, stdout, stderr } = await lightSernet(parameters, { signal: t.signal });
    assert.equal(stderr, `light-sernet: ${join(data, "b.wav")}: ${PIPE}\n`);
    assert.equal(code, 1);
    assert.match(stdout, said);
  }
});
