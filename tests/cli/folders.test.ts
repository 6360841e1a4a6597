/** Folders as people have them: links, pipes, what macOS adds, names that are not UTF-8. No command leaves something out silently, and none waits. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { EvaluationReport } from "../../ts-tools/cli/evaluate_output.js";
import { systemPath } from "../../ts-tools/host/file_names.js";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { COMMAND, lightSernet, lightSernetAgain, lines, runProgram } from "../support/command.js";
import { NARROW_CLASSES, narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

/** A command that waits for a pipe fails instead. */
const TIMEOUT = 60_000;
const skip = process.platform === "win32" ? "Windows has no pipes in folders" : false;
const linuxOnly = { skip: process.platform === "linux" ? false : "Linux alone has names that are not UTF-8" };

let model: string;
let work: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-folders-"));
});
after(() => rmSync(work, { recursive: true }));

/** A dataset: each place is a sound of its own. */
function dataset(name: string, ...places: string[]): string {
  const folder = join(work, name);
  for (const [index, place] of places.entries()) {
    const file = systemPath(join(folder, place));
    mkdirSync(systemPath(join(folder, dirname(place))), { recursive: true });
    writeFileSync(file, wavFile(voice(3000 + 500 * index, 16000, index + 1)));
  }
  return folder;
}

async function evaluated(data: string): Promise<{ report: EvaluationReport; stderr: string }> {
  const { code, stdout, stderr } = await lightSernetAgain(["evaluate", model, "--data", data, "--json"]);
  assert.equal(code, 0, stderr);
  return { report: JSON.parse(stdout) as EvaluationReport, stderr };
}

