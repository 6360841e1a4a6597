import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isMissing, PlainFileError, readPlainFile, readPlainText } from "../../ts-tools/host/plain_file.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-plain-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const refused = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PlainFileError, String(error));
  assert.match(error.message, sentence);
  return true;
};

test("up to the ceiling, to the byte", async () => {
  for (const size of [0, 1, 99, 100]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => index);
    writeFileSync(at("plain"), bytes);
    assert.deepEqual(new Uint8Array(await readPlainFile(at("plain"), 100)), bytes);
  }
  writeFileSync(at("plain"), new Uint8Array(101));
  await assert.rejects(readPlainFile(at("plain"), 100), refused(/plain is larger than 100 bytes, .*; use the right file$/));
  truncateSync(at("plain"), 2 ** 40);
  await assert.rejects(readPlainFile(at("plain"), 2 ** 26), refused(/larger than 67,108,864 bytes/));
});

test("what says it is empty and is not: to the ceiling", { skip: process.platform !== "linux" && "/proc is Linux's" }, async () => {
  assert.match((await readPlainFile("/proc/self/status", 1e6)).toString(), /^Name:/);
  await assert.rejects(readPlainFile("/proc/self/status", 10), refused(/larger than 10 bytes/));
});

test("folders, pipes and devices, also through links: nothing waits", async () => {
  await assert.rejects(readPlainFile(folder, 10), refused(/ is a folder, not a file; replace it by a plain file$/));
  assert.equal(spawnSync("mkfifo", [at("pipe")]).status, 0);
  symlinkSync(at("pipe"), at("link\u001b"));
  await assert.rejects(readPlainFile(at("pipe"), 10), refused(/pipe is a pipe, not a file/));
  await assert.rejects(readPlainFile(at("link\u001b"), 10), refused(/link\\u001b is a pipe, not a file/));
  await assert.rejects(readPlainFile("/dev/zero", 10), refused(/is a device, not a file/));
});

test("what is not there is the system's error", async () => {
  for (const file of [at("none"), join(at("plain"), "below")]) await assert.rejects(readPlainFile(file, 10), isMissing);
  symlinkSync(at("circle"), at("circle"));
  await assert.rejects(readPlainFile(at("circle"), 10), (error) => !isMissing(error) && !(error instanceof PlainFileError));
});

test("text is UTF-8, with or without a mark at its beginning", async () => {
  writeFileSync(at("text"), "\ufeffé");
  assert.equal(await readPlainText(at("text"), 10), "é");
  writeFileSync(at("text"), Uint8Array.of(0xed, 0xa0, 0x80));
  await assert.rejects(readPlainText(at("text"), 10), refused(/text is not UTF-8 text; save it in that encoding$/));
  for (const bytes of [Buffer.from("\ufeff{}", "utf16le"), Buffer.from("\ufeff{}", "utf16le").swap16(), Buffer.from("{}", "utf16le")]) {
    writeFileSync(at("text"), bytes);
    await assert.rejects(readPlainText(at("text"), 10), refused(/text is UTF-16 text; save it as UTF-8$/));
  }
});
