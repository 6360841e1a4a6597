import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { STATUS } from "../../ts-tools/abi/status.js";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { COMMAND, lightSernet, lightSernetAgain, lines } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { sharedFolder } from "../support/paths.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { fromInt16, hostileWavs, interleave, oddButGoodWavs, wavFile } from "../support/wav.js";

let model: string;
let work: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-wasmtime-"));
});
after(() => rmSync(work, { recursive: true }));

const skip = skipWithoutWasmtime;

type JsonLine = Recognition & { file: string };

/** All that both engines must agree on. */
async function results(engine: string, ...parameters: string[]): Promise<Omit<JsonLine, "timing">[]> {
  const { code, stdout, stderr } = await lightSernetAgain(["classify", "--engine", engine, "--model", model, "--json", ...parameters]);
  assert.equal(code, 0, stderr);
  const answers = lines(stdout).map((line) => JSON.parse(line) as JsonLine);
  const warnings = answers.flatMap(({ file, warnings }) => warnings.map((sentence) => `light-sernet: ${file}: warning: ${sentence}`));
  assert.equal(stderr, warnings.map((line) => `${line}\n`).join(""));
  return answers.map(({ timing, ...rest }) => {
    for (const value of Object.values(timing)) assert.ok(value >= 0);
    assert.equal(Object.keys(timing).join(), "decodeMs,frontendMs,networkMs");
    return rest;
  });
}

test("both engines print the same but for the timing", { skip }, async () => {
  const folder = join(work, "sounds");
  mkdirSync(folder);
  for (const { name, bytes } of oddButGoodWavs(voice(9000))) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, "long.wav"), wavFile(voice(131111, 16000, 3)));
  const stereo = fromInt16(interleave(voice(300000, 44100, 4), 2), "s24");
  writeFileSync(join(folder, "long-44100-stereo.wav"), wavFile(stereo, { rate: 44100, channels: 2, format: "s24" }));
  writeFileSync(join(folder, "silence.wav"), wavFile(new Int16Array(48001)));
  for (const long of ["windows", "center"]) {
    const [node, wasmtime] = [await results("node", "--long", long, folder), await results("wasmtime", "--long", long, folder)];
    assert.equal(node.length, readdirSync(folder).length);
    assert.deepEqual(wasmtime, node);
  }
});

const emodb = sharedFolder("emodb");

test("recordings of EMO-DB", { skip: skip || (!emodb && "../shared/emodb is not there") }, async () => {
  const files = readdirSync(join(emodb!, "wav"))
    .filter((_, index) => index % 60 === 0)
    .map((name) => join(emodb!, "wav", name));
  assert.deepEqual(await results("wasmtime", ...files), await results("node", ...files));
});

test("both engines refuse the same files with the same sentences", { skip }, async () => {
  const folder = join(work, "hostile");
  mkdirSync(folder);
  for (const { name, bytes } of hostileWavs()) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, "good.wav"), wavFile(voice(100)));
  const run = (engine: string) => lightSernetAgain(["classify", "--engine", engine, "--model", model, folder, join(work, "missing.wav")]);
  const [node, wasmtime] = [await run("node"), await run("wasmtime")];
  assert.equal(node.code, 1);
  assert.deepEqual(wasmtime, node);
});

test("a sound that the command refuses while more of it is still to come", { skip }, async () => {
  const refused = wavFile(new Int16Array(9000), { lie: { channels: 0, blockBytes: 0 } });
  const child = spawn(process.execPath, [COMMAND, "classify", "--engine", "wasmtime", "--model", model, "-"]);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.write(refused.subarray(0, 200));
  const timer = setInterval(() => child.stdin.write(refused.subarray(0, 1000)), 100);
  const [code] = (await once(child, "close")) as [number];
  clearInterval(timer);
  assert.deepEqual([code, said], [1, `light-sernet: -: ${STATUS.WAV_NO_CHANNELS.sentence}\n`]);
});

test("csv, json and text", { skip }, async () => {
  writeFileSync(join(work, "one.wav"), wavFile(voice(30000)));
  for (const format of [["--csv"], ["--json"], []]) {
    const run = (engine: string) => lightSernetAgain(["classify", "--engine", engine, "--model", model, ...format, join(work, "one.wav")]);
    const untimed = (text: string) => text.replace(/"timing".*/, "");
    assert.equal(untimed((await run("wasmtime")).stdout), untimed((await run("node")).stdout));
  }
});

test("a command of another model than model.json", { skip }, async () => {
  const mixed = join(work, "mixed");
  cpSync(model, mixed, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(mixed, "model.json"), "utf8")) as { sha256: string };
  writeFileSync(join(mixed, "model.json"), JSON.stringify({ ...manifest, sha256: "0".repeat(64) }));
  const sound = join(work, "mixed.wav");
  writeFileSync(sound, wavFile(voice(100)));
  const { code, stdout, stderr } = await lightSernetAgain(["classify", "--engine", "wasmtime", "--model", mixed, sound]);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(
    stderr,
    /^light-sernet: .* mixes two models: model\.json and light-sernet-cli\.wasm \(narrow-random\) have different hashes; .*\n$/,
  );
});

test("a command that accepts by another threshold than model.json", { skip }, async () => {
  const mixed = join(work, "mixed-threshold");
  cpSync(model, mixed, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(mixed, "model.json"), "utf8")) as object;
  writeFileSync(join(mixed, "model.json"), JSON.stringify({ ...manifest, acceptThreshold: 0 }));
  const sound = join(work, "uncertain.wav");
  writeFileSync(sound, wavFile(voice(20000)));
  const { code, stdout, stderr } = await lightSernetAgain(["classify", "--engine", "wasmtime", "--model", mixed, sound]);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(
    stderr,
    /^light-sernet: .* mixes two models: model\.json and light-sernet-cli\.wasm \(narrow-random\) have different acceptance thresholds; .*\n$/,
  );
});

test("without wasmtime, or without the command: a sentence that says what to do", async () => {
  const environment = { PATH: work, LIGHT_SERNET_WASMTIME: join(work, "nothing") };
  const { code, stdout, stderr } = await lightSernet(["classify", "--engine", "wasmtime", "--model", model, "a.wav"], { environment });
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^light-sernet: LIGHT_SERNET_WASMTIME names .*nothing, which is not a program; correct it\n$/);

  const half = join(work, "half");
  cpSync(model, half, { recursive: true });
  rmSync(join(half, "light-sernet-cli.wasm"));
  const without = await lightSernetAgain(["classify", "--engine", "wasmtime", "--model", half, "a.wav"]);
  assert.equal(without.code, 1);
  assert.match(without.stderr, /^light-sernet: .*light-sernet-cli\.wasm is missing; build the model again with "light-sernet build"\n$/);
});
