/** `long: "stream"`: the answers of createLive() as segments of a recording. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { createLive, createRecognizer, type LiveAnswer, type Recognition, type Recognizer } from "../../ts-tools/runtime/index.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import { buildPlan } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";
import { adaptingBuild } from "../support/adapting_build.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { wavFile } from "../support/wav.js";

const HZ = { sampleRate: 16000 };
const HOP_MS = 16;
const FRAME_MS = 64;
let module: WebAssembly.Module;
let recognizer: Recognizer;
/** Two voices with a pause between them that lets the network rest; the sound begins and ends in the middle of speech. */
let sound: Int16Array;

before(async () => {
  ({ module } = await loadFromFolder(join(repositoryRoot, "build"), "auto"));
  recognizer = await createRecognizer({ module, long: "stream" });
  const voices = ["anger_15a04Wb", "sadness_14a04Tc"].map((name) => readPcmWav(join(repositoryRoot, "examples/emodb", `${name}.wav`)));
  sound = Int16Array.from([...voices[0]!.subarray(5000), ...new Int16Array(80_000), ...voices[1]!.subarray(0, 40_000)]);
});

const untimed = ({ timing: _, ...rest }: Recognition): object => rest;

async function liveAnswers(samples: Int16Array, adaptation?: Uint8Array): Promise<LiveAnswer[]> {
  const answers: LiveAnswer[] = [];
  const live = await createLive({ module, ...(adaptation && { adaptation }), onAnswer: (answer) => void answers.push(answer) });
  live.push(samples);
  live.finish();
  return answers;
}

test("segments are the answers of the stream, at the times of the frames that they are about", async () => {
  const soundMs = sound.length / 16;
  const { segments } = recognizer.classify(sound, HZ);
  const answers = await liveAnswers(sound);
  assert.equal(segments.length, answers.length);
  let before = 0;
  for (const [index, answer] of answers.entries()) {
    const segment = segments[index]!;
    const { state, confidence, accepted, probabilities, voice, activation, valence, timeMs, heardMs, speechMs, endMs: ended } = answer;
    const { startMs, endMs, label, logits, ...rest } = segment;
    assert.deepEqual(rest, {
      ...{ state, confidence, accepted, speechFrames: speechMs / HOP_MS },
      ...(state !== "listening" && { voice, activation, valence }),
      probabilities,
    });
    assert.equal(label, answer.label ?? recognizer.model.classes[0]);
    assert.equal(
      Object.values(logits).some((logit) => logit !== 0),
      state !== "listening",
    );
    const start = heardMs === 0 ? before : ended - heardMs + HOP_MS - FRAME_MS;
    assert.deepEqual([startMs, endMs], [start, Math.floor(Math.min(ended, soundMs))]);
    before = timeMs;
  }
  assert.deepEqual([...new Set(segments.map(({ state }) => state))].sort(), ["label", "listening", "uncertain"]);
  assert.ok(
    segments.some(({ endMs }) => endMs === Math.floor(soundMs)),
    "what is said last is answered",
  );
});

test("the whole is the mean of the answers with speech, in float32", () => {
  const whole = recognizer.classify(sound, HZ);
  const spoken = whole.segments.filter(({ state }) => state !== "listening");
  assert.ok(spoken.length > 5 && spoken.length < whole.segments.length);
  for (const name of recognizer.model.classes) {
    const sum = spoken.reduce((all, { probabilities }) => Math.fround(all + probabilities[name]!), 0);
    assert.equal(whole.probabilities[name], Math.fround(sum / spoken.length));
  }
  assert.equal(whole.confidence, Math.max(...Object.values(whole.probabilities)));
  assert.equal(whole.probabilities[whole.label], whole.confidence);
  assert.equal(whole.state, whole.accepted ? "label" : "uncertain");
  assert.equal(whole.speechFrames, Math.max(...spoken.map(({ speechFrames }) => speechFrames!)));
  assert.equal(whole.logits, undefined);
  assert.ok(whole.timing.networkMs > 0 && whole.timing.frontendMs > 0);
});

