/** Answers that need speech: every build, the API and the WASI command against the reference. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { AnswerExports } from "../../ts-tools/abi/exports.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import { classifySound, classifyWindow } from "../reference/classify.js";
import { noise, voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { type BuiltModel, buildPlan, type ModelPlan } from "./built_model.js";
import { type Case, PATH_CASES } from "./cases.js";
import { assertCommandReports } from "./command_report.js";
import { type Instance, ok, plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

/** Without a voice head, which would refuse most of what has little speech. */
const PLAN: Case = { ...PATH_CASES.find(({ rules }) => rules?.leastSpeechFrames)!, name: "answers that need speech", voice: false };
const LEAST = PLAN.rules!.leastSpeechFrames!;
const { windowSamples } = PLAN.frontEnd;

let folder: string;
let built: BuiltModel;
let builds: [string, Instance][];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-speech-"));
  built = await buildPlan(PLAN);
  builds = await instancesOf(built);
});
after(() => rmSync(folder, { recursive: true }));

const rule = ({ exports }: Instance): Required<AnswerExports> => exports as unknown as Required<AnswerExports>;

/** A burst of noise in silence. */
function burst(samples: number, length = windowSamples): Int16Array {
  const sound = new Int16Array(length);
  sound.set(noise(samples, 9000), (length - samples) >> 1);
  return sound;
}

test("with the probability high enough, the frames with speech decide", () => {
  const certain: ModelPlan = { ...PLAN, acceptThreshold: 0 };
  const seen = new Set<number>();
  for (let samples = 0; samples < 1400; samples += 35) {
    const sound = burst(samples);
    const expected = classifyWindow(sound, built.model, built.frontEnd, certain.acceptThreshold, {}, PLAN.rules);
    const { speechFrames } = expected.mfcc;
    assert.equal(expected.accepted, speechFrames >= LEAST);
    seen.add(speechFrames);
    for (const [build, instance] of builds) {
      const answer = instance.classify(plainSound("burst", sound));
      assert.equal(rule(instance).speechFrames(), speechFrames, `${build}, ${samples}`);
      const confident = Math.max(...answer.probabilities) >= built.acceptThreshold;
      assert.equal(answer.accepted, confident && speechFrames >= LEAST, `${build}, ${samples}`);
    }
  }
  for (const frames of [0, LEAST - 1, LEAST, LEAST + 1]) assert.ok(seen.has(frames), `${[...seen]}`);
});

test("the number is that of the last answer", () => {
  for (const [, instance] of builds) {
    const { exports } = instance;
    const { speechFrames, leastSpeechFrames } = rule(instance);
    assert.equal(leastSpeechFrames(), LEAST);
    const { level } = instance.classify(plainSound("voice", voice(windowSamples)));
    const heard = speechFrames();
    assert.ok(heard >= LEAST);
    instance.features(plainSound("silence", burst(0)), level);
    assert.equal(speechFrames(), heard, "after features");
    ok(exports.start(level, windowSamples), "start");
    assert.equal(speechFrames(), 0, "after start()");
    instance.network(new Float32Array(exports.frameCount() * exports.coefficientCount()));
    assert.equal(speechFrames(), exports.frameCount(), "after finishNetwork()");
    exports.reset();
    assert.equal(speechFrames(), 0, "after reset()");
  }
});

for (const [name, sound] of [
  ["silence, then a voice", Int16Array.from([...burst(0, 2 * windowSamples), ...voice(2 * windowSamples)])],
  ["too little in every window", burst(60, 3 * windowSamples)],
  ["silence", burst(0, 3 * windowSamples)],
] as const) {
  test(`a long sound: ${name}`, async () => {
    const expected = classifySound(sound, built.model, built.frontEnd, "windows", built.acceptThreshold, built.rules);
    const judged = [expected, ...expected.windows].map(({ accepted }) => accepted);
    const frames = expected.windows.map(({ mfcc }) => mfcc.speechFrames);
    assert.ok(frames.some((count) => count < LEAST));
    const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
    assert.equal(recognizer.model.leastSpeechFrames, LEAST);
    const result = recognizer.classify(sound, { sampleRate: 16000 });
    assert.deepEqual(
      [result, ...result.segments].map(({ accepted }) => accepted),
      judged,
    );
    assert.deepEqual(
      [result, ...result.segments].map(({ speechFrames }) => speechFrames),
      [Math.max(...frames), ...frames],
    );
    if (Math.max(...frames) < LEAST) assert.ok(!judged.includes(true));
    if (skipWithoutWasmtime) return;
    await assertCommandReports(built, sound, result, folder);
  });
}
