/** The C API where it is called wrongly, or in any order: the status that light_sernet.h promises, as the same module in Node returns it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "../../ts-tools/abi/status.js";
import { THOROUGH } from "../module/cases.js";
import { plainSound } from "../module/instance.js";
import { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { skipCompiler } from "./c_build.js";
import { begin, Drivers, WINDOW } from "./c_drivers.js";
import { functionOf, NO_SOUND, NO_STATE, plainExports, type Script, type Twin } from "./c_script.js";

const RATES = [8000, 11025, 12345, 16000, 22050, 44100, 48000, 96000, 192000];
const RANDOM_CALLS = THOROUGH ? 100_000 : 6000;

const c = new Drivers("small");

/** Every function for this state says that there is none. */
function refusedEverywhere(script: Script, state: number): void {
  for (const name of plainExports()) {
    const { result, type } = functionOf(name);
    const nothing = result === undefined ? "done" : result === "address" ? "NULL" : type === "f32" ? "00000000" : NO_STATE;
    script.add(`call ${state} ${name} 1 1 1 4`, nothing);
  }
  const samples = new Uint8Array(40);
  script.add(`input_capacity ${state}`, NO_STATE);
  script.add(`set_input ${state} 2 1 16000`, NO_STATE);
  script.add(`get_result ${state} 1`, NO_STATE);
  script.add(`get_result ${state} 0`, NO_STATE);
  script.add(`classify ${state} 20 16000 1`, NO_STATE, samples);
  script.add(`classify ${state} 20 16000 0`, NO_STATE, null);
  for (const bytes of [samples, null]) {
    for (const count of [20, "9223372036854775808", "18446744073709551615"]) script.add(`push ${state} ${count}`, NO_STATE, bytes);
    script.add(`push_bytes ${state} 40`, NO_STATE, bytes);
    script.add(`wav_push ${state} 40`, NO_STATE, bytes);
  }
}

test("misuse: no state, and one that was never begun", { skip: skipCompiler }, () => {
  const { script, twins } = begin(c.small, [0, 4]);
  refusedEverywhere(script, -1);
  script.add("init -1", NO_STATE);
  // Static memory is zero at first; memory from malloc() may hold anything.
  refusedEverywhere(script, 1);
  for (let seed = 0; seed < 12; seed++) {
    for (const twin of twins) {
      script.add(`fill ${twin.state} ${seed}`, "filled");
      refusedEverywhere(script, twin.state);
      twin.init();
      twin.getResult();
      twin.classify(voice(1000, 16000, seed + 1), 16000);
    }
  }
  c.checkAll(c.small, script);
});

test("misuse: lsn_init on a state that is in use starts afresh", { skip: skipCompiler }, () => {
  const { script, twins } = begin(c.small, [0, 4]);
  for (const twin of twins) {
    const sound = plainSound("", voice(WINDOW));
    // After every call of the path once, in the midst of another format.
    for (let steps = 1; steps < 20; steps++) {
      const path = twin.streamStepwise({ ...sound, format: "s24", channels: 2, bytes: sound.bytes.subarray(0, 4794) }, () => 150);
      for (let step = 0; step < steps && !path.next().done; step++);
      twin.init();
      twin.getResult();
      for (const name of [
        "nextLevel",
        "finishLevel",
        "finish",
        "finishSamples",
        "finishNetwork",
        "pushFrame",
        "outputCount",
        "label",
        "accepted",
      ] as const)
        twin.call(name);
      // int16, mono, 16 kHz again.
      twin.call("startSamples");
      twin.push(voice(50));
      twin.call("outputAddress", [], 2 * twin.call("outputCount"));
      twin.classify(voice(900), 16000);
    }
  }
  c.checkAll(c.small, script);
});

