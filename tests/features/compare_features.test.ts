/** Features that real libraries computed of one sound (tests/fixtures/features): what is different is found and said. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { type ComparedSound, compareFeatures, type FeatureComparison, readUserFeatures } from "../../ts-tools/features/compare_features.js";
import { differencesInWords } from "../../ts-tools/features/explanation.js";
import { FloatFrontEnd } from "../../ts-tools/features/float_front_end.js";
import { npyOf } from "../../ts-tools/features/npy.js";
import { type Recipe, recipeOf } from "../../ts-tools/features/recipe.js";
import { findRecipe } from "../../ts-tools/features/search.js";
import { SearchTime } from "../../ts-tools/features/search_time.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { frontEndModule } from "../../ts-tools/pipeline/front_end_module.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { featuresOf } from "../../ts-tools/runtime/features.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";

const FIXTURES = join(repositoryRoot, "tests/fixtures/features");
/** As make_features.py says. */
const FRONT_END = { ...REFERENCE_FRONT_END, windowSamples: 12_288 };
let sound: ComparedSound;

before(async () => {
  const samples = readPcmWav(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav"));
  const { values, shape } = featuresOf(await Engine.create(await frontEndModule(FRONT_END)), samples);
  sound = { file: "a.wav", samples, features: { frames: shape[0], columns: shape[1], values: Float64Array.from(values) } };
});

const fixture = (name: string): Buffer => readFileSync(join(FIXTURES, `${name}.npy`));
const compared = (bytes: Uint8Array) => compareFeatures(readUserFeatures(bytes, "a.npy", FRONT_END), sound, FRONT_END);

const comparisons = new Map<string, FeatureComparison>();

/** Compared once. */
function comparedFixture(name: string): FeatureComparison {
  const comparison = comparisons.get(name) ?? compared(fixture(name));
  comparisons.set(name, comparison);
  return comparison;
}

/** What is said after "computed with", in full: nothing more and nothing less is different. */
const CAUSES: Readonly<Record<string, string>> = {
  tensorflow_power: "power instead of magnitude",
  tensorflow_unclipped: "no clip at ±10",
  tensorflow_hop_160:
    "frames of 512 samples instead of 1,024, an FFT of 512 points instead of 1,024 and a hop of 160 samples instead of 256",
  tensorflow_hamming_64_bands:
    "a Hamming window instead of a periodic Hann window, 64 mel bands instead of 128, mel bands from 0 Hz instead of 80 and mel bands up to 8,000 Hz instead of 7,600",
  tensorflow_unleveled_unclipped: "no level normalization and no clip at ±10",
  tensorflow_preemphasis: "pre-emphasis of 0.97",
  librosa_slaney_scale: "the slaney mel scale instead of HTK's and HERTZ",
  librosa_slaney_norm: 'HERTZ and mel filters of equal area (norm="slaney")',
  librosa_log10: "HERTZ and log10 instead of ln",
  librosa_no_scaling: "HERTZ, a DCT without scaling and no clip at ±10",
  librosa_ortho: "HERTZ, an orthonormal DCT (the zeroth coefficient divided by the root of 2) and no clip at ±10",
  librosa_defaults:
    'no level normalization, centered frames, with zeros before and after the sound (center=True), power instead of magnitude, the slaney mel scale instead of HTK\'s, HERTZ, mel filters of equal area (norm="slaney"), mel bands from 0 Hz instead of 80, mel bands up to 8,000 Hz instead of 7,600, decibels (10 log10) instead of ln, a least value before the logarithm instead of a sum, at most 80 dB below the loudest value (top_db), an orthonormal DCT (the zeroth coefficient divided by the root of 2) and no clip at ±10',
  torchaudio_defaults:
    "no level normalization, centered frames, with the mirrored sound before and after it (center=True), power instead of magnitude, HERTZ, mel bands from 0 Hz instead of 80, mel bands up to 8,000 Hz instead of 7,600, decibels (10 log10) instead of ln, a least value before the logarithm instead of a sum, at most 80 dB below the loudest value (top_db), an orthonormal DCT (the zeroth coefficient divided by the root of 2) and no clip at ±10",
  python_speech_features_defaults:
    "no level normalization, and samples as int16 numbers instead of -1 to 1, pre-emphasis of 0.97, no window function (a rectangular window), power, divided by the points of the FFT, instead of magnitude, mel filters with corners at bins of the spectrum, as python_speech_features has them, 40 mel bands instead of 128, mel bands from 0 Hz instead of 80, mel bands up to 8,000 Hz instead of 7,600, a cepstral lifter of 22, the logarithm of the frame's energy in place of the zeroth coefficient and no clip at ±10",
  kaldi_defaults:
    "no level normalization, and samples as int16 numbers instead of -1 to 1, pre-emphasis of 0.97, the mean of each frame subtracted, as Kaldi does, frames of 400 samples instead of 1,024, an FFT of 512 points instead of 1,024, a hop of 160 samples instead of 256, Kaldi's Povey window instead of a periodic Hann window, power instead of magnitude, 40 mel bands instead of 128, mel bands from 20 Hz instead of 80, mel bands up to 8,000 Hz instead of 7,600, a cepstral lifter of 22, the logarithm of the frame's energy in place of the zeroth coefficient and no clip at ±10",
};
const HERTZ = "mel filters that are triangles in hertz instead of mel, as librosa's and torchaudio's are";
/** A float64 front end computes what these libraries do; Kaldi and torchaudio do it in float32. */
const MOST_LEFT = 3e-4;

test("every fixture is tested", () => {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith(".npy") && !name.includes("3s"));
  assert.deepEqual(
    names.map((name) => name.slice(0, -4)).sort(),
    [...Object.keys(CAUSES), "tensorflow", "librosa_symmetric_window"].sort(),
  );
});

