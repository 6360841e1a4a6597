import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { systemPath } from "../../ts-tools/host/file_names.js";
import { findSounds } from "../../ts-tools/host/sound_files.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-sounds-"));
after(() => rmSync(work, { recursive: true }));
const skip = process.platform === "win32" ? "Windows has no pipes in folders" : false;
/** A search that waits for a pipe fails instead. */
const TIMEOUT = 20_000;

/** Empty files, and links ("a/b -> TARGET", relative to its folder). */
function tree(name: string, ...entries: string[]): string {
  const folder = join(work, name);
  mkdirSync(folder);
  for (const entry of entries) {
    const [place, target] = entry.split(" -> ") as [string, string?];
    mkdirSync(join(folder, dirname(place)), { recursive: true });
    if (target === undefined) writeFileSync(join(folder, place), "");
    else symlinkSync(target, join(folder, place));
  }
  return folder;
}

/** What is found in a folder, relative to it; after " ! " an error. */
async function found(folder: string, except?: string): Promise<string[]> {
  const { files } = await findSounds([folder], except);
  return files.map((entry) => {
    const file = entry.file.slice(folder.length + 1);
    if (!("error" in entry)) return file;
    return `${file} ! ${(entry.error as NodeJS.ErrnoException).code ?? (entry.error as Error).message}`;
  });
}

const aliases = async (folder: string): Promise<string[]> =>
  (await findSounds([folder])).aliases.map(({ path, of }) => `${path.slice(folder.length + 1)} = ${of.slice(folder.length + 1)}`);

test("sounds of every kind, upper or lower case, in the order of their paths", async () => {
  const sounds = ["a/B.WAV", "a/c.Wave", "a.b/x.flac", "b.MP3", "c.opus", "d.m4a", "e.webm", "f.w64", "g.rf64", "h.bwf", "i.wav/inner.oga"];
  const folder = tree("kinds", ...sounds, "notes.txt", "wav", "x.wav.bak", "x.npy", ".hidden/z.wav");
  assert.deepEqual(await found(folder), [".hidden/z.wav", ...sounds]);
});

test("a file is what it is, also a pipe; what is not there and an empty folder are errors", { skip }, async () => {
  const folder = tree("named", "notes.txt", "empty/notes.txt");
  assert.equal(spawnSync("mkfifo", [join(folder, "pipe")]).status, 0);
  const inputs = ["notes.txt", "pipe"].map((name) => join(folder, name));
  assert.deepEqual(
    (await findSounds([...inputs, "-"])).files,
    [...inputs, "-"].map((file) => ({ file })),
  );
  assert.deepEqual((await findSounds(inputs)).notes, []);
  assert.equal(spawnSync("mkfifo", [join(folder, "x.wav")]).status, 0);
  const { files, notes } = await findSounds([join(folder, "x.wav")]);
  assert.deepEqual(files, [{ file: join(folder, "x.wav") }], "named by itself it may be a wish");
  assert.deepEqual(notes, [`reading waits until something writes to these pipes: ${join(folder, "x.wav")}`]);
  assert.deepEqual(await found(join(folder, "missing")), [" ! ENOENT"]);
  assert.deepEqual(await found(join(folder, "empty")), [" ! this folder has no sound files (.wav, .flac, .mp3, ...); name one that does"]);
});

test("links to folders are followed, also out of the folder", async () => {
  tree("elsewhere", "x.wav");
  tree("elsewhere-too", "y.wav");
  const folder = tree("links", "calm/a.wav", "anger -> ../elsewhere", "dot.wav -> ../elsewhere-too", "calm/b.wav -> a.wav");
  assert.deepEqual(await found(folder), ["anger/x.wav", "calm/a.wav", "calm/b.wav", "dot.wav/y.wav"]);
  const links = (await findSounds([folder])).files.filter((entry) => "isLink" in entry);
  assert.deepEqual(
    links.map(({ file }) => file),
    [join(folder, "calm", "b.wav")],
  );
});

test("loops end: to itself, to a folder above, around two folders, out and back", async () => {
  const folder = tree("loops", "a/x.wav", "a/self -> .", "a/up -> ..", "a/b -> ../b", "b/y.wav", "b/a -> ../a", "b/out -> ../../loops-out");
  tree("loops-out", "z.wav", "back -> ../loops");
  assert.deepEqual(await found(folder), ["a/x.wav", "b/out/z.wav", "b/y.wav"]);
  assert.deepEqual(await aliases(folder), ["a/b = b", "b/a = a"]);
  const circle = tree("circle", "x.wav", "one.wav -> two.wav", "two.wav -> one.wav");
  assert.deepEqual(await found(circle), ["one.wav ! ELOOP", "two.wav ! ELOOP", "x.wav"]);
});