test("misuse: every wrong call returns its status and leaves the state usable", { skip: skipCompiler }, () => {
  const { script, twins } = begin(c.small, [0, 4]);
  const samples = new Uint8Array(voice(WINDOW).slice().buffer);
  const status = (name: keyof typeof STATUS): number => STATUS[name].code;
  for (const twin of twins) {
    const { state } = twin;
    const wrong = (expected: number | string, command: string, bytes?: Uint8Array | null): void =>
      script.add(command.replace("@", String(state)), expected, bytes);
    const called = (expected: number, name: Parameters<Twin["call"]>[0], ...parameters: number[]): void =>
      assert.equal(twin.call(name, parameters), expected, name);
    const usable = (): void => twin.classify(voice(700, 16000, 4), 22050);

    // Nothing was started.
    for (const name of ["nextLevel", "finishLevel", "finish", "finishSamples", "pushFrame", "finishNetwork"] as const)
      called(status("NOT_STARTED"), name);
    assert.equal(twin.pushBytes(new Uint8Array(2)), status("NOT_STARTED"));
    assert.equal(twin.push(new Int16Array(0)), status("NOT_STARTED"));
    wrong(status("NOT_STARTED"), "get_result @ 1");
    usable();

    // No sound, no place for the result.
    wrong(NO_SOUND, "classify @ 10 16000 1", null);
    wrong(NO_SOUND, "classify @ 10 16000 0", samples);
    wrong(NO_SOUND, "get_result @ 0");
    twin.setInput("s16", 1, 16000);
    twin.call("start", [1000, 10]);
    wrong(NO_SOUND, "push @ 10", null);
    wrong(NO_SOUND, "push_bytes @ 10", null);
    wrong(NO_SOUND, "wav_push @ 10", null);
    // None of nothing is fine.
    wrong(0, "push @ 0", null);
    wrong(0, "push_bytes @ 0", null);
    assert.equal(twin.push(voice(10)), 0);
    called(0, "finish");
    twin.getResult();
    usable();

    // Of an announced sound too much, or too little.
    for (const [pass, end] of [
      ["startLevel", "nextLevel"],
      ["start", "finish"],
    ] as const) {
      twin.setInput("s16", 1, 16000);
      const begin = (): void => called(0, pass, ...(pass === "start" ? [1000, 500] : [500]));
      begin();
      twin.push(voice(499));
      called(status("TOO_FEW_SAMPLES"), end);
      twin.push(voice(1));
      called(0, end);
      begin();
      assert.equal(twin.push(voice(501)), status("TOO_MANY_SAMPLES"));
      called(status("TOO_MANY_SAMPLES"), end);
      usable();
    }
    // Many pieces too much, and a result in between.
    twin.call("start", [1000, 10]);
    wrong(status("NOT_STARTED"), "get_result @ 1");
    assert.equal(twin.push(voice(9000)), status("TOO_MANY_SAMPLES"));
    wrong(status("NOT_STARTED"), "get_result @ 1");
    usable();

    // Numbers out of range.
    for (const rate of [0, 1, 7999, 192001, 0x7fffffff, 0x80000000, 0xffffffff])
      wrong(status("BAD_RATE"), `classify @ 20 ${rate} 1`, samples.subarray(0, 40));
    for (const rate of [0, 7999, 192001, -1, -0x80000000]) assert.equal(twin.setInput("s16", 1, rate), status("BAD_RATE"));
    for (const format of [0, 9, -1, 255, 256 + 2, 0x7fffffff]) assert.equal(twin.setInput(format, 1, 16000), status("BAD_FORMAT"));
    for (const channels of [0, -1, twin.capacity(), 0x7fffffff])
      assert.equal(twin.setInput("s16", channels, 16000), status("BAD_CHANNELS"));
    for (const level of [-1, 32_768_001, 0x7fffffff, -0x80000000]) {
      called(status("BAD_LEVEL"), "start", level, 100);
      called(status("BAD_LEVEL"), "startFeatures", level);
    }
    for (const length of [-1, -0x80000000]) {
      called(status("BAD_LENGTH"), "start", 1000, length);
      called(status("BAD_LENGTH"), "startLevel", length);
      called(status("BAD_LENGTH"), "resampledLength", length, 16000);
    }
    usable();

    // More samples than can be counted: refused before any is read.
    for (const count of [2 ** 31, 2 ** 32, 2 ** 32 + 20, "18446744073709551615", "9223372036854775807"])
      wrong(status("TOO_LONG"), `classify @ ${count} 16000 1`, samples.subarray(0, 40));
    wrong(status("TOO_LONG"), "classify @ 2147483647 8000 1", samples.subarray(0, 40));
    twin.call("startLevel", [1000]);
    for (const count of ["9223372036854775808", "18446744073709551615"])
      wrong(status("TOO_LONG"), `push @ ${count}`, samples.subarray(0, 40));
    // As many could be pushed, were they announced; what is too much is found at the first piece of them.
    for (const count of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33 + 100]) {
      twin.call("startLevel", [100]);
      twin.push(voice(100));
      wrong(status("TOO_MANY_SAMPLES"), `push @ ${count}`, samples.subarray(0, twin.exports.inputCapacity()));
      wrong(status("TOO_MANY_SAMPLES"), `push_bytes @ ${2 * count}`, samples.subarray(0, twin.exports.inputCapacity()));
      assert.equal(twin.setInput("s16", 1, 16000), 0);
    }
    usable();

    // Pieces that are not whole frames: what fits of a larger one was taken.
    twin.setInput("s24", 2, 16000);
    twin.call("startSamples");
    assert.equal(twin.pushBytes(samples.subarray(0, 7)), status("BAD_PIECE"));
    assert.equal(twin.pushBytes(samples.subarray(0, 2 * twin.capacity() + 1)), status("BAD_PIECE"));
    assert.equal(twin.pushBytes(samples.subarray(0, 12)), 0);
    twin.call("outputAddress", [], 2 * twin.call("outputCount"));
    wrong(status("BAD_PIECE"), `wav_push @ ${twin.capacity() + 1}`, samples.subarray(0, twin.capacity() + 1));
    usable();
  }
  c.checkAll(c.small, script);
});

