/** What the commands say of a model's license: `inspect` always; `classify` and `evaluate` once, on standard error, unless it is MIT. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isPackagedModel, LICENSES } from "../../ts-tools/runtime/shipped_models.js";
import { lightSernetAgain, lines } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { repositoryRoot } from "../support/paths.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

const RESTRICTED = "CC BY-NC-SA 4.0";
const NOTE = `light-sernet: note: the license of this model is ${RESTRICTED}, which forbids commercial use\n`;

let work: string;
let sounds: string;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-license-"));
  sounds = join(work, "sounds");
  mkdirSync(join(sounds, "anger"), { recursive: true });
  for (const [index, name] of ["a.wav", "b.wav"].entries()) writeFileSync(join(sounds, "anger", name), wavFile(voice(4000 + index)));
  const { folder } = await narrowBuild();
  const manifest = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as object;
  for (const [name, license] of Object.entries({
    none: undefined,
    free: "MIT",
    open: "Apache-2.0",
    restricted: RESTRICTED,
    again: RESTRICTED,
  })) {
    cpSync(folder, join(work, name), { recursive: true });
    writeFileSync(join(work, name, "model.json"), JSON.stringify({ ...manifest, license }));
  }
});
after(() => rmSync(work, { recursive: true }));

test("inspect prints it with the source", async () => {
  assert.match(
    (await lightSernetAgain(["inspect", join(work, "restricted")])).stdout,
    /\n {2}source .*\n {2}license {3}CC BY-NC-SA 4\.0\n {2}classes /,
  );
  assert.match((await lightSernetAgain(["inspect", join(work, "none")])).stdout, /\n {2}source .*\n {2}classes /);
});

for (const [engine, skip] of [
  ["node", false],
  ["wasmtime", skipWithoutWasmtime],
] as const) {
  test(`classify, ${engine}: once, on standard error; the results stay as they are`, { skip }, async () => {
    const classify = (name: string) => lightSernetAgain(["classify", "--csv", "--engine", engine, "--model", join(work, name), sounds]);
    const { code, stdout, stderr } = await classify("none");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(lines(stdout).length, 3);
    assert.deepEqual(await classify("free"), { code, stdout, stderr });
    assert.deepEqual(await classify("restricted"), { code, stdout, stderr: NOTE });
    const open = "light-sernet: note: the license of this model is Apache-2.0\n";
    assert.deepEqual(await classify("open"), { code, stdout, stderr: open });
  });
}

test("evaluate: once for all folds with the same license", async () => {
  const evaluate = (dir: string) => lightSernetAgain(["evaluate", join(work, dir), "--data", sounds, "--json"]);
  const { code, stdout, stderr } = await evaluate("restricted");
  assert.deepEqual({ code, stderr }, { code: 0, stderr: NOTE });
  assert.equal(stdout, (await evaluate("free")).stdout);
  mkdirSync(join(work, "folds"));
  const folds = ["restricted", "again"].map((model, index) => ({ name: model, model: `../${model}`, test: [["a", "b"][index]] }));
  writeFileSync(join(work, "folds", "folds.json"), JSON.stringify({ protocol: "loso", folds }));
  assert.equal((await evaluate("folds")).stderr, NOTE);
});

test("--model with a model that is not there: one sentence", async () => {
  for (const model of Object.keys(LICENSES).filter((name) => !isPackagedModel(name))) {
    for (const engine of ["node", ...(skipWithoutWasmtime ? [] : ["wasmtime"])]) {
      const { code, stdout, stderr } = await lightSernetAgain(["classify", "--csv", "--engine", engine, "--model", model, sounds]);
      if (existsSync(join(repositoryRoot, "weights", model, "int8"))) {
        assert.deepEqual({ code, stderr }, { code: 0, stderr: NOTE });
      } else {
        assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
        assert.match(
          stderr,
          new RegExp(`^light-sernet: the model "${model}" is not part of this package, because its license is [^\\n]*\\n$`),
        );
      }
    }
  }
});
