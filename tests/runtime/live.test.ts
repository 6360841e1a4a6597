import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { createLive as createInBrowser } from "../../ts-tools/runtime/browser.js";
import {
  createLive,
  createRecognizer,
  type Live,
  type LiveAnswer,
  type LiveOptions,
  RecognizerError,
} from "../../ts-tools/runtime/index.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import { memoryInUse } from "../support/memory.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { noise } from "../support/sounds.js";

const build = join(repositoryRoot, "build");
let module: WebAssembly.Module;
/** Two voices with a pause between them that lets the network rest. */
let sound: Int16Array;

before(async () => {
  assert.ok(existsSync(join(build, "model.json")), "npm run build makes it");
  ({ module } = await loadFromFolder(build, "auto"));
  const voices = ["anger_15a04Wb", "sadness_14a04Tc"].map((name) => readPcmWav(join(repositoryRoot, "examples/emodb", `${name}.wav`)));
  sound = join16([voices[0]!, new Int16Array(80000), voices[1]!]);
});

function join16(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A stream, and everything that its handlers are told. */
async function recorded(options: LiveOptions = {}): Promise<{ live: Live; events: unknown[] }> {
  const events: unknown[] = [];
  const live = await createLive({
    module,
    onAnswer: (answer) => void events.push(answer),
    onSpeechStart: (moment) => void events.push({ start: moment }),
    onSpeechEnd: (moment) => void events.push({ end: moment }),
    onFrame: ({ mel, ...frame }) => void events.push({ ...frame, mel: [...mel] }),
    ...options,
  });
  return { live, events };
}

function streamOf(source: AsyncGenerator<Int16Array>): ReadableStream<Int16Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

const isAnswer = (event: unknown): event is LiveAnswer => typeof event === "object" && event !== null && "state" in event;
const answersIn = (events: readonly unknown[]): LiveAnswer[] => events.filter(isAnswer);

const refused =
  (status: string, text: RegExp) =>
  (error: unknown): true => {
    assert.ok(error instanceof RecognizerError, String(error));
    assert.equal(error.status, status);
    assert.match(error.message, text);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };

test("answers every 0.512 s, the label of each voice among them, speech that begins and ends, and no handler more than once for it", async () => {
  const { live, events } = await recorded();
  live.push(sound);
  live.push(new Int16Array(5 * 16000));
  live.finish();
  const answers = answersIn(events);
  // One every 32 frames; longer where the network goes to rest, and where it wakes.
  for (const [index, { timeMs }] of answers.entries())
    if (index > 0) assert.ok(timeMs - answers[index - 1]!.timeMs <= 1600, `${timeMs} after ${answers[index - 1]!.timeMs}`);
  const certain = answers.filter(({ state }) => state === "label").map(({ label }) => label);
  assert.deepEqual([...new Set(certain)], ["anger", "sadness"]);
  for (const { state, label, confidence, accepted, probabilities, heardMs, speechMs, speechShare, voice, activation } of answers) {
    assert.equal(accepted, state === "label");
    assert.deepEqual(Object.keys(probabilities), live.model.classes);
    if (state === "listening") {
      assert.equal(label, null);
      assert.equal(confidence, 0);
      assert.ok(Object.values(probabilities).every((value) => value === 0));
      assert.equal(voice, undefined);
    } else {
      assert.equal(confidence, probabilities[label!]);
      assert.ok(Math.abs(Object.values(probabilities).reduce((sum, value) => sum + value) - 1) < 1e-5);
      assert.equal(speechShare, speechMs / heardMs);
      assert.ok(heardMs >= 512 && heardMs <= 3072);
      assert.ok(voice !== undefined && activation !== undefined);
    }
  }
  assert.equal(answers.at(-1)!.state, "listening");
  const moments = events
    .filter((event) => "start" in (event as object) || "end" in (event as object))
    .map((event) => Object.keys(event as object)[0]);
  assert.ok(moments.length >= 2);
  for (const [index, name] of moments.entries()) assert.equal(name, index % 2 === 0 ? "start" : "end");
  const frames = events.filter((event) => "mel" in (event as object)) as { timeMs: number; mel: number[] }[];
  assert.equal(frames.length, Math.floor((sound.length + 80000 - 1024) / 256) + 1);
  assert.deepEqual([frames[0]!.timeMs, frames[1]!.timeMs, frames[0]!.mel.length], [64, 80, 128]);
  assert.ok(live.meter.timeMs >= frames.at(-1)!.timeMs);
  live.close();
});

test("the same bits in any pieces and of any type: int16, bytes cut anywhere, one sample at a time, planes, an AudioBuffer", async () => {
  const short = sound.subarray(0, 48000);
  const whole = await recorded();
  whole.live.push(short);
  whole.live.finish();
  const pieces = await recorded();
  let at = 0;
  for (let size = 1; at < short.length; size = (size * 7 + 3) % 4001) {
    pieces.live.push(short.subarray(at, at + size));
    at += size;
  }
  pieces.live.finish();
  assert.deepEqual(pieces.events, whole.events);

  const bytes = new Uint8Array(short.buffer, short.byteOffset, short.byteLength);
  const cut = await recorded({ format: "s16" });
  for (let begin = 0; begin < bytes.length; begin += 1237) cut.live.push(bytes.subarray(begin, begin + 1237));
  cut.live.finish();
  assert.deepEqual(cut.events, whole.events);

  const floats = Float32Array.from(short, (value) => value / 32768);
  const stereo = await recorded({ channels: 2 });
  stereo.live.push([floats, floats]);
  stereo.live.finish();
  assert.deepEqual(stereo.events, whole.events);

  const buffer = { length: floats.length, sampleRate: 16000, numberOfChannels: 1, getChannelData: () => floats };
  const one = await recorded();
  one.live.push(buffer);
  one.live.finish();
  assert.deepEqual(one.events, whole.events);
});

test("other rates and channels: handlers see every frame, in any pieces", async () => {
  for (const [sampleRate, channels] of [
    [8000, 1],
    [44100, 2],
    [192000, 1],
  ] as const) {
    const samples = noise(sampleRate * channels, 8000);
    const events: unknown[][] = [];
    for (const size of [samples.length, 1000 * channels]) {
      const { live, events: told } = await recorded({ sampleRate, channels });
      for (let begin = 0; begin < samples.length; begin += size) live.push(samples.subarray(begin, begin + size));
      const frames = told.filter((event) => "mel" in (event as object)) as { timeMs: number }[];
      // The resampler is a few samples late.
      assert.ok(frames.length === 59 || frames.length === 58, `${frames.length} frames at ${sampleRate} Hz`);
      for (const [index, { timeMs }] of frames.entries()) assert.equal(timeMs, 64 + 16 * index);
      live.finish();
      events.push(told);
    }
    assert.deepEqual(events[1], events[0]);
  }
});

test("a handler that throws does not damage the stream: its error reaches the caller of push() after all samples were taken", async () => {
  const good = await recorded();
  good.live.push(sound);
  good.live.finish();
  const answers: LiveAnswer[] = [];
  let count = 0;
  const { live } = await recorded({
    onAnswer: (answer) => {
      answers.push(answer);
      if (count++ < 3) throw new Error(`handler ${count}`);
    },
    onFrame: undefined,
  });
  assert.throws(() => live.push(sound.subarray(0, 40000)), { message: "handler 1" });
  live.push(sound.subarray(40000));
  live.finish();
  assert.deepEqual(answers, answersIn(good.events));

  const once = await createLive({
    module,
    onSpeechStart: () => {
      throw new Error("mine");
    },
  });
  assert.throws(() => once.push(sound), { message: "mine" });
  const { timeMs } = once.meter;
  once.push(new Int16Array(8000));
  assert.ok(once.meter.timeMs > timeMs);
});

test("a handler may close the stream, and may not push to it", async () => {
  const live: Live = await createLive({ module, onAnswer: () => live.close() });
  live.push(sound);
  assert.throws(() => live.push(sound), refused("CLOSED", /create another/));
  const pushing: Live = await createLive({ module, onSpeechStart: () => pushing.push(sound) });
  assert.throws(() => pushing.push(sound), refused("BUSY", /after it has returned/));
  pushing.push(new Int16Array(8000));
});

test("finish, restart: another stream from the beginning; speech that goes on ends", async () => {
  const { live, events } = await recorded();
  live.push(sound.subarray(0, 25000));
  live.finish();
  const first = events.splice(0);
  assert.ok(first.some((event) => "end" in (event as object)));
  assert.ok(answersIn(first).some(({ label }) => label === "anger"));
  live.finish();
  assert.deepEqual(events, []);
  assert.throws(() => live.push(sound), refused("NOT_STARTED", /call restart\(\)/));
  live.restart();
  assert.equal(live.meter.timeMs, 0);
  live.push(sound.subarray(0, 25000));
  live.finish();
  assert.deepEqual(events, first);
});

test("without other handlers a stream takes several frames at a time, most of them from bytes at 8 kHz: the same answers", async () => {
  const bytes = Uint8Array.from({ length: sound.length / 2 }, (_, index) => 128 + (sound[2 * index]! >> 8));
  const options: LiveOptions = { sampleRate: 8000, format: "u8" };
  const [each, some] = [
    await recorded(options),
    await recorded({ ...options, onFrame: undefined, onSpeechStart: undefined, onSpeechEnd: undefined }),
  ];
  for (const { live } of [each, some]) {
    live.push(bytes);
    live.finish();
  }
  assert.ok(some.events.length > 10, `${some.events.length} answers`);
  assert.deepEqual(some.events, answersIn(each.events));
});

test("answers() of an async iterable and of a ReadableStream, writable(): the same answers; a source that is left stops", async () => {
  const { live, events } = await recorded({ onFrame: undefined });
  live.push(sound);
  live.finish();
  const expected = answersIn(events);
  const pieces = function* (): Generator<Int16Array> {
    for (let begin = 0; begin < sound.length; begin += 5000) yield sound.subarray(begin, begin + 5000);
  };
  const source = async function* (): AsyncGenerator<Int16Array> {
    yield* pieces();
  };
  for (const from of [source(), pieces(), streamOf(source())]) {
    const answers: LiveAnswer[] = [];
    const other = await createLive({ module });
    for await (const answer of other.answers(from)) answers.push(answer);
    assert.deepEqual(answers, expected);
  }
  const written: LiveAnswer[] = [];
  const sink = await createLive({ module, onAnswer: (answer) => void written.push(answer) });
  await streamOf(source()).pipeTo(sink.writable());
  assert.deepEqual(written, expected);

  let ended = false;
  const endless = async function* (): AsyncGenerator<Int16Array> {
    try {
      for (;;) yield sound;
    } finally {
      ended = true;
    }
  };
  for await (const _ of (await createLive({ module })).answers(endless())) break;
  assert.ok(ended);
  await assert.rejects((await createLive({ module })).answers(7 as never).next(), refused("BAD_ARGUMENT", /^the source must be/));
});

test("smoothing and hold, from the start and while it runs", async () => {
  const run = async (options: LiveOptions, change?: (live: Live) => void): Promise<LiveAnswer[]> => {
    const { live, events } = await recorded({ ...options, onFrame: undefined });
    change?.(live);
    live.push(sound);
    return answersIn(events);
  };
  const plain = await run({});
  const smooth = await run({ smoothing: 4 });
  assert.deepEqual(await run({}, (live) => live.set({ smoothing: 4 })), smooth);
  const first = plain.findIndex(({ label }) => label !== null);
  assert.deepEqual(smooth.slice(0, first + 1), plain.slice(0, first + 1));
  const [one, two, mean] = [plain[first]!, plain[first + 1]!, smooth[first + 1]!].map(({ probabilities }) => probabilities.anger!);
  assert.ok(Math.abs(mean! - (one! + two!) / 2) < 1e-6);
  // Two voices without a pause between them: the label changes while the network runs.
  const [anger, sadness] = ["anger_15a04Wb", "sadness_14a04Tc"].map((name) =>
    readPcmWav(join(repositoryRoot, "examples/emodb", `${name}.wav`)),
  );
  const labels = async (options: LiveOptions, change?: (live: Live) => void): Promise<string> => {
    const { live, events } = await recorded({ ...options, onFrame: undefined });
    change?.(live);
    live.push(join16([anger!, sadness!, anger!]));
    live.finish();
    return answersIn(events)
      .map(({ label }) => label?.[0] ?? "-")
      .join("");
  };
  assert.equal(await labels({}), "aaaaaassssssa");
  assert.equal(await labels({ hold: 8 }), "aaaaaaaasssss");
  assert.equal(await labels({ hold: 4 }), "aaaaaassssssa");
  assert.equal(await labels({}, (live) => live.set({ hold: 64 })), "a".repeat(13));
});

test("what is known of a speaker: saved, loaded, refused while sound runs; the recognizer's is the same", async () => {
  const { live } = await recorded();
  live.push(sound);
  const statistics = live.adaptation!;
  assert.ok(statistics.length > 100);
  assert.ok(live.adaptationMs! > 1000);
  assert.throws(
    () => {
      live.adaptation = statistics;
    },
    refused("BUSY", /after restart/),
  );
  const run = async (options: LiveOptions, set?: Uint8Array): Promise<LiveAnswer[]> => {
    const { live: other, events } = await recorded({ ...options, onFrame: undefined });
    if (set) other.adaptation = set;
    other.push(sound);
    return answersIn(events);
  };
  const adapted = await run({ adaptation: statistics });
  assert.deepEqual(await run({}, statistics), adapted);
  assert.notDeepEqual(adapted, await run({}));
  const recognizer = await createRecognizer({ module });
  recognizer.adaptation = statistics;
  await assert.rejects(createLive({ module, adaptation: new Uint8Array(10) }), refused("ADAPTATION_DAMAGED", /statistics/));
});

test("wrong options and samples are refused by name, and change nothing", async () => {
  const cases: [unknown, RegExp][] = [
    [7, /^the argument of createLive\(\) must be an object of options/],
    [{ onanswer: () => {} }, /"onanswer".*onAnswer/],
    [{ onAnswer: "x" }, /^onAnswer must be a function/],
    [{ smoothing: 0 }, /^smoothing must be a whole number from 1 to 16/],
    [{ hold: 65 }, /^hold must be a whole number from 0 to 64/],
    [{ sampleRate: 44100.5 }, /^sampleRate must be a whole number/],
    [{ channels: "2" }, /^channels must be/],
    [{ adaptation: [1] }, /^adaptation must be a Uint8Array/],
    [{ build: "fast" }, /^build must be/],
  ];
  for (const [options, text] of cases)
    await assert.rejects(
      createLive(options === 7 ? (options as never) : { module, ...(options as object) }),
      refused("BAD_ARGUMENT", text),
    );
  await assert.rejects(createLive({ module, format: "mp3" as never }), refused("BAD_FORMAT", /"mp3" is unknown/));
  await assert.rejects(createLive({ module, sampleRate: 7999 }), refused("BAD_RATE", /8,000/));
  await assert.rejects(createLive({ module, channels: 0 }), refused("BAD_CHANNELS", /channels/));

  const good = await recorded();
  good.live.push(sound);
  const { live, events } = await recorded();
  live.push(sound.subarray(0, 10001));
  for (const [samples, text] of [
    [new Float32Array(100), /has begun with samples of the format s16/],
    [new Uint8Array(100), /Int16Array or a Float32Array/],
    [[1, 2], /Int16Array or a Float32Array/],
    [undefined, /Int16Array or a Float32Array/],
  ] as const)
    assert.throws(() => live.push(samples as never), refused("BAD_ARGUMENT", text));
  assert.throws(() => live.set({ smoothing: 17 }), refused("BAD_ARGUMENT", /smoothing/));
  assert.throws(() => live.set({ speed: 1 } as never), refused("BAD_ARGUMENT", /"speed"/));
  assert.throws(() => live.set(null as never), refused("BAD_ARGUMENT", /^the argument of set\(\) must be/));
  live.push(sound.subarray(10001));
  assert.deepEqual(events, good.events);
  live.close();
  assert.throws(() => live.meter, refused("CLOSED", /create another/));
});

test("a model by name or folder, and the browser's entry", async () => {
  const live = await createLive({ model: build });
  assert.equal(live.model.license, "MIT");
  await assert.rejects(createLive({ model: join(build, "nothing") }), refused("NO_MODEL", /no built model/));
  const other = await createInBrowser({ module });
  other.push(sound);
  assert.ok(other.meter.timeMs > 0);
});

test("memory stays flat, and nothing takes long: ten minutes of speech and pauses", async () => {
  let answers = 0;
  const live = await createLive({ module, onAnswer: () => void answers++ });
  const tenMinutes = (): void => {
    // Each push has samples of its own, so that a stream which keeps them is seen.
    for (let at = 0; at < 600 * 16000; at += sound.length) live.push(sound.slice());
  };
  tenMinutes();
  const before = memoryInUse();
  tenMinutes();
  // The samples alone are 19.2 MB.
  const more = memoryInUse() - before;
  assert.ok(more < 2e6, `${more} bytes more`);
  assert.ok(answers > 2 * 1000, `${answers} answers`);
});