/** Calls in any order on several states, right and wrong ones. */
function randomCall(twin: Twin, random: Random): void {
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!;
  const length = (): number => pick([-1, 0, 1, 100, 512, 1000, WINDOW, WINDOW + 1, 0x7fffffff]);
  const level = (): number => pick([-1, 0, 5, 1000, 30000, 32_768_000, 32_768_001]);
  const calls: (() => void)[] = [
    () => twin.setInput(random.integer(0, 7), random.integer(0, 5), pick([...RATES, 7999, 192001])),
    () => twin.pushBytes(new Uint8Array(noise(random.integer(0, 2000), 32767, random.integer(1, 1e6)).buffer)),
    () => twin.push(voice(random.integer(0, 3000), 16000, random.integer(1, 100))),
    () => twin.push(noise(random.integer(0, 60))),
    () => twin.call("startLevel", [length()]),
    () => twin.call("start", [level(), length()]),
    () => twin.call("startFeatures", [level()]),
    () =>
      twin.call(
        pick([
          "nextLevel",
          "finishLevel",
          "finish",
          "startSamples",
          "finishSamples",
          "startNetwork",
          "finishNetwork",
          "reset",
          "wavBegin",
        ] as const),
      ),
    () => twin.call(pick(["pushFrame", "stageSpectrum", "stageMel", "stageMfcc", "label", "accepted", "outputCount", "wavRate"] as const)),
    () => twin.call("resampledLength", [length(), pick(RATES)]),
    () => twin.wavPush(new Uint8Array(noise(random.integer(0, 100), 32767).buffer)),
    () => twin.getResult(),
    () => (random.unit() < 0.2 ? twin.classify(voice(random.integer(0, 2 * WINDOW)), pick(RATES)) : twin.classify(noise(200), 16000)),
    // A pass that ends well.
    () => {
      twin.setInput("s16", 1, 16000);
      twin.call("start", [1000 * random.integer(1, 30000), 300]);
      twin.push(noise(300));
      twin.call("finish");
    },
    () => random.unit() < 0.1 && twin.init(),
  ];
  pick(calls)();
}

test("random calls on several states are answered as in Node", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 1, 4, 5]);
  const random = new Random(56);
  while (script.length < RANDOM_CALLS) randomCall(twins[random.integer(0, 3)]!, random);
  c.checkAll(c.small, script);
  const counts = [...script.said()].sort(([a], [b]) => (a < b ? -1 : 1));
  t.diagnostic(counts.map(([said, count]) => `${said}: ${count}`).join(", "));
  for (const said of ["get_result 0", "get_result -1", "finish 0", "finish -3", "push -2", "push_bytes -7", "set_input -5", "start -8"])
    assert.ok(script.said().get(said) ?? 0 > 5, said);
});
