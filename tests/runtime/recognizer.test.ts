import assert from "node:assert/strict";
import { before, test } from "node:test";
import { WARNING } from "../../ts-tools/abi/status.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import {
  type CreateOptions,
  createRecognizer,
  type Recognition,
  RecognizerError,
  type RecognizerStatus,
} from "../../ts-tools/runtime/index.js";
import { classifySound } from "../reference/classify.js";
import { NARROW_CLASSES, NARROW_ID, NARROW_THRESHOLD, narrowBuild } from "../support/narrow_build.js";
import { noise, square, voice } from "../support/sounds.js";
import { fromInt16, interleave, sampleBytes } from "../support/wav.js";

const HZ = 16000;
let folder: string;
let model: QuantizedModel;

before(async () => {
  ({ folder, model } = await narrowBuild());
});

const create = (options: CreateOptions = {}) => createRecognizer({ model: folder, ...options });

/** What must not depend on the pieces. */
function answer({ timing: _, ...rest }: Recognition): Omit<Recognition, "timing"> {
  return rest;
}

/** What must not depend on how the sound comes in, either: its format, channels, and numbers that are no samples. */
function network(recognition: Recognition): object {
  const { warnings: _, input: __, ...rest } = answer(recognition);
  return rest;
}

function hasStatus(status: RecognizerStatus): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RecognizerError, String(error));
    assert.equal(error.status, status);
    assert.ok(error.message.length > 20 && !error.message.includes("\n"), error.message);
    return true;
  };
}

test("a short sound: the reference's bits, in the documented shape", async () => {
  const recognizer = await create();
  const sound = voice(30000);
  const result = recognizer.classify(sound, { sampleRate: HZ });
  const expected = classifySound(sound, model, REFERENCE_FRONT_END, "windows", NARROW_THRESHOLD);
  assert.deepEqual(Object.keys(result), [
    "label",
    "confidence",
    "accepted",
    "probabilities",
    "logits",
    "segments",
    "warnings",
    "input",
    "model",
    "timing",
  ]);
  assert.deepEqual(Object.keys(result.probabilities), NARROW_CLASSES);
  assert.deepEqual(Object.values(result.probabilities), [...expected.probabilities]);
  assert.deepEqual(Object.values(result.logits!), [...expected.windows[0]!.logits]);
  assert.equal(result.label, NARROW_CLASSES[expected.label]);
  assert.equal(result.confidence, expected.probabilities[expected.label]);
  assert.equal(result.accepted, expected.accepted);
  assert.equal(result.segments.length, 1);
  assert.deepEqual([result.segments[0]!.startMs, result.segments[0]!.endMs], [0, 1875]);
  assert.deepEqual(result.segments[0]!.logits, result.logits);
  assert.equal(result.model.id, NARROW_ID);
  assert.match(result.model.sha256, /^[0-9a-f]{64}$/);
  for (const part of ["decodeMs", "frontendMs"] as const) assert.ok(result.timing[part] > 0, part);
  // What is left of the time when the frames, measured afterward, are taken off: a busy machine may leave nothing of this narrow network.
  assert.ok(result.timing.networkMs >= 0, `${result.timing.networkMs}`);
});

test("a long sound: every window and the mean are the reference's", async () => {
  const sound = voice(130001, HZ, 3);
  const expected = classifySound(sound, model, REFERENCE_FRONT_END, "windows", NARROW_THRESHOLD);
  const result = (await create()).classify(sound, { sampleRate: HZ });
  assert.equal(result.logits, undefined);
  assert.ok(!("logits" in result));
  assert.deepEqual(Object.values(result.probabilities), [...expected.probabilities]);
  assert.equal(result.label, NARROW_CLASSES[expected.label]);
  assert.deepEqual(
    result.segments.map(({ startMs, endMs, accepted, logits }) => [startMs, endMs, accepted, ...Object.values(logits)]),
    expected.windows.map(({ start, end, accepted, logits }) => [Math.floor(start / 16), Math.floor(end / 16), accepted, ...logits]),
  );
  assert.equal(result.accepted, expected.accepted);
});

test("center: the reference's bits", async () => {
  const sound = voice(130001, HZ, 4);
  const expected = classifySound(sound, model, REFERENCE_FRONT_END, "center");
  const result = (await create({ long: "center" })).classify(sound, { sampleRate: HZ });
  assert.deepEqual(Object.values(result.logits!), [...expected.windows[0]!.logits]);
  assert.deepEqual([result.segments[0]!.startMs, result.segments[0]!.endMs], [2562, 5562]);
});

