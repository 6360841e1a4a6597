/** Many recordings at the same time: each has the result that it has alone. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  type AudioBufferLike,
  type CreateOptions,
  createRecognizer,
  type OpenOptions,
  type Recognition,
  RecognizerError,
  type RecognizerStatus,
  type SoundPiece,
} from "../../ts-tools/runtime/index.js";
import { type BuiltModel, buildPlan } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";
import { narrowBuild } from "../support/narrow_build.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";
import { fromInt16, interleave, sampleBytes, wavFile } from "../support/wav.js";

const RECORDINGS = 300;
const HZ = { sampleRate: 16000 };
let folder: string;
let normalizing: BuiltModel;

before(async () => {
  ({ folder } = await narrowBuild());
  normalizing = await buildPlan(PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!);
});

const create = (options: CreateOptions = {}) => createRecognizer({ model: folder, ...options });
const answer = ({ timing: _, ...rest }: Recognition): object => rest;

const refused = (status: RecognizerStatus, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RecognizerError, String(error));
  assert.deepEqual([error.status, text.test(error.message)], [status, true], error.message);
  return true;
};

/** A sound, how it is opened, and its pieces. */
interface Caller {
  options: OpenOptions;
  pieces: SoundPiece[];
}

/** Sounds of other lengths, rates, channels and types, in pieces of other sizes. */
function callers(count: number, random: (below: number) => number): Caller[] {
  return Array.from({ length: count }, (_, index) => {
    const sampleRate = [16000, 8000, 44100, 48000][index % 4]!;
    const mono = voice(sampleRate / 4 + random(index % 10 === 0 ? 4 * sampleRate : sampleRate / 2), sampleRate, index + 1);
    const channels = 1 + (index % 3 === 0 ? 1 : 0);
    const sound = interleave(mono, channels);
    const bytes = sampleBytes(fromInt16(sound, "s24"), "s24");
    const kinds: [OpenOptions, SoundPiece & { length: number; subarray(start: number, end: number): SoundPiece }][] = [
      [{ sampleRate, channels }, sound],
      [{ sampleRate, channels }, Float32Array.from(sound, (sample) => sample / 40000)],
      [{ sampleRate, channels, format: "s24" }, bytes],
      [{ format: "wav" }, wavFile(mono, { rate: sampleRate })],
    ];
    const [options, whole] = kinds[random(kinds.length)]!;
    const size = channels * (500 + random(9000));
    return {
      options,
      pieces: Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => whole.subarray(at * size, (at + 1) * size)),
    };
  });
}

test(`${RECORDINGS} recordings whose pieces are mixed at random`, async () => {
  const recognizer = await create({ build: "scalar" });
  const generator = new Random(5);
  const random = (below: number): number => Math.floor(generator.unit() * below);
  const all = callers(RECORDINGS, random);
  const alone = all.map(({ options, pieces }) => {
    const recording = recognizer.open(options);
    for (const piece of pieces) recording.push(piece);
    return answer(recording.finish());
  });
  const open = all.map(({ options, pieces }) => ({
    recording: recognizer.open(options),
    left: [...pieces],
    result: undefined as object | undefined,
  }));
  let unfinished = [...open];
  while (unfinished.length > 0) {
    const caller = unfinished[random(unfinished.length)]!;
    const piece = caller.left.shift();
    if (piece !== undefined) caller.recording.push(piece);
    else {
      caller.result = answer(caller.recording.finish());
      unfinished = unfinished.filter((other) => other !== caller);
    }
  }
  assert.deepEqual(
    open.map(({ result }) => result),
    alone,
  );
});

test("speakers of their own, mixed: the answers and statistics that each has alone", async () => {
  const recognizer = await create({ model: undefined, module: normalizing.embedded });
  const speakers = Array.from({ length: 20 }, (_, index) => [voice(6000, 16000, index + 1), voice(9000, 16000, index + 50)] as const);
  const known: Uint8Array[] = [];
  const alone: object[] = [];
  for (const [first, second] of speakers) {
    const own = await create({ model: undefined, module: normalizing.embedded });
    own.classify(first, HZ);
    known.push(own.adaptation!);
    own.adaptation = own.adaptation!;
    alone.push([answer(own.classify(second, HZ)), own.adaptation]);
  }
  const shared = recognizer.adaptation;
  const recordings = known.map((adaptation) => recognizer.open({ ...HZ, adaptation }));
  for (let at = 0; at < 9000; at += 700)
    for (const [index, recording] of recordings.entries()) recording.push(speakers[index]![1].subarray(at, at + 700));
  assert.deepEqual(
    recordings.map((recording) => [answer(recording.finish()), recording.adaptation]),
    alone,
  );
  assert.deepEqual(recognizer.adaptation, shared, "they add nothing to the statistics of the others");
  const whole = recognizer.classify(speakers[3]![1], { ...HZ, adaptation: known[3] });
  assert.deepEqual(answer(whole), (alone[3] as object[])[0]);
  assert.throws(() => recognizer.open({ ...HZ, adaptation: new Uint8Array(9) }), refused("ADAPTATION_DAMAGED", /statistics/));
});

