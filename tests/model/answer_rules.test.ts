/** What a manifest and light-sernet.json say of answers besides probabilities: there and back, left out, and wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerRulesFault } from "../../ts-tools/model/answer_rules.js";
import { dimensionsFault, quantizeDimensions } from "../../ts-tools/model/dimensions.js";
import { frameCount } from "../../ts-tools/model/front_end.js";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import type { AnswerRules } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { parseSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { SMALL_CLASSES, SMALL_FRONT_END, smallManifestInput } from "../quantize/small_models.js";
import { normalizationOf } from "../support/normalization.js";

const CLASSES = SMALL_CLASSES.length;
const input = {
  ...smallManifestInput(5),
  frontEnd: { ...SMALL_FRONT_END, normalization: normalizationOf(SMALL_FRONT_END.coefficients) },
};
const plain = buildManifest(input);

type Field = keyof AnswerRules;
const sidecar = (name: string, value: unknown) => parseSidecar(JSON.stringify({ [name]: value }), "light-sernet.json");
const manifest = (name: string, value: unknown) => parseManifest(JSON.stringify({ ...plain, [name]: value }), "model.json");

const REAL = { weights: Array.from({ length: CLASSES }, (_, index) => 0.25 * index - 0.3), bias: -1.5 };
const DIMENSIONS = quantizeDimensions({ activation: REAL, valence: { weights: REAL.weights.map((value) => -value), bias: 0 } });

const ANSWERS = { share: 0.5, weight: 4, horizon: 64, leastSpeech: 1 };

test("the manifest has them as fields of their own, and reads back", () => {
  const rules: AnswerRules = { dimensions: DIMENSIONS, speakerAnswers: ANSWERS, leastSpeechFrames: 1 };
  const ruled = buildManifest({ ...input, rules });
  assert.deepEqual(ruled, { ...plain, ...rules });
  assert.deepEqual(parseManifest(manifestText(ruled), "model.json"), ruled);
});

test('absent and "none" are the same', () => {
  for (const name of ["dimensions", "speakerAnswers"] satisfies Field[]) {
    assert.ok(!(name in plain));
    assert.deepEqual(manifest(name, "none"), plain);
    assert.deepEqual(sidecar(name, "none"), {});
  }
});

test("weights of dimensions become integers, to the nearest", () => {
  const { activation } = quantizeDimensions({ activation: { weights: [1, -0.5, 0.3, -1e-9, 1000], bias: 1 / 131072 } });
  assert.deepEqual(activation, { weights: [65536, -32768, 19661, 0, 65_536_000], bias: 1 });
});

test("dimensions: one of them or both", () => {
  assert.deepEqual(sidecar("dimensions", { valence: REAL }), { dimensions: { valence: REAL } });
  assert.deepEqual(manifest("dimensions", { activation: DIMENSIONS.activation }).dimensions, { activation: DIMENSIONS.activation });
});

/** A value that either file may have, and what both say of it. */
const WRONG: [field: Field, value: unknown, sentence: RegExp][] = [
  ["dimensions", 1, /dimensions must be an object or "none", but is 1/],
  ["dimensions", [], /dimensions must be an object or "none", but is /],
  ["dimensions", null, /dimensions must be an object or "none"/],
  ["dimensions", {}, /dimensions must be an object with activation, valence or both/],
  ["dimensions", { arousal: REAL }, /dimensions has "arousal", which is not one of activation, valence/],
  ["dimensions", { activation: 1 }, /dimensions\.activation must be an object/],
  [
    "dimensions",
    { activation: { ...DIMENSIONS.activation, scale: 1 } },
    /dimensions\.activation has "scale", which is not one of weights, bias/,
  ],
  ["dimensions", { activation: { weights: new Array(CLASSES).fill(0) } }, /dimensions\.activation\.bias must be .*, but is missing/],
  ["dimensions", { activation: { weights: "all", bias: 0 } }, /dimensions\.activation\.weights must be a list of .*numbers/],
  ["dimensions", { activation: { weights: [], bias: 0 } }, /dimensions\.activation\.weights must be a list of .*numbers/],
  ["dimensions", { activation: { weights: new Array(CLASSES).fill(null), bias: 0 } }, /weights must be a list of .*numbers/],
  [
    "dimensions",
    { activation: { weights: new Array(CLASSES).fill(1e9), bias: 0 } },
    /weights must be a list of .*numbers, each a .*number from -/,
  ],
  [
    "dimensions",
    { activation: { weights: new Array(CLASSES).fill(0), bias: -1e9 } },
    /bias must be a .*number from -.*, but is -1000000000/,
  ],
];