test("the same bits with any chunking", async () => {
  const recognizer = await create();
  for (const sampleRate of [HZ, 44100]) {
    const sound = voice(sampleRate * 4 + 123, sampleRate, 2);
    const whole = answer(recognizer.classify(sound, { sampleRate }));
    for (const piece of [1, 333, 4096, sound.length]) {
      for (let at = 0; at < sound.length; at += piece) recognizer.push(sound.subarray(at, at + piece), { sampleRate });
      assert.deepEqual(answer(recognizer.finish()), whole, `${sampleRate} Hz in pieces of ${piece}`);
    }
  }
});

test("raw bytes may be cut inside a sample", async () => {
  const recognizer = await create();
  const sound = voice(20000, 48000);
  const stereo = interleave(sound, 2);
  const whole = network(recognizer.classify(sound, { sampleRate: 48000 }));
  for (const format of ["s16", "s24", "s32", "f32", "f64"] as const) {
    const bytes = sampleBytes(fromInt16(stereo, format), format);
    for (let at = 0; at < bytes.length; at += 1001)
      recognizer.pushBytes(bytes.subarray(at, at + 1001), { format, channels: 2, sampleRate: 48000 });
    assert.deepEqual(network(recognizer.finish()), whole, format);
  }
  assert.deepEqual(network(recognizer.classify(sound, { sampleRate: 48000 })), whole);
});