/** Recordings of each class that has some. */
function counts({ classes, confusion }: EvaluationReport): Record<string, number> {
  const sums = classes.map((name, row) => [name, confusion[row]!.reduce((sum, value) => sum + value, 0)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

test("every command skips pipes and what macOS adds, says so, and does the others", { skip, timeout: TIMEOUT }, async (t) => {
  const [first] = NARROW_CLASSES;
  const data = dataset("odd", `${first}/a.wav`, `${first}/c.wav`);
  const pipe = join(data, first!, "b.wav");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  mkdirSync(join(data, "__MACOSX", first!), { recursive: true });
  for (const place of [`${first}/._a.wav`, `__MACOSX/${first}/._a.wav`]) writeFileSync(join(data, place), "\0\x05\x16\x07");
  const mac = "skipped, because macOS wrote them and they hold no sound: 1 file ._*, 1 folder __MACOSX";
  const notes = `light-sernet: note: ${mac}\nlight-sernet: note: skipped, because they are not plain files: ${pipe} (a pipe)\n`;
  const commands: [string[], RegExp][] = [
    [["classify", "--csv", "--model", model, data], /a\.wav[^\n]*\n[^\n]*c\.wav[^\n]*\n$/],
    [["segment", data, join(work, "odd-out"), "--duration", "1", "--model", model], /^2 segments of 1 s from 2 files/],
    [["evaluate", model, "--data", data], /\nUtterances: 2\n/],
  ];
  for (const [parameters, said] of commands) {
    const { code, stdout, stderr } = await lightSernet(parameters, { signal: t.signal });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: notes });
    assert.match(stdout, said);
  }
});

test("evaluate: a class behind a link counts like any other, whatever the case of its name", async () => {
  const outside = dataset("outside", "1.wav", "deep/2.wav");
  const data = dataset("linked", "anger/a.wav", "ANGER/b.wav", "Fear/c.wav", "fear/d.wav", "other/e.wav");
  symlinkSync(outside, join(data, "Sadness"));
  symlinkSync(data, join(data, "anger", "all"));
  const { report, stderr } = await evaluated(data);
  assert.deepEqual(counts(report), { sadness: 2, fear: 2, anger: 2 });
  assert.deepEqual(lines(stderr), [
    "light-sernet: note: folders taken for classes whose names differ in case: ANGER (anger), Fear (fear), Sadness (sadness)",
    "light-sernet: note: recordings left out: 1 without a label",
  ]);
});

test("evaluate: no recording counts twice, and each gets the label of the path that has one", async () => {
  const data = dataset("speakers", "ann/a.wav", "ann/b.wav", "ben/c.wav", "raw/session/d.wav", "raw/session/more/e.wav", "fear/f.wav");
  const link = (target: string, place: string): void => {
    mkdirSync(join(data, dirname(place)), { recursive: true });
    symlinkSync(target, join(data, place));
  };
  // Files sorted into classes by links, one of them twice; a folder as a class; another name of a class.
  link("../ann/a.wav", "anger/a.wav");
  link("../ann/a.wav", "anger/again.wav");
  link("../ben/c.wav", "sadness/c.wav");
  link("raw/session", "neutral");
  link("fear", "afraid");
  const { report, stderr } = await evaluated(data);
  assert.deepEqual(counts(report), { anger: 1, sadness: 1, neutral: 2, fear: 1 });
  assert.deepEqual(lines(stderr), ["light-sernet: note: recordings left out: 1 without a label"]);

  // A test list may name a recording by any of its paths; each belongs to one fold.
  const folds = join(work, "folds");
  mkdirSync(folds);
  copyFileSync(join(model, "model.json"), join(folds, "model.json"));
  copyFileSync(join(model, "light-sernet.wasm"), join(folds, "light-sernet.wasm"));
  const write = (...tests: string[][]) =>
    writeFileSync(
      join(folds, "folds.json"),
      JSON.stringify({ protocol: "loso", folds: tests.map((list, index) => ({ name: `${index}`, model: ".", test: list })) }),
    );
  write(["anger/again", "neutral/more/e"], ["raw/session/d"]);
  const { code, stdout } = await lightSernetAgain(["evaluate", folds, "--data", data, "--json"]);
  assert.equal(code, 0);
  assert.deepEqual(counts(JSON.parse(stdout) as EvaluationReport), { anger: 1, neutral: 2 });
  write(["anger/a"], ["anger/again"]);
  const twice = await lightSernetAgain(["evaluate", folds, "--data", data]);
  assert.match(twice.stderr, /fold "1" tests "anger\/again", and so does fold "0"; keep an utterance in one test list only\n$/);
});

test("evaluate: of a.wav and a.mp3 in one folder each has its own name", async () => {
  const data = dataset("kinds", "anger/a.wav", "anger/a.mp3", "fear/b.wave");
  const csv = join(work, "kinds.csv");
  const { code } = await lightSernetAgain(["evaluate", model, "--data", data, "--csv", csv]);
  assert.equal(code, 0);
  assert.deepEqual(
    lines(readFileSync(csv, "utf8")).map((row) => row.split(",")[0]),
    ["utterance", "a", "a.mp3", "b"],
  );
});

test("segment: copies of other kinds are WAV files with names of their own, and the output is not read through a link", async () => {
  const data = dataset("copied", "a.wav", "a.mp3", "s/b.wave");
  const out = join(work, "copies");
  symlinkSync(out, join(data, "link"));
  for (let run = 0; run < 2; run++) {
    const { code, stdout, stderr } = await lightSernetAgain(["segment", data, out, "--duration", "1", "--model", model, "--force"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^3 segments of 1 s from 3 files/);
  }
  for (const name of ["a.wav", "a.mp3.wav", "s/b.wave"]) assert.ok(existsSync(join(out, name)), name);
});

test("names that are not UTF-8: found, read, printed so that they read back, and copied", linuxOnly, async () => {
  const places = ["ok.wav", "anger/caf\udce9.wav", "anger/\udcff/x.wav", "fear/bad\udcfe.wav"];
  const data = dataset("bytes", ...places);
  const bad = join(data, "fear/bad\udcfe.wav");
  writeFileSync(systemPath(bad), "");
  for (const engine of ["node", ...(skipWithoutWasmtime ? [] : ["wasmtime"])]) {
    const { code, stdout, stderr } = await lightSernet(["classify", "--engine", engine, "--json", "--model", model, data]);
    assert.equal(code, 1);
    const results = lines(stdout).map((line) => JSON.parse(line) as Recognition & { file: string });
    assert.deepEqual(
      results.map(({ file }) => file),
      places.toSorted().map((place) => join(data, place)),
    );
    assert.equal(results.filter(({ label }) => NARROW_CLASSES.includes(label)).length, 3);
    assert.match(stderr, /^light-sernet: [^\ufffd]*fear\/bad\\udcfe\.wav: [^\ufffd]*\n$/);
  }
  const csv = await lightSernet(["classify", "--csv", "--model", model, data]);
  assert.ok(csv.stdout.includes(`\n${data}/anger/caf\\udce9.wav,`), csv.stdout);

  const out = join(work, "bytes-out");
  assert.equal((await lightSernet(["segment", data, out, "--duration", "1", "--model", model])).code, 1);
  for (const place of places) assert.equal(existsSync(systemPath(join(out, place))), !place.includes("bad"), place);

  const { stdout } = await lightSernet(["evaluate", model, "--data", data, "--json"]);
  assert.deepEqual(counts(JSON.parse(stdout) as EvaluationReport), { anger: 2 });
});

test("a name that is not UTF-8 on the command line", linuxOnly, async () => {
  const data = dataset("argument", "caf\udce9.wav", "b.wav");
  rmSync(join(data, "b.wav"));
  const script = 'exec "$0" "$@" "$(printf "caf\\351.wav")" "$(printf "none\\377.wav")"';
  const parameters = ["-c", script, process.execPath, COMMAND, "classify", "--csv", "--model", model];
  const { stdout, stderr } = await runProgram("sh", parameters, { folder: data });
  assert.match(stdout, /^file,[^\n]*\ncaf\\udce9\.wav,[^\n]*,\nnone\\udcff\.wav,,/);
  assert.equal(stderr, "light-sernet: none\\udcff.wav: there is no such file or folder; check the path\n");
});