test("a speaker that is set while recordings are open: they go on as they began", async () => {
  const recognizer = await create({ model: undefined, module: normalizing.embedded });
  const sound = voice(14000, 16000, 4);
  const before = answer(recognizer.classify(sound, HZ));
  const recording = recognizer.open(HZ);
  recording.push(sound.subarray(0, 9000));
  const learned = recognizer.adaptation;
  recognizer.adaptation = learned;
  const after = answer(recognizer.classify(sound, HZ));
  recording.push(sound.subarray(9000));
  assert.deepEqual(answer(recording.finish()), before);
  assert.notDeepEqual(after, before);
  assert.deepEqual(answer(recognizer.classify(sound, HZ)), after);
});

test("samples of each channel, and AudioBuffers: as interleaved ones", async () => {
  const recognizer = await create();
  const planes = [voice(21000, 44100, 1), voice(21000, 44100, 2)].map((plane) => Float32Array.from(plane, (sample) => sample / 32768));
  const interleaved = Float32Array.from({ length: 42000 }, (_, index) => planes[index % 2]![index >> 1]!);
  const expected = answer(recognizer.classify(interleaved, { sampleRate: 44100, channels: 2 }));
  const buffer: AudioBufferLike = {
    length: 21000,
    sampleRate: 44100,
    numberOfChannels: 2,
    getChannelData: (channel) => planes[channel]!,
  };
  assert.deepEqual(answer(recognizer.classify(planes, { sampleRate: 44100 })), expected);
  assert.deepEqual(answer(recognizer.classify(buffer)), expected);
  assert.deepEqual(answer(recognizer.classify(buffer, { sampleRate: 44100, channels: 2, crops: undefined })), expected);
  const features = recognizer.features(interleaved, { sampleRate: 44100, channels: 2 });
  assert.deepEqual(recognizer.features(planes, { sampleRate: 44100 }), features);
  assert.deepEqual(recognizer.features(buffer), features);
  const ints = [voice(5000), voice(5000, 16000, 2)];
  assert.deepEqual(
    answer(recognizer.classify(ints, HZ)),
    answer(
      recognizer.classify(
        Int16Array.from({ length: 10000 }, (_, index) => ints[index % 2]![index >> 1]!),
        { ...HZ, channels: 2 },
      ),
    ),
  );
  const recording = recognizer.open({});
  recording.push(buffer);
  assert.deepEqual(answer(recording.finish()), expected);
  recognizer.push(planes, { sampleRate: 44100 });
  assert.deepEqual(answer(recognizer.finish()), expected);
  assert.throws(
    () => recognizer.classify([planes[0]!, planes[1]!.subarray(1)], { sampleRate: 44100 }),
    refused("BAD_PIECE", /21000, 20999/),
  );
  assert.throws(
    () => recognizer.classify([planes[0]!, ints[0]!] as never, { sampleRate: 44100 }),
    refused("BAD_ARGUMENT", /all of one type/),
  );
  assert.throws(() => recognizer.classify(planes, { sampleRate: 44100, channels: 1 }), refused("BAD_ARGUMENT", /channels must be 2/));
  assert.throws(() => recognizer.classify(buffer, { sampleRate: 48000 }), refused("BAD_ARGUMENT", /sampleRate must be 44100/));
});

