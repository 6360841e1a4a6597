/**
 * Any argument of any public function ends with a result or the runtime's error in one sentence. Getters and proxies that throw are the caller's own: what they throw
 * goes through as it is, and so does what onSegment throws.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { createRecognizer as createInBrowser } from "../../ts-tools/runtime/browser.js";
import {
  type ByteOptions,
  type CreateOptions,
  createRecognizer,
  type OpenOptions,
  type Recognition,
  type Recognizer,
  RecognizerError,
  recognitionJson,
  type SampleOptions,
  type Samples,
  shortestFloat32,
} from "../../ts-tools/runtime/index.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";

let folder: string;
let recognizer: Recognizer;
let answer: Recognition["logits"];
const SOUND = voice(4000);

before(async () => {
  ({ folder } = await narrowBuild());
  recognizer = await createRecognizer({ model: folder, build: "scalar" });
  answer = recognizer.classify(SOUND, { sampleRate: 16000 }).logits;
});

const detached = new Int16Array(8);
structuredClone(detached, { transfer: [detached.buffer] });
const circle: Record<string, unknown> = {};
circle.circle = circle;

/** Wrong kinds of arguments that occur in practice, and arbitrary ones. */
const anything = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true, withDate: true, withMap: true, withSparseArray: true }),
  fc.constantFrom<unknown>(
    ...[undefined, null, Number.NaN, -1, -0, 0, 1.5, 2 ** 31, 2 ** 40, 16000, 1, 1n, 2n ** 70n, "16000", "", "a\nb\u001b", true],
    ...[Symbol("s"), () => 1, {}, [], circle, Object.create(null), new Proxy({}, {}), new URL("data:,x"), new URL("http://[::1]:1/")],
    ...[detached, SOUND, new Float32Array(3), new Uint8Array(4), new DataView(new ArrayBuffer(4)), Object.create(Int16Array.prototype)],
    ...[new SharedArrayBuffer(4), new ArrayBuffer(4), "s16", "f32", "center", "auto", "file:", "file://host/x", "\0"],
  ),
);
const optionsOf = (names: readonly string[]) =>
  fc.oneof(
    anything,
    fc.dictionary(fc.constantFrom(...names), anything),
    fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] }),
    // Nearly right: what is wrong comes to the function that uses it.
    anything.map((value) => ({ sampleRate: 16000, format: "s16", channels: value })),
    anything.map((value) => ({ sampleRate: value, format: "s16" })),
    anything.map((value) => ({ sampleRate: 16000, format: value })),
    anything.map((value) => ({ sampleRate: 16000, format: "f32", totalFrames: value })),
  );

function assertOurs(error: unknown): void {
  assert.ok(error instanceof RecognizerError, `${String(error instanceof Error ? error.stack : typeof error)}`);
  assert.ok(error.message.length > 15, error.message);
  assert.doesNotMatch(error.message, /[\p{Cc}\u2028\u2029]/u);
}

function attempt(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    assertOurs(error);
  }
}

test("classify, push, pushBytes, pushWav: any samples, any options", () => {
  const samples = fc.oneof(anything, fc.constant(new Int16Array(12)), fc.constant(new Uint8Array(12)));
  fc.assert(
    fc.property(samples, optionsOf(["sampleRate", "channels", "totalFrames", "format", "crops"]), (given, options) => {
      attempt(() => recognizer.classify(given as Samples, options as SampleOptions));
      attempt(() => recognizer.push(given as Samples, options as SampleOptions));
      attempt(() => recognizer.pushBytes(given as Uint8Array, options as ByteOptions));
      attempt(() => recognizer.finish());
      recognizer.reset();
      attempt(() => recognizer.pushWav(given as Uint8Array));
      attempt(() => recognizer.finish());
      recognizer.reset();
    }),
    { seed: 21, numRuns: 3000 },
  );
  assert.deepEqual(recognizer.classify(SOUND, { sampleRate: 16000 }).logits, answer, "it works on");
});

test("open, classifyStream, classifyFile, features: any sound, any options", async () => {
  const samples = fc.oneof(
    anything,
    fc.constant(new Int16Array(12)),
    fc.array(anything, { maxLength: 3 }),
    anything.map((length) => ({ length, sampleRate: 16000, numberOfChannels: 1, getChannelData: () => new Float32Array(4) })),
    anything.map((channels) => ({ length: 4, sampleRate: 16000, numberOfChannels: channels, getChannelData: () => new Float32Array(4) })),
  );
  const names = ["sampleRate", "channels", "totalFrames", "format", "crops", "long", "adaptation", "onSegment"];
  await fc.assert(
    fc.asyncProperty(samples, optionsOf(names), async (given, options) => {
      attempt(() => {
        const recording = recognizer.open(options as OpenOptions);
        attempt(() => recording.push(given as Samples));
        attempt(() => recording.finish());
        recording.cancel();
      });
      attempt(() => recognizer.features(given as Samples, options as SampleOptions));
      attempt(() => recognizer.classify(given as Samples, options as SampleOptions));
      // What an iterator throws is the caller's own, as that of an object that only looks like an array of samples.
      const source = given instanceof Int16Array && !ArrayBuffer.isView(given) ? [given] : given;
      await recognizer.classifyStream(source as Samples[], options as OpenOptions).catch(assertOurs);
      await recognizer.classifyFile(given as Blob, options as object).catch(assertOurs);
    }),
    { seed: 24, numRuns: 1500 },
  );
  assert.deepEqual(recognizer.classify(SOUND, { sampleRate: 16000 }).logits, answer, "it works on");
});