const answers = (changes: object): [Field, unknown] => ["speakerAnswers", { ...ANSWERS, ...changes }];
WRONG.push(
  ["speakerAnswers", true, /speakerAnswers must be an object or "none", but is true/],
  ["speakerAnswers", {}, /speakerAnswers\.share must be a number from 0 to 1, but is missing/],
  [...answers({ shares: 1 }), /speakerAnswers has "shares", which is not one of share, weight, horizon, leastSpeech/],
  [...answers({ share: 1.01 }), /speakerAnswers\.share must be a number from 0 to 1, but is 1\.01/],
  [...answers({ share: null }), /speakerAnswers\.share must be a number from 0 to 1/],
  [...answers({ weight: 0 }), /speakerAnswers\.weight must be a number from 0\.001 to 1e6, but is 0/],
  [...answers({ weight: "4" }), /speakerAnswers\.weight must be a number from 0\.001 to 1e6, but is "4"/],
  [...answers({ horizon: 0.99 }), /speakerAnswers\.horizon must be a number from 1 to 1e6, but is 0\.99/],
  [...answers({ leastSpeech: 0 }), /speakerAnswers\.leastSpeech must be a whole number from 1 to 1,000,000, but is 0/],
  ["leastSpeechFrames", "none", /leastSpeechFrames must be a whole number from 1 to 1,000,000, but is "none"/],
  ["leastSpeechFrames", 0, /leastSpeechFrames must be a whole number from 1 to 1,000,000, but is 0/],
  ["leastSpeechFrames", null, /leastSpeechFrames must be a whole number/],
  ["leastSpeechFrames", 2.5, /leastSpeechFrames must be a whole number .*, but is 2\.5/],
  [...answers({ leastSpeech: 1.5 }), /speakerAnswers\.leastSpeech must be a whole number/],
);

test("a wrong one is refused by name, in one sentence, in both files", () => {
  for (const [name, value, sentence] of WRONG) {
    for (const [parse, advice] of [
      [sidecar, /^light-sernet\.json: .*; correct it or remove it\.$/],
      [manifest, /^model\.json: .*; build the model again\.$/],
    ] as const) {
      assert.throws(
        () => parse(name, value),
        (error) => error instanceof ModelError && sentence.test(error.message) && advice.test(error.message),
        `${name}: ${JSON.stringify(value)}`,
      );
    }
  }
});

test("dimensions in a manifest are integers, one weight for each class", () => {
  const zeros = (length: number): number[] => new Array(length).fill(0);
  for (const [weights, bias] of [
    [zeros(CLASSES + 1), 0],
    [zeros(CLASSES - 1), 0],
    [zeros(CLASSES).fill(0.5), 0],
    [zeros(CLASSES), 0.5],
  ] as const)
    assert.throws(
      () => manifest("dimensions", { activation: { weights, bias } }),
      /dimensions\.activation\.(weights|bias) must be a .*whole number/,
    );
  assert.equal(dimensionsFault(DIMENSIONS, CLASSES), undefined);
  assert.match(dimensionsFault(DIMENSIONS, CLASSES + 1)!, /activation has \d+ weights; expected \d+, one for each class/);
  assert.match(
    dimensionsFault({ valence: { weights: zeros(CLASSES), bias: Number.NaN } }, CLASSES)!,
    /valence has NaN; expected a whole number/,
  );
});

test("speakerAnswers needs a normalization, frames enough in a segment, and room in the module's input", () => {
  const most = frameCount(SMALL_FRONT_END);
  const { frontEnd } = input;
  const wide = { ...frontEnd, coefficients: 245, normalization: normalizationOf(245) };
  const fault = (changes: Partial<typeof ANSWERS>, of = frontEnd, classes = CLASSES) =>
    answerRulesFault({ speakerAnswers: { ...ANSWERS, ...changes } }, of, classes);
  assert.equal(fault({ leastSpeech: most }), undefined);
  assert.match(
    fault({ leastSpeech: most + 1 })!,
    new RegExp(`^speakerAnswers.leastSpeech is \\d+; expected a whole number from 1 to ${most}, the frames`),
  );
  assert.match(fault({ weight: Number.NaN })!, /^speakerAnswers\.weight is NaN; expected a number/);
  assert.match(answerRulesFault({ speakerAnswers: ANSWERS }, SMALL_FRONT_END, CLASSES)!, /^speakerAnswers needs a normalization/);
  assert.equal(fault({}, wide, 4), undefined);
  assert.match(fault({}, wide, 5)!, /^speakerAnswers needs at most 249 coefficients and classes together, and there are 250/);
  const { normalization: _, ...without } = plain;
  const text = JSON.stringify({ ...without, speakerAnswers: ANSWERS });
  assert.throws(
    () => parseManifest(text, "model.json"),
    /^ModelError: model\.json: speakerAnswers needs a normalization, .*; build the model again\.$/,
  );
});

test("leastSpeechFrames needs a normalization and frames enough in a segment", () => {
  const most = frameCount(SMALL_FRONT_END);
  assert.equal(answerRulesFault({ leastSpeechFrames: most }, input.frontEnd, CLASSES), undefined);
  assert.match(
    answerRulesFault({ leastSpeechFrames: most + 1 }, input.frontEnd, CLASSES)!,
    /^leastSpeechFrames is \d+; expected a whole number from 1 to/,
  );
  assert.match(answerRulesFault({ leastSpeechFrames: Number.NaN }, input.frontEnd, CLASSES)!, /^leastSpeechFrames is NaN/);
  assert.match(answerRulesFault({ leastSpeechFrames: 1 }, SMALL_FRONT_END, CLASSES)!, /^leastSpeechFrames needs a normalization/);
  assert.throws(() => manifest("leastSpeechFrames", most + 1), /leastSpeechFrames is \d+; expected .*; build the model again\.$/);
});
