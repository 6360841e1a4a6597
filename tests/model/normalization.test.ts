/** `normalization` in model.json and light-sernet.json: there and back, left out, and wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { normalizationFault } from "../../ts-tools/model/normalization.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { parseSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { SMALL_FRONT_END, smallManifestInput } from "../quantize/small_models.js";
import { normalizationOf } from "../support/normalization.js";

const COEFFICIENTS = SMALL_FRONT_END.coefficients;
const RIGHT = normalizationOf(COEFFICIENTS);
const input = smallManifestInput(5);
const plain = buildManifest(input);

const sidecar = (value: unknown) => parseSidecar(JSON.stringify({ normalization: value }), "light-sernet.json");
const manifest = (value: unknown) => parseManifest(JSON.stringify({ ...plain, normalization: value }), "model.json");

test("the manifest has it as a field of its own, and reads back", () => {
  const normalized = buildManifest({ ...input, frontEnd: { ...SMALL_FRONT_END, normalization: RIGHT } });
  assert.deepEqual(normalized.normalization, RIGHT);
  assert.deepEqual(normalized.frontEnd, plain.frontEnd);
  assert.equal(normalized.sha256, plain.sha256, "the hash is of the weights");
  assert.deepEqual(parseManifest(manifestText(normalized), "model.json"), normalized);
});

test('absent and "none" are the same', () => {
  assert.ok(!("normalization" in plain));
  assert.deepEqual(manifest("none"), plain);
  assert.deepEqual(manifest(undefined), plain);
  assert.deepEqual(sidecar("none"), {});
});

test("what may be left out gets its default", () => {
  const { share: _, speechFloor: __, ...least } = RIGHT;
  assert.deepEqual(sidecar(least), { normalization: RIGHT });
  assert.deepEqual(manifest(least).normalization, RIGHT);
});

const OBJECT = /normalization must be an object or "none", but is/;
const WRONG: [value: unknown, sentence: RegExp][] = [
  ["runningMean", OBJECT],
  [null, OBJECT],
  [[], OBJECT],
  [1, OBJECT],
  [true, OBJECT],
  [{}, /normalization\.kind must be "runningMean", but is missing/],
  [{ ...RIGHT, kind: "none" }, /normalization\.kind must be "runningMean", but is "none"/],
  [{ ...RIGHT, horizont: 5 }, /normalization has "horizont", which is not one of kind, horizon, startWeight, /],
  [{ ...RIGHT, horizon: undefined }, /normalization\.horizon must be a number from 1 to 1e6, but is missing/],
  [{ ...RIGHT, horizon: 0.5 }, /normalization\.horizon must be a number from 1 to 1e6, but is 0\.5/],
  [{ ...RIGHT, horizon: "512" }, /normalization\.horizon must be .*, but is "512"/],
  [{ ...RIGHT, startWeight: -1 }, /normalization\.startWeight must be a number from 0 to 1e6/],
  [{ ...RIGHT, carriedWeight: 1e7 }, /normalization\.carriedWeight must be a number from 0 to 1e6/],
  [{ ...RIGHT, energyScale: 0 }, /normalization\.energyScale must be a number from 0\.001 to 1,000/],
  [{ ...RIGHT, share: 1.5 }, /normalization\.share must be a number from 0 to 1/],
  [{ ...RIGHT, share: null }, /normalization\.share must be a number from 0 to 1/],
  [{ ...RIGHT, speechRange: 0 }, /normalization\.speechRange must be a number from 0\.01 to 1,000/],
  [{ ...RIGHT, speechFloor: -1001 }, /normalization\.speechFloor must be a number from -1,000 to 1,000/],
  [{ ...RIGHT, mean: undefined }, /normalization\.mean must be a list of .*numbers, each a number from -10,000 to 10,000/],
  [{ ...RIGHT, mean: [] }, /normalization\.mean must be a list of .*numbers/],
  [{ ...RIGHT, mean: [...RIGHT.mean.slice(1), null] }, /normalization\.mean must be a list of .*numbers/],
  [{ ...RIGHT, mean: [...RIGHT.mean.slice(1), 10_001] }, /normalization\.mean must be a list of .*numbers/],
];

test("a wrong one is refused by name, in one sentence, in both files", () => {
  for (const [value, sentence] of WRONG) {
    for (const [parse, advice] of [
      [sidecar, /^light-sernet\.json: .*; correct it or remove it\.$/],
      [manifest, /^model\.json: .*; build the model again\.$/],
    ] as const) {
      assert.throws(
        () => parse(value),
        (error) => error instanceof ModelError && sentence.test(error.message) && advice.test(error.message),
        JSON.stringify(value),
      );
    }
  }
});

test("the mean must have as many numbers as there are coefficients, and fit the module's input", () => {
  assert.throws(() => manifest(normalizationOf(COEFFICIENTS + 1)), new RegExp(`mean must be a list of ${COEFFICIENTS} numbers`));
  assert.throws(() => sidecar(normalizationOf(251)), /mean must be a list of at most 250 numbers/);
  assert.ok(sidecar(normalizationOf(250)).normalization);
  assert.equal(normalizationFault(RIGHT, COEFFICIENTS), undefined);
  assert.match(normalizationFault(RIGHT, COEFFICIENTS + 1)!, /its mean has \d+ numbers; expected/);
  assert.match(normalizationFault(normalizationOf(251), 251)!, /at most 250/);
  assert.match(normalizationFault({ ...RIGHT, horizon: 0 }, COEFFICIENTS)!, /its horizon is 0; expected a number from 1 to 1e6/);
  assert.match(normalizationFault({ ...RIGHT, mean: RIGHT.mean.map(() => Number.NaN) }, COEFFICIENTS)!, /its mean has NaN/);
});