test("createRecognizer, of Node and of browsers: any options", async () => {
  const options = fc.oneof(
    anything,
    fc.record(
      { model: anything, module: anything, build: anything, long: anything, crops: anything, onSegment: anything },
      { requiredKeys: [] },
    ),
    anything.map((long) => ({ model: folder, build: "scalar", long })),
    anything.map((onSegment) => ({ model: folder, build: "scalar", onSegment })),
    anything.map((model) => ({ model })),
    anything.map((module) => ({ module })),
  );
  await fc.assert(
    fc.asyncProperty(options, async (given) => {
      for (const create of [createRecognizer, createInBrowser]) {
        try {
          (await create(given as CreateOptions)).close();
        } catch (error) {
          assertOurs(error);
        }
      }
    }),
    { seed: 22, numRuns: 500 },
  );
});

test("a BigInt, a symbol, an object as a number: refused by name, and the recording goes on", () => {
  recognizer.push(SOUND.subarray(0, 1000), { sampleRate: 16000 });
  for (const channels of ["1", 1n, -1.5, Number.NaN, 2 ** 40, {}, Symbol("c"), null, Object.create(null)]) {
    const options = { sampleRate: 16000, channels } as unknown as SampleOptions;
    assert.throws(() => recognizer.push(SOUND, options), /^RecognizerError: channels must be a whole number and is /);
    assert.throws(() => recognizer.pushBytes(new Uint8Array(2), { ...options, format: "s16" }), /channels must be a whole number and is /);
    const rate = { sampleRate: channels } as unknown as SampleOptions;
    assert.throws(() => recognizer.push(SOUND, rate), /^RecognizerError: sampleRate must be a whole number and is /);
  }
  recognizer.push(SOUND.subarray(1000), { sampleRate: 16000 });
  assert.deepEqual(recognizer.finish().logits, answer);
});

test("samples whose memory was given away", () => {
  assert.throws(() => recognizer.classify(detached, { sampleRate: 16000 }), /memory of these samples was transferred/);
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.throws(() => recognizer.pushWav(bytes), /memory of these samples was transferred/);
  assert.throws(() => recognizer.pushBytes(bytes, { format: "s16", sampleRate: 16000 }), /memory of these samples was transferred/);
});

test("shortestFloat32 and recognitionJson: any arguments, and parts of a recognition replaced", () => {
  const recognition = recognizer.classify(SOUND, { sampleRate: 16000 });
  const keys = ["label", "confidence", "accepted", "probabilities", "logits", "segments", "model", "timing"];
  fc.assert(
    fc.property(anything, anything, fc.constantFrom(...keys), (first, second, key) => {
      attempt(() => assert.equal(typeof shortestFloat32(first as number), "string"));
      attempt(() => recognitionJson(first as string, second as Recognition));
      for (const place of [recognition, recognition.segments[0]!]) {
        const edited = { ...place, [key]: second };
        const whole = place === recognition ? edited : { ...recognition, segments: [edited] };
        attempt(() => JSON.parse(recognitionJson("a.wav", whole as Recognition)));
      }
    }),
    { seed: 23, numRuns: 2000 },
  );
});

test("recognitionJson writes the numbers of logits, whatever else their object can do", () => {
  const recognition = recognizer.classify(SOUND, { sampleRate: 16000 });
  const logits = Object.assign(Object.create({ toJSON: () => 1n }) as Record<string, number>, recognition.logits);
  const segments = recognition.segments.map((segment) => ({ ...segment, logits }));
  assert.equal(recognitionJson("a.wav", { ...recognition, logits, segments }), recognitionJson("a.wav", recognition));
});

test("what a getter or onSegment throws is the caller's", async () => {
  const own = new Error("mine");
  const options = {
    get sampleRate(): number {
      throw own;
    },
  };
  assert.throws(() => recognizer.classify(SOUND, options), own);
  const throwing = await createRecognizer({
    model: folder,
    onSegment: () => {
      throw own;
    },
  });
  assert.throws(() => throwing.classify(SOUND, { sampleRate: 16000 }), own);
});
