/** Every build measures every sound as the reference does, in whatever pieces, and says what is wrong with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type InputFormat, type WarningCode, warningsIn } from "../../ts-tools/abi/status.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { inputFigures } from "../reference/input_figures.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";
import { fromInt16, interleave, sampleBytes } from "../support/wav.js";
import { build, type ModelPlan, planModel } from "./built_model.js";
import type { Instance, Sound } from "./instance.js";
import { instancesOf } from "./instances.js";
import { randomSound } from "./random_sounds.js";

const FRONT_END = { ...REFERENCE_FRONT_END, windowSamples: 4000 };
const PLAN: ModelPlan = { name: "figures", frontEnd: FRONT_END, widths: [4, 4, 4, 4, 4, 4, 4, 8], classes: 3, seed: 105 };
const instances = await instancesOf(await build(PLAN.name, planModel(PLAN), FRONT_END));

interface Figures {
  durationMs: number;
  sampleRate: number;
  channels: number;
  /** 1/10,000, 1/100 dB, millionths. */
  peak: number;
  rms: number;
  clipped: number;
  warnings: WarningCode[];
}

function figuresOf(instance: Instance): Figures {
  const [durationMs, sampleRate, channels, peak, rms, clipped, warnings] = instance.int32(instance.exports.inputFigures(), 7);
  return {
    durationMs: durationMs!,
    sampleRate: sampleRate!,
    channels: channels!,
    peak: peak!,
    rms: rms!,
    clipped: clipped!,
    warnings: warningsIn(warnings!),
  };
}

/** The same in every build; returns them. */
function measured(sound: Sound, frames?: number): Figures {
  let first: Figures | undefined;
  for (const [build, instance] of instances) {
    instance.convert(sound, frames);
    const figures = figuresOf(instance);
    first ??= figures;
    assert.deepEqual(figures, first, `${sound.name} in ${build}`);
  }
  return first!;
}

test("random sounds in every format, rate and number of channels", () => {
  const random = new Random(106);
  const seen = new Set<WarningCode>();
  for (let trial = 0; trial < 250; trial++) {
    const sound = randomSound(random, random.integer(1, 4000));
    const { format, channels, rate, bytes, name } = sound;
    const expected = inputFigures(bytes, format, channels, rate);
    const figures = measured(sound, random.integer(1, 1 + 10 ** random.integer(0, 4)));
    assert.equal(figures.durationMs, expected.durationMs, name);
    assert.deepEqual([figures.sampleRate, figures.channels], [rate, channels], name);
    assert.ok(
      Math.abs(figures.peak - 1e4 * expected.peak) <= 0.501 + 1e-6 * figures.peak,
      `${name}: peak ${figures.peak} of ${expected.peak}`,
    );
    assert.ok(Math.abs(figures.rms - 100 * expected.rmsDb) <= 0.51, `${name}: rms ${figures.rms} of ${expected.rmsDb}`);
    assert.equal(figures.clipped, Math.floor(1e6 * expected.clippedShare + 1e-6), name);
    assert.deepEqual(figures.warnings, expected.warnings, name);
    for (const code of expected.warnings) seen.add(code);
  }
  assert.deepEqual([...seen].sort(), [
    "CHANNELS_CANCEL",
    "CLIPPED",
    "CONSTANT",
    "DC_OFFSET",
    "FAR_ABOVE_FULL_SCALE",
    "NOT_A_NUMBER",
    "SILENT",
  ]);
});

const SPEECH = voice(8000, 12000);
const sound = (format: InputFormat, values: ArrayLike<number>, channels = 1): Sound => ({
  name: format,
  format,
  channels,
  rate: 16000,
  bytes: sampleBytes(values, format),
});

test("a voice has no warning, in any format, loud or soft, with a silent channel or several", () => {
  for (const format of ["u8", "s16", "s24", "s32", "f32", "f64", "mulaw", "alaw"] as const) {
    assert.deepEqual(measured(sound(format, fromInt16(SPEECH, format))).warnings, [], format);
    assert.deepEqual(measured(sound(format, fromInt16(interleave(SPEECH, 3), format), 3)).warnings, [], format);
  }
  for (const factor of [0.005, 0.1, 2.5]) {
    assert.deepEqual(
      measured(
        sound(
          "f32",
          Array.from(SPEECH, (x) => (factor * x) / 32768),
        ),
      ).warnings,
      [],
      String(factor),
    );
  }
  const one = (channels: number): number[] => Array.from(SPEECH).flatMap((x) => [x, ...new Array<number>(channels - 1).fill(0)]);
  for (const channels of [2, 6, 16]) assert.deepEqual(measured(sound("s16", one(channels), channels)).warnings, [], String(channels));
});

