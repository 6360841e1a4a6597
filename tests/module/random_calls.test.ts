/** Calls in any order with any numbers: the statuses are those of a second state machine, and the module still computes the same bits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { INPUT_FORMAT } from "../../ts-tools/abi/status.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";
import { buildPlan } from "./built_model.js";
import { CallModel, type Expected } from "./call_model.js";
import { PATH_CASES } from "./cases.js";
import { assertSame } from "./compare.js";
import { Instance, ok, plainSound } from "./instance.js";

const SMALL = PATH_CASES[0]!;
const WINDOW = SMALL.frontEnd.windowSamples;
const CALLS = 30000;
/** How often the whole path is checked in between. */
const EVERY = 1000;

/** Calls that lead somewhere, by what was started. */
const USEFUL: Readonly<Record<CallModel["mode"], readonly string[]>> = {
  idle: ["startLevel", "start", "startNetwork"],
  coarse: ["rest", "rest", "nextLevel"],
  fine: ["rest", "rest", "finishLevel"],
  classify: ["rest", "rest", "finish"],
  features: ["push"],
  samples: ["push", "push", "finishSamples"],
  network: ["pushFrame", "pushFrame", "pushFrame", "finishNetwork"],
};

type Call = () => [status: number, expected: Expected];

test("random calls are answered as a second state machine answers them", async (t) => {
  const instance = await Instance.create((await buildPlan(SMALL)).embedded);
  const sound = plainSound("voice", voice(WINDOW + 7, 22050), 22050);
  const expected = instance.classify(sound);
  const random = new Random(43);
  const counts = new Map<string, number>();
  let [model, calls] = begin(instance, random);
  let history: string[] = [];
  for (let i = 1; i <= CALLS; i++) {
    const names = random.unit() < 0.7 ? USEFUL[model.mode] : Object.keys(calls);
    const name = names[random.integer(0, names.length - 1)]!;
    const [status, right] = calls[name]!();
    const said = `${name} ${status}`;
    history = [...history.slice(-11), said];
    counts.set(said, (counts.get(said) ?? 0) + 1);
    assert.ok(right.includes(status), `${history.join(", ")}; expected ${right.join(" or ")}`);
    assert.equal(instance.exports.label() >= 0, model.finished, history.join(", "));
    if (i % EVERY !== 0) continue;
    const actual = instance.classify(sound);
    assert.equal(actual.level, expected.level);
    assertSame(`logits after ${i} calls`, actual.logits, expected.logits);
    [model, calls] = begin(instance, random);
  }
  t.diagnostic([...counts].map(([said, count]) => `${said}: ${count}`).join(", "));
});

/** The module and its model, both as they are at first. */
function begin(instance: Instance, random: Random): [CallModel, Record<string, Call>] {
  const { exports } = instance;
  exports.reset();
  ok(exports.setInput(INPUT_FORMAT.s16, 1, 16000), "setInput");
  const model = new CallModel(exports);
  return [model, { ...soundCalls(instance, model, random), ...networkCalls(instance, model) }];
}

function soundCalls({ exports }: Instance, model: CallModel, random: Random): Record<string, Call> {
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!;
  const length = (): number => pick([-1, 0, 1, 100, 512, 1000, WINDOW, WINDOW + 1, 2 ** 31 - 1]);
  const level = (): number => pick([-1, 0, 5, 1000, 30000, 32768000, 32768001]);
  return {
    setInput: () => {
      const numbers = [
        [2, 1, 16000],
        [1, 1, 8000],
        [4, 2, 44100],
        [3, 1, 16000],
        [6, 3, 192000],
        [0, 1, 16000],
        [2, 0, 16000],
        [2, 1, 1],
      ];
      const [format, channels, rate] = pick(numbers) as [number, number, number];
      return [exports.setInput(format, channels, rate), model.setInput(format, channels, rate)];
    },
    push: () => {
      const bytes = random.unit() < 0.8 ? model.frameBytes * random.integer(0, 40) : random.integer(-2, 2000);
      return [exports.push(bytes), model.push(bytes)];
    },
    // What is owed, as far as it fits, so that some passes end well.
    rest: () => {
      const owed = Math.max(0, Math.floor((model.announced * model.rate) / 16000) - model.given);
      const bytes = Math.min(owed, Math.floor(exports.inputCapacity() / model.frameBytes)) * model.frameBytes;
      return [exports.push(bytes), model.push(bytes)];
    },
    startLevel: () => {
      const samples = length();
      return [exports.startLevel(samples), model.startLevel(samples)];
    },
    start: () => {
      const [loud, samples] = [level(), length()];
      return [exports.start(loud, samples), model.start(loud, samples)];
    },
    nextLevel: () => [exports.nextLevel(), model.nextLevel()],
    finishLevel: () => [Math.min(exports.finishLevel(), 0), model.finishLevel()],
    finish: () => [exports.finish(), model.finish()],
    startFeatures: () => {
      const loud = level();
      return [exports.startFeatures(loud), model.startFeatures(loud)];
    },
    startSamples: () => [exports.startSamples(), model.startSamples()],
    finishSamples: () => [exports.finishSamples(), model.finishSamples()],
  };
}

function networkCalls({ exports }: Instance, model: CallModel): Record<string, Call> {
  return {
    startNetwork: () => {
      exports.startNetwork();
      model.startNetwork();
      return [0, [0]];
    },
    pushFrame: () => [exports.pushFrame(), model.pushFrame()],
    finishNetwork: () => [exports.finishNetwork(), model.finishNetwork()],
    reset: () => {
      exports.reset();
      model.reset();
      return [0, [0]];
    },
  };
}
