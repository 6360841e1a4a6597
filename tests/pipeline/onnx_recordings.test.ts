/** The trained network as tf2onnx writes it, built as int8: on twelve recordings the module answers as ONNX Runtime does with the .onnx itself. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { indexOfLargest } from "../../ts-tools/model/index_of_largest.js";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { fixture } from "../import/model_fixtures.js";
import { lightSernetAgain, lines } from "../support/command.js";
import { sharedFolder } from "../support/paths.js";

const CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
const LIMIT = 0.02;

const upstream = sharedFolder("upstream");
const emodb = sharedFolder("emodb");
const skip = upstream && emodb ? false : "../shared/upstream or ../shared/emodb is not there: no trained ONNX model, or no recordings";

test("the module built of an ONNX model answers twelve recordings as ONNX Runtime does", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-onnx-"));
  t.after(() => rmSync(folder, { recursive: true }));
  // Made by real_network.py.
  const expected = JSON.parse(readFileSync(fixture("onnx/recordings.json"), "utf8")) as Record<string, number[]>;
  const names = Object.keys(expected);
  assert.equal(names.length, 12);
  const sounds = join(folder, "sounds");
  mkdirSync(sounds);
  for (const name of names) symlinkSync(join(emodb!, "wav", `${name}.wav`), join(sounds, `${name}.wav`));

  const out = join(folder, "out");
  const source = join(upstream!, "converted", "float32.onnx");
  const options = ["--out", out, "--classes", CLASSES.join(), "--calibrate", sounds, "--profile", "embedded"];
  const built = await lightSernetAgain(["build", source, ...options]);
  assert.equal(built.code, 0, built.stderr);
  const files = names.map((name) => join(sounds, `${name}.wav`));
  const classified = await lightSernetAgain(["classify", "--model", out, "--build", "scalar", "--long", "center", "--json", ...files]);
  assert.equal(classified.code, 0, classified.stderr);

  const answers = lines(classified.stdout).map((line) => JSON.parse(line) as Recognition);
  const differences = answers.map(({ label, probabilities }, index) => {
    const wanted = expected[names[index]!]!;
    assert.equal(label, CLASSES[indexOfLargest(wanted)], names[index]);
    return Math.max(...wanted.map((p, i) => Math.abs(p - probabilities[CLASSES[i]!]!)));
  });
  assert.equal(differences.length, names.length);
  const largest = Math.max(...differences);
  t.diagnostic(`12 of 12 labels, largest difference of a probability ${largest.toFixed(5)}`);
  assert.ok(largest <= LIMIT, `${largest}`);
});