test("many links that lead to each other take no longer than as many folders", { timeout: TIMEOUT }, async () => {
  const names = Array.from({ length: 30 }, (_, index) => `f${index}`);
  const links = names.flatMap((from) => names.filter((to) => to !== from).map((to) => `${from}/${to} -> ../${to}`));
  const folder = tree("mesh", ...names.map((name) => `${name}/x.wav`), ...links);
  assert.equal((await found(folder)).length, 30);
  assert.equal((await aliases(folder)).length, 30 * 29);
});

test("a folder with two names is read once, by the path without links", async () => {
  const folder = tree("twice", "A -> raw/s", "raw/s/x.wav", "raw/z -> s", "z -> ../twice-out", "y -> ../twice-out/in");
  tree("twice-out", "in/v.wav", "w.wav");
  assert.deepEqual(await found(folder), ["raw/s/x.wav", "y/v.wav", "z/w.wav"]);
  assert.deepEqual(await aliases(folder), ["A = raw/s", "raw/z = raw/s", "z/in = y"]);
  assert.equal((await findSounds([folder, folder])).files.length, 6, "who names a folder twice gets it twice");
});

test("a folder that is left out is not entered, whatever leads to it", async () => {
  const folder = tree("except", "a/x.wav", "out -> ../except-out");
  const out = tree("except-out", "y.wav");
  assert.deepEqual(await found(folder, out), ["a/x.wav"]);
  assert.deepEqual(await aliases(folder), []);
});

test("pipes, sockets, devices and what macOS adds are skipped and noted", { skip, timeout: TIMEOUT }, async () => {
  const mac = ["._a.wav", "s/._b.MP3", "__MACOSX/a/._a.wav", "__MACOSX/b.wav", "s/__MACOSX/c.wav", "._DS_Store", ".DS_Store"];
  const folder = tree("odd", "a.wav", ...mac, "device.wav -> /dev/zero", "link.wav -> pipe.wav", "__MACOSX.wav");
  for (const name of ["pipe.wav", "s/pipe.flac", "pipe"]) assert.equal(spawnSync("mkfifo", [join(folder, name)]).status, 0);
  const server = createServer().listen(join(folder, "socket.wav"));
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    assert.deepEqual(await found(folder), ["__MACOSX.wav", "a.wav"]);
    const [links, ...notes] = (await findSounds([folder])).notes.toReversed();
    assert.equal(
      links,
      `skipped, because they are not plain files: ${join(folder, "device.wav")} (a device), ${join(folder, "link.wav")} (a pipe), ${join(folder, "pipe.wav")} (a pipe) and 2 more`,
    );
    assert.deepEqual(notes, ["skipped, because macOS wrote them and they hold no sound: 2 files ._*, 2 folders __MACOSX"]);
  } finally {
    server.close();
  }
});

test("a link to nothing: an error if it has the name of a sound, else a note, because it may be a folder", async () => {
  const folder = tree("dead", "a.wav", "gone.wav -> nowhere", "anger -> ../unmounted");
  assert.deepEqual(await found(folder), ["a.wav", "gone.wav ! ENOENT"]);
  assert.deepEqual((await findSounds([folder])).notes, [`skipped, because these symbolic links lead nowhere: ${join(folder, "anger")}`]);
});

test("names that are not UTF-8: folders, files, links to them", {
  skip: process.platform === "linux" ? false : "Linux alone has them",
}, async () => {
  const folder = tree("bytes", "ok.wav");
  const bytes = (name: string) => systemPath(join(folder, name));
  mkdirSync(bytes("caf\udce9"));
  writeFileSync(bytes("caf\udce9/\udcff.wav"), "");
  writeFileSync(bytes("caf\udce9/\udcfe.WAV"), "");
  symlinkSync("caf\udce9", bytes("\udc80"));
  symlinkSync(systemPath("caf\udce9"), bytes("\udc81"));
  assert.deepEqual(await found(folder), ["caf\udce9/\udcfe.WAV", "caf\udce9/\udcff.wav", "ok.wav"]);
  assert.deepEqual(await aliases(folder), ["\udc81 = caf\udce9"]);
});

test("two names of one file that are not links are two sounds", async () => {
  const folder = tree("hard", "a.wav");
  linkSync(join(folder, "a.wav"), join(folder, "b.wav"));
  assert.deepEqual(await found(folder), ["a.wav", "b.wav"]);
});

test("thousands of files, and a folder that nobody may read", async () => {
  const folder = tree("many", ...Array.from({ length: 3000 }, (_, index) => `d${index % 7}/${index}.wav`));
  const all = await found(folder);
  assert.equal(all.length, 3000);
  assert.deepEqual(all.slice(0, 3), ["d0/0.wav", "d0/1001.wav", "d0/1008.wav"]);
  mkdirSync(join(folder, "locked"), { mode: 0 });
  // Who may read everything reads that folder, too.
  const locked = process.getuid?.() === 0 ? [] : ["locked ! EACCES"];
  assert.deepEqual(
    (await found(folder)).filter((name) => name.includes("locked")),
    locked,
  );
});
