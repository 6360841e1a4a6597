/**
 * One network as people build it: models inside models, other heads, layers in front of it, other inputs. Each variant in each format is quantized to the same
 * weights as the plain one, to the byte. tests/fixtures/models/make_variants.py lists the variants and makes the files.
 */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { importHere } from "../../ts-tools/import/import_here.js";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { writeWeights } from "../../ts-tools/model/weights_file.js";
import { calibrate } from "../../ts-tools/quantize/calibrate.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { integerNetwork } from "../../ts-tools/quantize/integer_forward.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";
import { fixture, refusal } from "./model_fixtures.js";

const FRAMES = 26;
const FRONT_END = { ...REFERENCE_FRONT_END, windowSamples: 1024 + (FRAMES - 1) * 256, coefficients: 20 };
/** The function of the plain network. */
const SAME = [
  "plain",
  "nested",
  "sequential",
  "logits",
  "rescaling",
  "normalization",
  "batch_norm",
  "open_frames",
  "reshape",
  "expand_dims",
];
/** An offset, or a scale of its own for each coefficient, in front of the plain network. */
const SHIFTED = ["offset", "standardized"];
const FORMATS = [
  ...["keras2.keras", "keras2.h5.gz", "keras3.keras", "keras3.h5.gz", "tfjs-layers.zip"],
  ...["keras2.tfjs-graph.zip", "keras3.tfjs-graph.zip", "keras2.tflite.gz", "keras3.tflite.gz"],
];

const expected = JSON.parse(readFileSync(fixture("variants/expected.json"), "utf8")) as {
  mfcc: number[];
  probabilities: Record<string, number[]>;
};
const random = new Random(2026);
const segments = Array.from({ length: 8 }, (_, index) => ({ file: `${index}`, mfcc: randomMfcc(random, FRAMES, 20, 10) }));

const folder = mkdtempSync(join(tmpdir(), "light-sernet-variants-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The path of a fixture, unpacked where it is compressed. */
function unpacked(name: string): string {
  const source = fixture(`variants/${name}`);
  const path = join(folder, name.replace(/\.(gz|zip)$/, ""));
  if (name.endsWith(".gz")) writeFileSync(path, gunzipSync(readFileSync(source)));
  else if (!name.endsWith(".zip")) return source;
  else {
    mkdirSync(path, { recursive: true });
    for (const [member, bytes] of Object.entries(unzipSync(readFileSync(source)))) writeFileSync(join(path, member), bytes);
  }
  return path;
}

function quantized(model: FloatModel): QuantizedModel {
  return quantizeModel(model, calibrate(model, segments).scales, FRONT_END);
}

const weightsFile = (model: FloatModel): Buffer => Buffer.from(writeWeights(quantized(model)));
const plain = await importHere(unpacked("plain.keras3.keras"));

function assertProbabilities(model: FloatModel, probabilities: readonly number[] | undefined): void {
  const found = floatNetwork(model)(Float32Array.from(expected.mfcc));
  const difference = Math.max(...probabilities!.map((probability, index) => Math.abs(probability - found[index]!)));
  assert.ok(difference < 1e-6, `the probabilities differ by ${difference} from Keras'`);
}

for (const variant of SAME) {
  test(`${variant}: the same quantized weights in every format, and Keras' probabilities`, async () => {
    for (const format of FORMATS) {
      const model = await importHere(unpacked(`${variant}.${format}`), variant === "open_frames" ? FRAMES : undefined);
      assert.ok(weightsFile(model).equals(weightsFile(plain)), format);
      assertProbabilities(model, expected.probabilities.plain);
    }
  });
}

test("zero_bias: a dense layer without bias has one of zeros", async () => {
  const withoutBias = { ...plain, dense: { ...plain.dense, bias: new Float32Array(plain.dense.classes) } };
  assert.ok(!weightsFile(withoutBias).equals(weightsFile(plain)));
  for (const format of FORMATS) {
    const model = await importHere(unpacked(`zero_bias.${format}`));
    assert.ok(weightsFile(model).equals(weightsFile(withoutBias)), format);
    assertProbabilities(model, expected.probabilities.zero_bias);
  }
});

test("a convolution with neither bias nor batch norm has a bias of zeros", async () => {
  const [withNorm, without] = [await importHere(fixture("tiny.keras3.keras")), await importHere(fixture("plain_conv.keras3.keras"))];
  assert.ok(without.bodyTwo[2].bias.every((bias) => bias === 0));
  assert.ok(without.bodyTwo[2].weights.some((weight, index) => weight !== withNorm.bodyTwo[2].weights[index]));
  assert.deepEqual(without.bodyTwo.toSpliced(2, 1), withNorm.bodyTwo.toSpliced(2, 1));
});

for (const variant of SHIFTED) {
  test(`${variant}: the int8 weights of the plain network in every format, and Keras' probabilities`, async (t) => {
    let first: QuantizedModel["input"];
    for (const format of FORMATS) {
      const model = await importHere(unpacked(`${variant}.${format}`));
      const integers = quantized(model);
      const ours = [...integers.bodyOne, ...integers.bodyTwo, integers.dense].map(({ weights }) => weights);
      const reference = quantized(plain);
      assert.deepEqual(
        ours,
        [...reference.bodyOne, ...reference.bodyTwo, reference.dense].map(({ weights }) => weights),
        format,
      );
      first ??= integers.input;
      assert.ok(integers.input !== undefined && first !== undefined);
      // A converter's reciprocal of a deviation is rounded to float32.
      for (const list of ["factors", "offsets"] as const) {
        for (const [k, value] of first[list].entries()) {
          const difference = Math.abs(value - integers.input[list][k]!);
          assert.ok(difference <= 1e-6 * Math.abs(value), `${format}: ${list}[${k}] differs by ${difference}`);
        }
      }
      assertProbabilities(model, expected.probabilities[variant]);
      const answers = segments.map(({ mfcc }) => [floatNetwork(model)(mfcc), integerNetwork(integers)(mfcc).probabilities] as const);
      const differences = answers.map(([float, integer]) => Math.max(...float.map((p, index) => Math.abs(p - integer[index]!))));
      const worst = Math.max(...differences);
      if (format === FORMATS[0]) t.diagnostic(`largest difference of a probability between integers and floats: ${worst.toFixed(4)}`);
      assert.ok(worst < 0.05, `${format}: ${worst}`);
    }
  });
}

test("every file of the fixtures is tested", () => {
  const names = [...SAME, ...SHIFTED, "zero_bias"].flatMap((variant) => FORMATS.map((format) => `${variant}.${format}`));
  assert.deepEqual(readdirSync(fixture("variants")).sort(), [...names, "expected.json"].sort());
});

test("an open number of frames is one sentence that says what to add", async () => {
  const path = unpacked("open_frames.keras3.keras");
  assert.equal(
    await refusal(path),
    `${path}: layer "mfcc" takes [any, any, 20, 1], any number of frames, expected a length in seconds: add --window 3, or that of the recordings it was trained on.`,
  );
});