test("streams: generators, ReadableStream with and without an iterator, pipeTo(), several at once", async () => {
  const recognizer = await create();
  const sound = voice(70000, 16000, 3);
  const expected = answer(recognizer.classify(sound, HZ));
  const pieces = Array.from({ length: 10 }, (_, index) => sound.subarray(index * 7000, (index + 1) * 7000));
  async function* slowly(): AsyncGenerator<Int16Array> {
    for (const piece of pieces) {
      await turn();
      yield piece;
    }
  }
  const stream = (): ReadableStream<Int16Array> => {
    const left = [...pieces];
    return new ReadableStream({
      pull(controller) {
        const piece = left.shift();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    });
  };
  const plainStream = { getReader: () => stream().getReader() } as ReadableStream<Int16Array>;
  const recording = recognizer.open(HZ);
  const results = await Promise.all([
    ...[slowly(), pieces, stream(), plainStream].map((source) => recognizer.classifyStream(source, HZ)),
    recognizer.classifyStream([wavFile(sound)], { format: "wav" }),
    stream()
      .pipeTo(recording.writable())
      .then(() => recording.finish()),
  ]);
  for (const [index, result] of results.entries()) assert.deepEqual({ ...answer(result) }, expected, `source ${index}`);
});

test("a stream that fails, or that is not one: an error, and nothing is left", async () => {
  const recognizer = await create();
  const own = new Error("the line is dead");
  async function* broken(): AsyncGenerator<Int16Array> {
    yield voice(100);
    throw own;
  }
  await assert.rejects(recognizer.classifyStream(broken(), HZ), own);
  let stopped = false;
  async function* endless(): AsyncGenerator<Int16Array> {
    try {
      for (;;) yield new Int16Array(3);
    } finally {
      stopped = true;
    }
  }
  await assert.rejects(recognizer.classifyStream(endless(), { sampleRate: 7000 }), refused("BAD_RATE", /8,000/));
  assert.ok(stopped);
  for (const source of [voice(100), undefined, 3, {}])
    await assert.rejects(recognizer.classifyStream(source as never, HZ), refused("BAD_ARGUMENT", /^the source must be a stream/));
  const recording = recognizer.open(HZ);
  await recording.writable().abort(own);
  assert.equal(recording.isOpen, false);
});

test("a recording that has ended, that is in use, whose recognizer was closed: one sentence each", async () => {
  const recognizer = await create();
  const sound = voice(60000);
  const finished = recognizer.open(HZ);
  finished.push(sound);
  finished.finish();
  const canceled = recognizer.open(HZ);
  canceled.cancel();
  canceled.cancel();
  for (const recording of [finished, canceled])
    for (const call of [() => recording.push(sound), () => recording.finish(), () => recording.writable()])
      assert.throws(call, refused("CLOSED", /this recording has ended/));
  const inside = recognizer.open({ ...HZ, onSegment: () => inside.push(sound) });
  assert.throws(() => inside.push(sound), refused("BUSY", /onSegment must not push/));
  const nested: object[] = [];
  const outer = recognizer.open({ ...HZ, onSegment: () => void nested.push(answer(recognizer.classify(sound.subarray(0, 9000), HZ))) });
  outer.push(sound);
  assert.deepEqual(answer(outer.finish()), answer(recognizer.classify(sound, HZ)), "another recording inside onSegment");
  assert.deepEqual(nested[0], answer(recognizer.classify(sound.subarray(0, 9000), HZ)));
  const open = recognizer.open(HZ);
  assert.throws(() => open.finish(), refused("EMPTY", /no sound/));
  const last = recognizer.open(HZ);
  recognizer.close();
  assert.throws(() => last.push(sound), refused("CLOSED", /this recognizer was closed/));
  assert.throws(() => recognizer.open(HZ), refused("CLOSED", /this recognizer was closed/));
});

test("wrong options are refused by their names", async () => {
  const recognizer = await create();
  const sound = voice(100);
  const unknown = (name: string) => refused("BAD_ARGUMENT", new RegExp(`^there is no option "${name}" here; there are `));
  await assert.rejects(create({ modle: "micro" } as CreateOptions), unknown("modle"));
  assert.throws(() => recognizer.classify(sound, { ...HZ, samplerate: 1 } as never), unknown("samplerate"));
  assert.throws(() => recognizer.open({ ...HZ, onsegment: 1 } as never), unknown("onsegment"));
  assert.throws(() => recognizer.push(sound, { ...HZ, crops: 3 } as never), unknown("crops"));
  assert.throws(() => recognizer.pushBytes(new Uint8Array(2), { ...HZ, format: "s16", chanels: 2 } as never), unknown("chanels"));
  assert.throws(() => recognizer.features(sound, { ...HZ, long: "center" } as never), unknown("long"));
  await assert.rejects(recognizer.classifyFile(wavFile(sound), HZ as never), unknown("sampleRate"));
  await assert.rejects(create({ module: new Uint8Array(8) }), refused("BAD_ARGUMENT", /both model and module/));
  assert.throws(() => recognizer.open({ format: "wav", sampleRate: 16000 }), refused("BAD_ARGUMENT", /leave sampleRate and channels out/));
  assert.throws(
    () => recognizer.open({ format: "mp3" as "wav", sampleRate: 16000 }),
    refused("BAD_FORMAT", /"mp3" is unknown; use wav, u8/),
  );
  assert.throws(() => recognizer.open({ format: "s16" }), refused("BAD_ARGUMENT", /sample rate is missing/));
  assert.throws(() => recognizer.open({ ...HZ, totalFrames: -1 }), refused("BAD_ARGUMENT", /totalFrames/));
  assert.throws(() => recognizer.open(undefined as never), refused("BAD_ARGUMENT", /open\(\) must be an object/));
  assert.throws(() => recognizer.open({ ...HZ, adaptation: "x" as never }), refused("BAD_ARGUMENT", /adaptation must be a Uint8Array/));
});

test("a recording's long and crops take the place of the recognizer's", async () => {
  const recognizer = await create({ crops: 3 });
  const sound = voice(100000);
  const segments = (options: object): number => recognizer.classify(sound, { ...HZ, ...options }).segments.length;
  assert.deepEqual([segments({}), segments({ crops: 5 }), segments({ long: "center" }), segments({ long: "windows" })], [3, 5, 1, 4]);
});
