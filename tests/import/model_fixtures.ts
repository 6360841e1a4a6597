/** Fixtures of the import tests: files that the formats' own tools wrote, and broken copies of them. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { importModel } from "../../ts-tools/import/import_model.js";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import type { ActivationScales } from "../../ts-tools/model/model_types.js";
import { repositoryRoot } from "../support/paths.js";

const FIXTURES = join(repositoryRoot, "tests", "fixtures", "models");

/** The path of a fixture: see make_fixtures.py for what there is. */
export function fixture(name: string): string {
  return join(FIXTURES, name);
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-import-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file in a temporary folder. */
export function temporaryFile(t: TestContext, name: string, content: Uint8Array | string): string {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, content);
  return path;
}

/** The bytes of a fixture file; ".gz" ones unpacked. */
export function fixtureBytes(name: string): Buffer {
  const bytes = readFileSync(fixture(name));
  return name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** The path of a fixture that is stored compressed, unpacked. */
export function unpackedFixture(t: TestContext, name: string): string {
  return temporaryFile(t, name.replace(/\.gz$/, ""), fixtureBytes(name));
}

/** Any will do where a test does not look at the answers. */
const SOME_SCALES: ActivationScales = { bodyOne: 0.05, bodyTwo: [0.05, 0.05, 0.05, 0.05], features: 1e-4 };

/**
 * A copy of a fixture in this folder with its activation scales beside it: a build needs no recordings, and half the time, because it does not compile
 * the front end for a calibration. Returns the path of the model.
 */
export function fixtureWithScales(name: string, folder: string, activationScales = SOME_SCALES): string {
  const isFolder = statSync(fixture(name)).isDirectory();
  const path = join(folder, name.replace(/\.gz$/, ""));
  mkdirSync(folder, { recursive: true });
  if (isFolder) cpSync(fixture(name), path, { recursive: true });
  else writeFileSync(path, fixtureBytes(name));
  const sidecar = { ...(!isFolder && { file: basename(path) }), activationScales };
  writeFileSync(join(isFolder ? path : folder, "light-sernet.json"), JSON.stringify(sidecar));
  return path;
}

/** A copy of a TensorFlow.js fixture whose model.json `edit` has changed; the path of its model.json. */
export function editedTfjs<T>(t: TestContext, name: string, edit: (model: T) => void): string {
  const folder = temporaryFolder(t);
  cpSync(fixture(name), folder, { recursive: true });
  const path = join(folder, "model.json");
  const model = JSON.parse(readFileSync(path, "utf8")) as T;
  edit(model);
  writeFileSync(path, JSON.stringify(model));
  return path;
}

/** What the fixtures share: shapes, one MFCC input, and Keras' probabilities for it. */
export interface Expected {
  frames: number;
  coefficients: number;
  classes: number;
  bodyOneChannels: number[];
  bodyTwoChannels: number[];
  mfcc: number[];
  probabilities: number[];
}

export function expectedOfFixtures(): Expected {
  return JSON.parse(readFileSync(fixture("expected.json"), "utf8")) as Expected;
}

/** Imports a model that must be refused, and returns the sentence. */
export async function refusal(path: string): Promise<string> {
  try {
    await importModel(path);
  } catch (error) {
    assert.ok(error instanceof ModelError, `${path} was refused with ${String(error)}, not a ModelError`);
    assertOneSentence(error.message);
    return error.message;
  }
  assert.fail(`${path} was not refused`);
}

/** One line that ends with its only full stop and says what was expected. */
export function assertOneSentence(message: string): void {
  assert.match(message, /^[^\n]+: [^\n]*\bexpected\b[^\n]*\.$/);
  assert.doesNotMatch(message, /\. [A-Z]/);
  assert.doesNotMatch(message, /undefined|NaN,|\[object|Error:/);
}

/** All layers of a model, in the order of the data. */
export function layersOf({ bodyOne, bodyTwo, dense }: FloatModel): { name: string; weights: Float32Array; bias: Float32Array }[] {
  return [...bodyOne, ...bodyTwo, dense];
}

/**
 * The largest difference of any weight or bias between two models, relative to the largest weight (bias) of the layer in which it occurs.
 */
export function largestDifference(a: FloatModel, b: FloatModel): number {
  const others = layersOf(b);
  const differences = layersOf(a).flatMap((layer, index) => [
    relativeDifference(layer.weights, others[index]!.weights),
    relativeDifference(layer.bias, others[index]!.bias),
  ]);
  return Math.max(...differences);
}

function relativeDifference(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return difference / largest;
}