test("an incomplete last frame is left out, with a warning", async () => {
  const recognizer = await create();
  const sound = voice(20000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  const bytes = new Uint8Array(sound.length * 2 + 1);
  bytes.set(new Uint8Array(sound.buffer));
  for (let at = 0; at < bytes.length; at += 1001) recognizer.pushBytes(bytes.subarray(at, at + 1001), { format: "s16", sampleRate: HZ });
  const { warnings, input, ...rest } = recognizer.finish();
  assert.deepEqual(input.warnings, ["PARTIAL_FRAME"]);
  assert.deepEqual(warnings, [WARNING.PARTIAL_FRAME.sentence]);
  assert.deepEqual(rest.logits, whole.logits);
  recognizer.push(new Int16Array(5), { sampleRate: HZ, channels: 2 });
  assert.ok(recognizer.finish().input.warnings.includes("PARTIAL_FRAME"));
  recognizer.pushBytes(new Uint8Array(3), { format: "s16", channels: 2, sampleRate: HZ });
  assert.throws(() => recognizer.finish(), hasStatus("EMPTY"));
  assert.deepEqual(answer(recognizer.classify(sound, { sampleRate: HZ })), whole);
});

test("floats, channels and int16 that mean the same sound the same", async () => {
  const recognizer = await create();
  const sound = voice(25000);
  const whole = network(recognizer.classify(sound, { sampleRate: HZ }));
  assert.deepEqual(
    network(
      recognizer.classify(
        Float32Array.from(sound, (x) => x / 32768),
        { sampleRate: HZ },
      ),
    ),
    whole,
  );
  assert.deepEqual(network(recognizer.classify(interleave(sound, 5), { sampleRate: HZ, channels: 5 })), whole);
  assert.throws(() => recognizer.classify(new Int16Array(7), { sampleRate: HZ, channels: 2 }), hasStatus("BAD_PIECE"));
});

test("silence, square waves, one sample, NaN and infinities return defined answers", async () => {
  const recognizer = await create();
  const sounds: [string, Int16Array][] = [
    ["silence", new Int16Array(48000)],
    ["square", square(48000)],
    ["one sample", Int16Array.of(-32768)],
    ["one sample too many", noise(48001)],
  ];
  for (const [name, sound] of sounds) {
    const expected = classifySound(sound, model, REFERENCE_FRONT_END, "windows");
    const result = recognizer.classify(sound, { sampleRate: HZ });
    assert.deepEqual(Object.values(result.probabilities), [...expected.probabilities], name);
  }
  const strange = Float32Array.from(voice(48000), (x, i) =>
    i % 7 === 0 ? Number.NaN : i % 11 === 0 ? Infinity : i % 13 === 0 ? -Infinity : x / 32768,
  );
  const clean = Int16Array.from(strange, (x) => (Number.isNaN(x) ? 0 : Math.max(-32768, Math.min(32767, Math.round(x * 32768)))));
  assert.deepEqual(network(recognizer.classify(strange, { sampleRate: HZ })), network(recognizer.classify(clean, { sampleRate: HZ })));
});

test("no samples: an error, and the recognizer works on", async () => {
  const recognizer = await create();
  const sound = voice(10000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  assert.throws(() => recognizer.classify(new Int16Array(0), { sampleRate: HZ }), hasStatus("EMPTY"));
  assert.throws(() => recognizer.finish(), hasStatus("EMPTY"));
  recognizer.push(new Float32Array(0), { sampleRate: HZ });
  assert.throws(() => recognizer.finish(), hasStatus("EMPTY"));
  assert.deepEqual(answer(recognizer.classify(sound, { sampleRate: HZ })), whole);
});

test("wrong parameters: typed errors, and the recognizer works on", async () => {
  const recognizer = await create();
  const sound = voice(10000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  const bad = (sampleRate: number, channels?: number) => () =>
    recognizer.classify(new Int16Array(6), { sampleRate, ...(channels !== undefined && { channels }) });
  assert.throws(bad(7999), hasStatus("BAD_RATE"));
  assert.throws(bad(192001), hasStatus("BAD_RATE"));
  assert.throws(bad(0), hasStatus("BAD_RATE"));
  assert.throws(bad(Number.NaN), hasStatus("BAD_ARGUMENT"));
  assert.throws(bad(44100.5), hasStatus("BAD_ARGUMENT"));
  assert.throws(bad(2 ** 32 + HZ), hasStatus("BAD_ARGUMENT"));
  assert.throws(bad(HZ, 0), hasStatus("BAD_CHANNELS"));
  assert.throws(bad(HZ, -1), hasStatus("BAD_CHANNELS"));
  assert.throws(() => recognizer.push([1, 2] as unknown as Int16Array, { sampleRate: HZ }), hasStatus("BAD_ARGUMENT"));
  assert.throws(() => recognizer.pushBytes(new Uint8Array(2), { format: "mp3" as "s16", sampleRate: HZ }), hasStatus("BAD_FORMAT"));
  await assert.rejects(create({ long: "all" as "center" }), hasStatus("BAD_ARGUMENT"));
  await assert.rejects(create({ build: "fast" as "scalar" }), hasStatus("BAD_ARGUMENT"));
  assert.deepEqual(answer(recognizer.classify(sound, { sampleRate: HZ })), whole);
});

test("arguments that a compiler would refuse: a sentence, and the recording that is being pushed goes on", async () => {
  const recognizer = await create();
  const sound = voice(20000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  const none = undefined as unknown as { sampleRate: number };
  const wrong = hasStatus("BAD_ARGUMENT");
  assert.throws(() => recognizer.classify(sound, none), wrong);
  for (const samples of [undefined, null, [1, 2], "sound", new Uint8Array(4), new Float64Array(4), new ArrayBuffer(4)]) {
    assert.throws(() => recognizer.classify(samples as unknown as Int16Array, { sampleRate: HZ }), wrong);
    assert.throws(() => recognizer.push(samples as unknown as Int16Array, { sampleRate: HZ }), wrong);
  }
  assert.throws(() => recognizer.pushWav(new ArrayBuffer(44) as unknown as Uint8Array), wrong);
  recognizer.push(sound.subarray(0, 9000), { sampleRate: HZ });
  assert.throws(() => recognizer.push(sound, none), wrong);
  assert.throws(() => recognizer.push(undefined as unknown as Int16Array, { sampleRate: HZ }), wrong);
  assert.throws(() => recognizer.pushBytes(undefined as unknown as Uint8Array, { format: "s16", sampleRate: HZ }), wrong);
  assert.throws(() => recognizer.pushBytes(new Uint8Array(2), none as unknown as { format: "s16"; sampleRate: number }), wrong);
  for (const totalFrames of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY]) {
    assert.throws(() => recognizer.push(sound, { sampleRate: HZ, totalFrames }), wrong);
  }
  recognizer.push(sound.subarray(9000), { sampleRate: HZ });
  assert.deepEqual(answer(recognizer.finish()), whole);
});

test("push() is for one recording after another; whole ones are classified beside it", async () => {
  const recognizer = await create();
  const sound = voice(20000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  recognizer.push(sound.subarray(0, 9000), { sampleRate: HZ });
  assert.deepEqual(answer(recognizer.classify(sound, { sampleRate: HZ })), whole);
  assert.throws(() => recognizer.pushWav(new Uint8Array(4)), hasStatus("BUSY"));
  assert.throws(() => recognizer.push(sound, { sampleRate: 8000 }), hasStatus("BAD_ARGUMENT"));
  assert.throws(() => recognizer.push(new Float32Array(3), { sampleRate: HZ }), hasStatus("BAD_ARGUMENT"));
  recognizer.push(sound.subarray(9000), { sampleRate: HZ });
  assert.deepEqual(answer(recognizer.finish()), whole);
  recognizer.push(noise(5000), { sampleRate: HZ });
  recognizer.reset();
  assert.deepEqual(answer(recognizer.classify(sound, { sampleRate: HZ })), whole);
});

test("center in pieces, with and without the length, which holds the recording to it", async () => {
  const recognizer = await create({ long: "center" });
  const sound = voice(100000);
  const whole = answer(recognizer.classify(sound, { sampleRate: HZ }));
  const pushAll = (totalFrames?: number) => {
    const options = { sampleRate: HZ, ...(totalFrames !== undefined && { totalFrames }) };
    for (let at = 0; at < sound.length; at += 3000) recognizer.push(sound.subarray(at, at + 3000), options);
    return recognizer.finish();
  };
  assert.deepEqual(answer(pushAll()), whole);
  assert.deepEqual(answer(pushAll(sound.length)), whole);
  assert.throws(() => pushAll(sound.length + 1), hasStatus("TOO_FEW_SAMPLES"));
  assert.throws(() => pushAll(sound.length - 1), hasStatus("TOO_MANY_SAMPLES"));
  assert.throws(() => pushAll(2 ** 31), hasStatus("TOO_LONG"));
  assert.deepEqual(answer(pushAll(sound.length)), whole);
});

test("windows that slide need no length: one that is too long to count is only found wrong at the end", async () => {
  const recognizer = await create();
  recognizer.push(voice(60000), { sampleRate: HZ, totalFrames: 2 ** 31 });
  assert.throws(() => recognizer.finish(), hasStatus("TOO_FEW_SAMPLES"));
});

test("segments are reported as soon as they are whole", async () => {
  const reported: string[] = [];
  const recognizer = await create({ onSegment: ({ startMs, label }) => reported.push(`${startMs} ${label}`) });
  const sound = voice(120000, HZ, 5);
  const counts: number[] = [];
  for (let at = 0; at < sound.length; at += 24000) {
    recognizer.push(sound.subarray(at, at + 24000), { sampleRate: HZ });
    counts.push(reported.length);
  }
  assert.deepEqual(counts, [0, 1, 2, 3, 4]);
  const { segments } = recognizer.finish();
  assert.deepEqual(
    reported,
    segments.map(({ startMs, label }) => `${startMs} ${label}`),
  );

  const thrower = await create({
    onSegment: () => {
      throw new Error("enough");
    },
  });
  assert.throws(() => thrower.push(sound, { sampleRate: HZ }), /enough/);
  assert.throws(() => thrower.finish(), hasStatus("EMPTY"));
});

test("ten minutes of sound: memory stays flat, and the end is right", async () => {
  const recognizer = await create();
  const minute = voice(60 * HZ, HZ, 6);
  const buffers = () => process.memoryUsage().arrayBuffers;
  const begin = buffers();
  let most = 0;
  for (let round = 0; round < 10; round++) {
    for (let at = 0; at < minute.length; at += 8000) {
      recognizer.push(minute.subarray(at, at + 8000), { sampleRate: HZ });
      most = Math.max(most, buffers() - begin);
    }
  }
  const result = recognizer.finish();
  assert.equal(result.segments.length, 399);
  assert.equal(result.segments.at(-1)?.endMs, 600000);
  assert.ok(most < 2_000_000, `${most} bytes more`);
  const last = recognizer.classify(minute.subarray(57 * HZ), { sampleRate: HZ });
  assert.deepEqual(result.segments.at(-1)?.logits, last.logits);
});

test("after close() everything says so", async () => {
  const recognizer = await create();
  recognizer.close();
  recognizer.close();
  const closed = hasStatus("CLOSED");
  assert.throws(() => recognizer.classify(voice(100), { sampleRate: HZ }), closed);
  assert.throws(() => recognizer.push(voice(100), { sampleRate: HZ }), closed);
  assert.throws(() => recognizer.pushWav(new Uint8Array(1)), closed);
  assert.throws(() => recognizer.finish(), closed);
  recognizer.reset();
});