test("nobody speaks: listening, not accepted, all probabilities 0; also for a sound of a moment", () => {
  for (const [length, count] of [
    [16000 * 5, 9],
    [100, 0],
  ] as const) {
    const { state, accepted, confidence, label, probabilities, segments, speechFrames, voice, activation } = recognizer.classify(
      new Int16Array(length),
      HZ,
    );
    assert.deepEqual([state, accepted, confidence, label, speechFrames, voice], ["listening", false, 0, recognizer.model.classes[0], 0, 0]);
    assert.ok(Object.values(probabilities).every((value) => value === 0));
    assert.equal(activation, undefined);
    assert.deepEqual(
      segments.map(({ state, endMs }) => [state, endMs <= length / 16]),
      Array.from({ length: count }, () => ["listening", true]),
    );
  }
});

test("pieces of any size, several recordings at once, files and other rates: the same answers", async () => {
  const expected = untimed(recognizer.classify(sound, HZ));
  const open = [recognizer.open(HZ), recognizer.open({ ...HZ, long: "stream" })];
  for (let at = 0, size = 1; at < sound.length; at += size, size = (size * 7) % 5003) {
    for (const recording of open) recording.push(sound.subarray(at, at + size));
    if (at % 3 === 0) recognizer.classify(sound.subarray(0, 9000), HZ);
  }
  for (const recording of open) assert.deepEqual(untimed(recording.finish()), expected);
  assert.deepEqual(untimed(await recognizer.classifyFile(wavFile(sound))), expected);

  const windows = await createRecognizer({ module });
  assert.deepEqual(untimed(windows.classify(sound, { ...HZ, long: "stream" })), expected);
  assert.equal(windows.classify(sound, HZ).state, undefined);
  assert.equal(recognizer.classify(sound, { ...HZ, crops: 2, long: "windows" }).segments.length, 2);
  const segments: unknown[] = [];
  const { segments: all } = windows.classify(sound, { ...HZ, long: "stream", onSegment: (segment) => void segments.push(segment) });
  assert.deepEqual(segments, all);

  const live: LiveAnswer[] = [];
  const at44100 = await createLive({ module, sampleRate: 44_100, onAnswer: (answer) => void live.push(answer) });
  at44100.push(sound);
  at44100.finish();
  assert.deepEqual(
    recognizer.classify(sound, { sampleRate: 44_100 }).segments.map(({ state, probabilities }) => ({ state, probabilities })),
    live.map(({ state, probabilities }) => ({ state, probabilities })),
  );
});

test("a handler that throws, or that pushes to its own recording, as with windows", () => {
  const fails = (): never => {
    throw new Error("full");
  };
  assert.throws(() => recognizer.classify(sound, { ...HZ, onSegment: fails }), /^Error: full$/);
  const recording = recognizer.open({ ...HZ, onSegment: () => void recording.push(sound) });
  assert.throws(() => recording.push(sound), /onSegment must not push/);
});

test("a speaker: recordings start from the statistics, and add to none but their own", async () => {
  const { folder } = await adaptingBuild();
  const adapting = await createRecognizer({ model: folder, long: "stream" });
  const unknown = untimed(adapting.classify(sound, HZ));
  assert.deepEqual(untimed(adapting.classify(sound, HZ)), unknown, "the second knows nothing of the first");
  adapting.classify(sound, { ...HZ, long: "windows" });
  const statistics = adapting.adaptation!;
  adapting.adaptation = statistics;
  const known = untimed(adapting.classify(sound, HZ));
  assert.notDeepEqual(known, unknown);
  assert.deepEqual(adapting.adaptation, statistics);
  const own = (await createRecognizer({ model: folder })).open({ ...HZ, long: "stream", adaptation: statistics });
  own.push(sound);
  assert.deepEqual(untimed(own.finish()), known);
  assert.notDeepEqual(own.adaptation, statistics);
  rmSync(folder, { recursive: true });
});

test("a model without a stream, and a mode that there is not, are refused in a sentence", async () => {
  const { embedded, name } = await buildPlan(PATH_CASES[1]!);
  const sentence = new RegExp(`^RecognizerError: the model ${name} has no stream, only windows; build it again`);
  await assert.rejects(createRecognizer({ module: embedded, long: "stream" }), sentence);
  const windows = await createRecognizer({ module: embedded });
  assert.throws(() => windows.classify(sound, { ...HZ, long: "stream" }), sentence);
  windows.classify(sound, HZ);
  await assert.rejects(createRecognizer({ module, long: "flow" as never }), /long must be "windows", "center" or "stream"/);
});