test("the features that Light-SERNet's training script computes are ours", (t) => {
  const { matches, largest, sentence } = compared(fixture("tensorflow"));
  t.diagnostic(`largest difference ${largest}`);
  assert.ok(matches && largest < 1e-3, sentence);
  assert.match(sentence, /^a\.npy has the front end's features of a\.wav: they differ by up to /);
});

for (const [name, cause] of Object.entries(CAUSES)) {
  test(`${name}: the cause is named, nothing else, and nothing is left`, () => {
    const { matches, sentence } = comparedFixture(name);
    const [, words, left] = /, because it was computed with (.*) \(with that, up to (\S+) would be left\)/.exec(sentence) ?? [];
    assert.equal(words, cause.replace("HERTZ", HERTZ), sentence);
    assert.ok(Number(left) <= MOST_LEFT, sentence);
    assert.ok(!matches, sentence);
  });
}

/** Triangles in hertz and a symmetric window change less than a network notices. */
test("features that are close enough are called that without a search", () => {
  const bytes = fixture("librosa_symmetric_window");
  const user = readUserFeatures(bytes, "a.npy", FRONT_END);
  const { matches, sentence } = compareFeatures(user, sound, FRONT_END, () => assert.fail("a search"));
  assert.ok(matches);
  assert.match(
    sentence,
    /^a\.npy is close enough to the front end's features of a\.wav: they differ by up to 0\.0\d+ \(0\.\d+ on average\)$/,
  );
  const ours = recipeOf(FRONT_END);
  const { recipe, changed } = findRecipe({ ...FRONT_END, samples: sound.samples }, user.matrix, ours, new SearchTime(() => {}));
  assert.equal(differencesInWords(recipe, changed, ours), `a symmetric Hann window instead of a periodic Hann window and ${HERTZ}`);
});

test("a difference that our front end can compute, too, comes with the fields to set", () => {
  const { sentence } = comparedFixture("tensorflow_hop_160");
  assert.ok(
    sentence.endsWith('; set "frontEnd": {"frameSamples":512,"hopSamples":160} in the light-sernet.json beside the model'),
    sentence,
  );
  assert.ok(sentence.includes("it has 74 frames of 40 coefficients instead of 45 frames of 40 coefficients"), sentence);
});

/** tensorflow.npy, changed. */
function changed(shape: number[], valueAt: (t: number, k: number) => number, rows = shape[0]!, columns = shape[1]!): Uint8Array {
  return npyOf(
    Float32Array.from({ length: rows * columns }, (_, i) => valueAt(Math.floor(i / columns), i % columns)),
    shape,
  );
}

test("transposed features and a batch of one are compared as what they are", () => {
  const { frames, columns, values } = sound.features;
  const at = (t: number, k: number): number => values[t * columns + k]!;
  const transposed = compared(changed([columns, frames], (k, t) => at(t, k)));
  assert.ok(transposed.matches && transposed.largest === 0, transposed.sentence);
  assert.match(transposed.sentence, /\(it is \[coefficients, frames\] and was compared transposed\)/);
  assert.equal(compared(changed([1, frames, columns, 1], at, frames, columns)).largest, 0);
});

test("missing frames and coefficients, and a sound of somebody else", () => {
  const { frames, columns, values } = sound.features;
  const at = (t: number, k: number): number => values[t * columns + k]!;
  const at1 = (t: number, k: number): number => at(Math.min(t + 1, frames - 1), k);
  const cases: [number, (t: number, k: number) => number, string][] = [
    [frames - 1, at, "its last frame is missing"],
    [frames - 2, at1, "its first frame is missing and its last frame is missing"],
    [frames, at1, "its first frame is missing and a frame was added at its end"],
    [frames + 2, (t, k) => at(Math.max(t - 2, 0), k), "2 frames were added at its start"],
  ];
  for (const [rows, valueAt, words] of cases) {
    const { matches, sentence } = compared(changed([rows, columns], valueAt));
    assert.ok(!matches && sentence.endsWith(`, because ${words}; save as many frames as the model takes`), sentence);
  }
  assert.match(
    compared(changed([frames, 13], at)).sentence,
    /it has 45 frames of 13 coefficients instead of 45 frames of 40 coefficients, .*so what both have is the same; /,
  );
  const other = compared(changed([frames, columns], (t, k) => at(frames - 1 - t, (7 * k + 3) % columns)));
  assert.ok(!other.matches);
  assert.match(
    other.sentence,
    /(, for a reason that is not known|; the nearest front end that is known has .*, but still differs by up to \S+ \(\S+ on average\)); train the model/,
  );
});

/** Features of another recipe, from the float64 front end that the fixtures of real libraries check. */
function computed(changes: Partial<Recipe>, frames?: number): string {
  const ours = recipeOf(FRONT_END);
  const { windowSamples, sampleRate, coefficients } = FRONT_END;
  const all = new FloatFrontEnd(sound.samples, windowSamples, sampleRate).features({ ...ours, ...changes }, coefficients);
  return compared(npyOf(Float32Array.from(all.values).subarray(0, frames && frames * coefficients), [frames ?? all.frames, coefficients]))
    .sentence;
}

test("number and limits of the mel bands are found together", () => {
  assert.match(
    computed({ melBands: 40, melLowHz: 0, melHighHz: 8000 }),
    / computed with 40 mel bands instead of 128, mel bands from 0 Hz instead of 80 and mel bands up to 8,000 Hz instead of 7,600 \(with/,
  );
});

test("a transform whose length is not a power of two, and a missing frame of another front end", () => {
  assert.match(
    computed({ frameSamples: 400, fftSamples: 400, hopSamples: 160 }),
    / computed with frames of 400 samples instead of 1,024, an FFT of 400 points instead of 1,024 and a hop of 160 samples instead of 256 \(with/,
  );
  assert.match(
    computed({ melBands: 80 }, 44),
    / computed with 80 mel bands instead of 128, and because its last frame is missing \(with that, /,
  );
});

test("means that were removed", () => {
  assert.match(computed({ statistics: "mean" }), / computed with the mean of each coefficient over the sound removed \(with/);
});

test("features that are all the same are called that", () => {
  const { matches, sentence } = compared(changed([45, 40], () => 0));
  assert.ok(!matches && sentence.endsWith(", because all its values are 0; save the features of a sound"), sentence);
});

test("what cannot be compared is one sentence that names the file", () => {
  const cases: [Uint8Array, RegExp][] = [
    [new TextEncoder().encode("<html>not an array</html>"), /^a\.npy: this is not a \.npy file; save the array with numpy\.save\.$/],
    [
      new TextEncoder().encode("PK\x03\x04 and more"),
      /^a\.npy: this is an \.npz archive, not a \.npy file; save the array alone with numpy\.save\.$/,
    ],
    [npyOf(new Float32Array(40), [40]), /^a\.npy: its shape is \[40\]; save the features of one sound as \[frames, 40\]\.$/],
    [npyOf(new Float32Array(160), [2, 2, 40]), /^a\.npy: its shape is \[2, 2, 40\]/],
    [npyOf(new Float32Array(0), [0, 40]), /^a\.npy: its shape is \[0, 40\]/],
    [npyOf(new Float32Array(80).fill(Number.NaN), [2, 40]), /^a\.npy: it has values that are not finite/],
  ];
  for (const [bytes, expected] of cases)
    assert.throws(
      () => readUserFeatures(bytes, "a.npy", FRONT_END),
      (error) => error instanceof ModelError && expected.test(error.message),
    );
});
