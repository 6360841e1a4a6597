import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeFolders } from "../../ts-tools/host/folders.js";
import { PendingFiles, writeWhole } from "../../ts-tools/host/pending_files.js";
import { errorSentence } from "../../ts-tools/host/terminal.js";
import { runProgram } from "../support/command.js";

const BYTES = Uint8Array.of(1, 2, 3);
const MODULE = import.meta.resolve("../../ts-tools/host/pending_files.js");
let work: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-pending-"));
});
after(() => rmSync(work, { recursive: true }));

const handlers = () => ["exit", "SIGINT", "SIGTERM"].map((event) => process.listenerCount(event));
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("all files get their names at the end, and no handler stays", async () => {
  const folder = join(work, "all", "deep");
  const begin = handlers();
  const pending = new PendingFiles(false);
  for (const name of ["a", "b"]) pending.write(join(folder, name), BYTES);
  assert.deepEqual(readdirSync(folder).sort(), [`.a.${process.pid}.part`, `.b.${process.pid}.part`]);
  assert.deepEqual(
    handlers(),
    begin.map((count) => count + 1),
  );
  assert.equal(pending.commit(), 2);
  assert.deepEqual(readdirSync(folder).sort(), ["a", "b"]);
  for (let round = 0; round < 3; round++) await turn();
  assert.deepEqual(handlers(), begin);
});

test("a folder in place of one file: none is written", () => {
  const folder = join(work, "blocked");
  mkdirSync(join(folder, "b"), { recursive: true });
  writeFileSync(join(folder, "a"), "old");
  const pending = new PendingFiles(true);
  for (const name of ["a", "b"]) pending.write(join(folder, name), BYTES);
  assert.throws(() => pending.commit(), {
    message: `${join(folder, "b")} is a folder where a file is needed; remove it, or choose another place`,
  });
  pending.discard();
  assert.deepEqual(readdirSync(folder).sort(), ["a", "b"]);
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "old");
});

test("a process that ends before: nothing stays, and its exit code says why", { skip: process.platform === "win32" }, async () => {
  const folder = join(work, "ended");
  const file = JSON.stringify(join(folder, "a"));
  const script = (rest: string) =>
    `import { PendingFiles } from ${JSON.stringify(MODULE)}; new PendingFiles(true).write(${file}, new Uint8Array(9)); ${rest}`;
  const parameters = (rest: string) => ["--input-type=module", "--eval", script(rest)];
  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    const child = spawn(process.execPath, parameters("console.log('written'); setInterval(() => {}, 1000);"));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    assert.equal(readdirSync(folder).length, 1);
    child.kill(signal);
    assert.equal(await new Promise((resolve) => child.on("close", resolve)), expected);
    assert.ok(!existsSync(folder));
  }
  for (const rest of ["throw new Error('broken');", "process.exit(1);"]) {
    assert.equal((await runProgram(process.execPath, parameters(rest))).code, 1);
    assert.ok(!existsSync(folder));
  }
});

test("folders are made level by level", () => {
  const sentence = (folder: string): string => {
    try {
      makeFolders(folder);
    } catch (error) {
      return errorSentence(error);
    }
    return "";
  };
  const folder = join(work, "x", "y", "z");
  for (let round = 0; round < 2; round++) assert.equal(sentence(folder), "");
  assert.deepEqual(readdirSync(folder), []);
  const file = join(work, "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below", "it")]) {
    assert.equal(sentence(path), `${file}: there is a file where a folder is needed; choose another place`);
  }
  if (existsSync("/proc/self"))
    assert.match(sentence("/proc/light-sernet/out"), /^\/proc\/light-sernet: this folder cannot be made here; choose another place$/);
});

test("a link in place of a pending file is removed, not written through", () => {
  const folder = join(work, "links");
  mkdirSync(folder);
  const victim = join(folder, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, join(folder, `.a.${process.pid}.part`));
  const pending = new PendingFiles(true);
  pending.write(join(folder, "a"), BYTES);
  pending.commit();
  symlinkSync(victim, join(folder, `.b.${process.pid}.part`));
  writeWhole(join(folder, "b"), BYTES);
  assert.equal(readFileSync(victim, "utf8"), "precious");
  for (const name of ["a", "b"]) {
    assert.ok(!lstatSync(join(folder, name)).isSymbolicLink());
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, name))), BYTES);
  }
});