test("what cannot be right is said to be so", () => {
  const warningsOf = (format: InputFormat, values: ArrayLike<number>, channels?: number): WarningCode[] =>
    measured(sound(format, values, channels)).warnings;
  const constant = (value: number): number[] => new Array<number>(8000).fill(value);
  assert.deepEqual(warningsOf("f32", SPEECH), ["FAR_ABOVE_FULL_SCALE"], "floats of the size of int16");
  assert.deepEqual(warningsOf("f64", [...SPEECH, Number.POSITIVE_INFINITY]), ["FAR_ABOVE_FULL_SCALE"]);
  assert.deepEqual(
    warningsOf(
      "s16",
      Array.from(SPEECH).flatMap((x) => [x, -x]),
      2,
    ),
    ["CHANNELS_CANCEL"],
  );
  assert.deepEqual(warningsOf("s16", constant(0)), ["SILENT"]);
  assert.deepEqual(
    warningsOf(
      "s16",
      Array.from(constant(0), (_, i) => (i % 7) - 3),
    ),
    ["SILENT"],
  );
  assert.deepEqual(warningsOf("u8", constant(128)), ["SILENT"]);
  assert.deepEqual(warningsOf("s16", constant(-900)), ["CONSTANT"]);
  assert.deepEqual(
    warningsOf(
      "s16",
      constant(0)
        .concat(constant(0))
        .map((_, i) => 1000 + (i % 3)),
      2,
    ),
    ["CONSTANT"],
  );
  assert.deepEqual(
    warningsOf(
      "s16",
      Array.from(SPEECH, (x) => Math.max(-32768, Math.min(32767, 8 * x))),
    ),
    ["CLIPPED"],
  );
  assert.deepEqual(
    warningsOf(
      "f32",
      Array.from(SPEECH, (x, i) => (i === 77 ? Number.NaN : x / 32768)),
    ),
    ["NOT_A_NUMBER"],
  );
  assert.deepEqual(
    warningsOf(
      "f64",
      Array.from(SPEECH, (x, i) => (i === 77 ? Number.NaN : x / 32768)),
    ),
    ["NOT_A_NUMBER"],
  );
  assert.deepEqual(warningsOf("f32", constant(Number.NaN)), ["NOT_A_NUMBER"]);
  assert.deepEqual(warningsOf("s16", constant(32767)), ["CONSTANT"]);
  const shifted = (dc: number, factor: number): number[] => Array.from(SPEECH, (x) => Math.round(dc + factor * x));
  assert.deepEqual(warningsOf("s16", shifted(4000, 0.25)), ["DC_OFFSET"]);
  assert.deepEqual(warningsOf("s16", shifted(3000, 0.02)), ["DC_OFFSET"], "a soft voice");
  assert.deepEqual(warningsOf("s16", shifted(200, 0.25)), []);
  const spike = Array.from(SPEECH, (x, i) => (i === 77 ? 50 : x / 32768));
  assert.deepEqual(warningsOf("f32", spike), [], "one sample is no unit");
  const loud = Array.from(SPEECH, (x) => Math.max(-2048, Math.min(2047, Math.round(x))) * 16);
  assert.deepEqual(warningsOf("s16", loud), ["CLIPPED"], "the largest value of 12 bits");
});

test("they are of the newest sound alone, of all that was pushed, and not of a pass for its level", () => {
  for (const [build, instance] of instances) {
    const { exports } = instance;
    assert.equal(exports.setInput(2, 1, 16000), 0);
    assert.equal(exports.start(5_000_000, SPEECH.length), 0);
    assert.deepEqual(
      figuresOf(instance),
      { durationMs: 0, sampleRate: 16000, channels: 1, peak: 0, rms: -12000, clipped: 0, warnings: [] },
      build,
    );
    instance.pushAll(sound("s16", SPEECH));
    assert.equal(exports.finish(), 0);
    const figures = figuresOf(instance);
    assert.deepEqual(figures, measured(sound("s16", SPEECH)), build);
    assert.equal(figures.durationMs, 500);
    const level = (): void => {
      assert.equal(exports.startLevel(800), 0);
      instance.pushAll(sound("s16", new Int16Array(800)));
      assert.equal(exports.nextLevel(), 0);
    };
    instance.convert(sound("s16", SPEECH));
    level();
    assert.deepEqual(figuresOf(instance), figures, build);
  }
});
