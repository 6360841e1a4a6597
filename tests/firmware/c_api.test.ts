/** The C API: what light_sernet.h promises, with this machine's compiler, against the same module in Node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ABI_VERSION, EXPORTS } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT, type InputFormat, STATUS, statusSentence } from "../../ts-tools/abi/status.js";
import { soundInputs, THOROUGH } from "../module/cases.js";
import { plainSound } from "../module/instance.js";
import { encode } from "../module/random_sounds.js";
import { recordingFile, referenceAnswers, skip as skipRecordings } from "../module/upstream_model.js";
import { SAMPLE_BYTES } from "../reference/decode.js";
import { lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { Random } from "../support/random.js";
import { noise, square, voice } from "../support/sounds.js";
import { hostileWavs, oddButGoodWavs } from "../support/wav.js";
import {
  type CModel,
  compileC,
  compileCpp,
  SANITIZE,
  SMALL,
  skipCompiler,
  skipCpp,
  skipSanitizer,
  source,
  VERSION,
  writeRandomModel,
  writeShippedModel,
} from "./c_build.js";
import { callsSource, functionOf, NO_SOUND, NO_STATE, nameInC, plainExports, Script, Twin, WITHOUT_ADDRESS } from "./c_script.js";

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
const WINDOW = SMALL.frontEnd.windowSamples;
const RATES = [8000, 11025, 12345, 16000, 22050, 44100, 48000, 96000, 192000];
const RANDOM_CALLS = THOROUGH ? 100_000 : 6000;

/** How the driver is compiled; every test runs it in all of these ways. */
const BUILDS: Readonly<Record<string, readonly string[]>> = {
  "checked-O0": ["-O0"],
  "checked-O2": ["-O2"],
  "unchecked-O0": ["-O0", "-DLSN_UNCHECKED"],
  "unchecked-O2": ["-O2", "-DLSN_UNCHECKED"],
  ...(skipSanitizer ? {} : { "checked-sanitized": SANITIZE, "unchecked-sanitized": [...SANITIZE, "-DLSN_UNCHECKED"] }),
};

let work: string;
let small: CModel;
let shipped: CModel;
/** Drivers of a model, by build. */
const drivers = new Map<CModel, Map<string, string>>();

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-c-"));
  small = await writeRandomModel(join(work, "small"));
  shipped = await writeShippedModel(join(work, "shipped"));
  writeFileSync(join(work, "calls.h"), callsSource());
  if (skipCompiler) return;
  for (const [model, names] of [
    [small, Object.keys(BUILDS)],
    [shipped, Object.keys(BUILDS).filter((name) => !name.endsWith("O0"))],
  ] as const) {
    const programs = new Map<string, string>();
    for (const name of names) programs.set(name, await compileDriver(model, name));
    drivers.set(model, programs);
  }
});
after(() => rmSync(work, { recursive: true, force: true }));

const sourceOf = ({ folder }: CModel, name: string): string => join(folder, "src", name);

const libraries = new Map<string, Promise<string>>();

/** light_sernet.c of a model, compiled once with these flags. */
function library(model: CModel, flags: readonly string[]): Promise<string> {
  const output = join(model.folder, `library${flags.join("")}.o`);
  const object = libraries.get(output) ?? compileC(output, [sourceOf(model, "light_sernet.c")], [...flags, "-c"]);
  libraries.set(output, object);
  return object;
}

async function compileDriver(model: CModel, name: string): Promise<string> {
  const flags = BUILDS[name]!;
  const parts = [source("c_api_driver.c"), await library(model, flags)];
  return compileC(join(model.folder, name), parts, [...flags, "-I", join(model.folder, "src"), "-I", work]);
}

/** Runs a script in all builds of a model. */
function checkAll(model: CModel, script: Script): void {
  for (const program of drivers.get(model)!.values()) script.check(program);
}

/** States 0 to 3 are static, 4 to 7 are allocated. */
function begin(model: CModel, states: readonly number[] = [0]): { script: Script; twins: Twin[] } {
  const module = new WebAssembly.Module(model.embedded);
  const script = new Script();
  const twins = states.map((state) => new Twin(script, state, module));
  for (const twin of twins) twin.init();
  return { script, twins };
}

/** Sounds of the lengths at which something begins or ends, by name. */
function plainSounds(window: number): Record<string, Int16Array> {
  return {
    empty: new Int16Array(0),
    "one sample": Int16Array.of(-7),
    short: voice(Math.floor(0.3 * window)),
    "one less than the window": voice(window - 1),
    window: voice(window, 16000, 3),
    "one more than the window": voice(window + 1),
    long: voice(3 * window + 77, 16000, 2),
    silence: new Int16Array(window),
    "full scale": square(window),
    lowest: new Int16Array(window + 9).fill(-32768),
    highest: new Int16Array(window - 9).fill(32767),
    noise: noise(window, 32767),
    quiet: noise(window, 2),
  };
}

test("a state's size is what the header says", { skip: skipCompiler }, () => {
  for (const model of [small, shipped]) {
    const { id, sha256, classes } = model.manifest;
    const header = readFileSync(sourceOf(model, "light_sernet.h"), "utf8");
    const [state, memory] = ["STATE", "MEMORY"].map((name) => new RegExp(`^#define LSN_${name}_BYTES (\\d+)$`, "m").exec(header)![1]);
    const script = new Script();
    script.add("sizes", `${state} ${state} ${state}`);
    script.add("facts", `${VERSION}|${ABI_VERSION}|${id}|${sha256}|${classes.length}|${memory}`);
    checkAll(model, script);
  }
});

test("what the module says of itself", { skip: skipCompiler }, () => {
  for (const model of [small, shipped]) {
    const { script, twins } = begin(model, [0, 4]);
    for (const twin of twins) {
      for (const name of plainExports().filter(
        (name) => functionOf(name).parameters.length === 0 && !/^(start|push|next|finish|stage|reset|wav)/.test(name),
      ))
        twin.call(name, [], 16);
      twin.capacity();
      for (const index of [-1, 0, 1, model.manifest.classes.length - 1, model.manifest.classes.length, 0x7fffffff, -0x80000000])
        twin.call("classNameAddress", [index]);
      const answers = twin.call("classCount");
      assert.equal(answers, model.manifest.classes.length);
    }
    if (model === shipped) script.add("call 0 modelHashAddress 0 0 0 0", model.manifest.sha256);
    checkAll(model, script);
  }
});

test("every status has the module's sentence", { skip: skipCompiler }, () => {
  const script = new Script();
  for (const { code } of Object.values(STATUS)) script.add(`sentence ${code}`, statusSentence(code));
  script.add(`sentence ${NO_STATE}`, "the state is NULL or was not initialized; call lsn_init first");
  script.add(`sentence ${NO_SOUND}`, "the pointer to the sound or to the result is NULL; pass both");
  for (const unknown of [1, -11, -39, -42, 0x7fffffff]) script.add(`sentence ${unknown}`, "unknown status");
  checkAll(small, script);
});

test("lsn_classify: every length and rate, as in Node", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 5]);
  let count = 0;
  for (const samples of Object.values(plainSounds(WINDOW))) for (const rate of RATES) twins[count++ % 2]!.classify(samples, rate);
  checkAll(small, script);
  t.diagnostic(`${count} sounds in ${drivers.get(small)!.size} builds`);
});

test("lsn_classify with the model that ships: recordings, and sounds of other rates", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(shipped, [0, 6]);
  const recordings = ["long.wav", "speech.wav"].map((name) => readPcmWav(join(repositoryRoot, "examples", name)));
  for (const twin of twins) for (const samples of recordings) twin.classify(samples, 16000);
  const names = skipRecordings ? [] : Object.keys(referenceAnswers().files);
  for (const name of names) twins[0]!.classify(readPcmWav(recordingFile(name)), 16000);
  const { window } = shipped;
  twins[0]!.classify(voice(2 * window, 44100), 44100);
  twins[1]!.classify(voice(Math.floor(window / 3), 8000), 8000);
  for (const samples of [new Int16Array(0), Int16Array.of(1), square(window + 5), new Int16Array(window)])
    twins[0]!.classify(samples, 16000);
  checkAll(shipped, script);
  t.diagnostic(`${script.length - 2} sounds, ${names.length} of EMO-DB, in ${drivers.get(shipped)!.size} builds`);
});

test("the recordings with the small model", { skip: skipCompiler }, () => {
  const { script, twins } = begin(small, [1]);
  for (const name of ["long.wav", "speech.wav"]) twins[0]!.classify(readPcmWav(join(repositoryRoot, "examples", name)), 16000);
  checkAll(small, script);
});

test("lsn_classify leaves the input as it was: a stream afterward is read as one before", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 4]);
  let streams = 0;
  const kinds: (readonly [InputFormat, number, number] | undefined)[] = [undefined, ["s16", 1, 44100], ["u8", 2, 8000], ["f64", 3, 16000]];
  for (const kind of kinds) {
    const twin = twins[streams % 2]!;
    twin.init();
    for (const rate of [16000, 48000, 0, 0xffffffff]) {
      if (kind) twin.setInput(...kind);
      twin.classifyApart(voice(1000), rate);
      const [format, channels, inputRate] = kind ?? ["s16", 1, 16000];
      const bytes = encode(
        new Random(streams++),
        Float64Array.from(voice(700 * channels), (value) => value / 32768),
        format,
      );
      const length = twin.call("resampledLength", [700, inputRate]);
      assert.equal(twin.call("start", [3_000_000, length]), 0);
      assert.equal(twin.pushBytes(bytes), 0);
      assert.equal(twin.call("finish"), 0);
      twin.getResult();
    }
  }
  checkAll(small, script);
  t.diagnostic(`${streams} streams`);
});

test("lsn_push: pieces of any size, also of none", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 4]);
  const random = new Random(51);
  for (const [index, samples] of Object.values(plainSounds(WINDOW)).entries()) {
    const twin = twins[index % 2]!;
    const rate = RATES[random.integer(0, RATES.length - 1)]!;
    twin.setInput("s16", 1, rate);
    const length = twin.call("resampledLength", [samples.length, rate]);
    const pushAll = (): void => {
      for (let at = 0; at < samples.length; ) {
        const piece = samples.subarray(at, at + random.integer(0, random.unit() < 0.3 ? 3000 : 40));
        assert.equal(twin.push(piece), 0);
        at += piece.length;
      }
    };
    twin.call("startLevel", [length]);
    pushAll();
    twin.call("nextLevel");
    pushAll();
    const level = twin.call("finishLevel");
    twin.call("start", [level, length]);
    pushAll();
    assert.equal(twin.call("finish"), 0);
    twin.getResult();
    // The same at once must be the same: Node's twin has compared the pieces, this compares with lsn_classify().
    twin.classify(samples, rate);
  }
  checkAll(small, script);
  t.diagnostic(`${script.length} calls`);
});

test("lsn_push_bytes: every format and many channels, pieces larger than the input", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [2, 7]);
  const random = new Random(52);
  const capacity = twins[0]!.capacity();
  let pieces = 0;
  for (const format of FORMATS) {
    const most = Math.floor(capacity / SAMPLE_BYTES[format]);
    for (const channels of [1, 2, 3, 5, 8, 64, most - 1, most]) {
      const unit = SAMPLE_BYTES[format] * channels;
      const frames = Math.min(WINDOW + 50, Math.ceil((6 * capacity) / unit));
      const values = Float64Array.from(voice(frames * channels, 16000, channels), (value) => value / 32768);
      const sound = {
        name: "",
        format,
        channels,
        rate: RATES[random.integer(0, RATES.length - 1)]!,
        bytes: encode(random, values, format),
      };
      // Many pieces are larger than what the module takes at once.
      twins[pieces++ % 2]!.stream(sound, () => random.integer(0, Math.ceil((3 * capacity) / unit)));
    }
  }
  checkAll(small, script);
  t.diagnostic(`${pieces} sounds in ${script.length} calls; the input takes ${capacity} bytes`);
});

test("random sounds in random pieces", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 4]);
  const random = new Random(53);
  let count = 0;
  for (const sound of soundInputs({ ...SMALL, inputs: THOROUGH ? 700 : 120 })) {
    const largest = random.unit() < 0.3 ? 60 : 3000;
    twins[count++ % 2]!.stream(sound, () => random.integer(0, largest));
  }
  checkAll(small, script);
  t.diagnostic(`${count} sounds, ${script.length} calls`);
});

test("states side by side do not disturb each other", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 1, 2, 4, 5]);
  const random = new Random(54);
  const sounds = [...soundInputs({ ...SMALL, inputs: 40 })];
  const begun = (twin: Twin) => twin.streamStepwise(sounds.pop()!, () => random.integer(1, 700));
  const running = twins.map((twin) => ({ twin, steps: begun(twin) }));
  while (running.length > 0) {
    const at = random.integer(0, running.length - 1);
    const { twin, steps } = running[at]!;
    if (!steps.next().done) continue;
    if (sounds.length > 0) running[at] = { twin, steps: begun(twin) };
    else running.splice(at, 1);
  }
  checkAll(small, script);
  t.diagnostic(`40 sounds on ${twins.length} states, ${script.length} calls`);
});

test("frames, samples and files: what is at the addresses of lsn_output() and the stages", { skip: skipCompiler }, () => {
  const { script, twins } = begin(small, [0, 4]);
  const [twin, other] = twins as [Twin, Twin];
  const capacity = twin.capacity();
  const samples = voice(3000, 22050);
  const pieces = (take: () => void): void => {
    for (let at = 0; at < samples.length; at += capacity / 2) {
      twin.push(samples.subarray(at, at + capacity / 2));
      take();
    }
  };
  twin.setInput("s16", 1, 22050);
  twin.call("startSamples");
  pieces(() => twin.call("outputAddress", [], 2 * twin.call("outputCount")));
  twin.call("finishSamples");
  twin.call("outputAddress", [], 2 * twin.call("outputCount"));
  twin.call("startFeatures", [3_000_000]);
  pieces(() => twin.call("outputAddress", [], 4 * twin.exports.coefficientCount() * twin.call("outputCount")));
  for (const [stage, place] of [
    ["stageSpectrum", "spectrumAddress"],
    ["stageMel", "melAddress"],
    ["stageMfcc", "mfccAddress"],
  ] as const) {
    twin.call(stage);
    twin.call(place, [], 160);
  }
  other.call("startNetwork");
  for (let frame = 0; frame < other.exports.frameCount(); frame++) other.call("pushFrame");
  other.call("pushFrame");
  other.call("finishNetwork");
  other.getResult();
  checkAll(small, script);
});

test("lsn_wav_push: the headers of the examples, of odd and of hostile files", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(small, [0, 4]);
  const random = new Random(55);
  const examples = readdirSync(join(repositoryRoot, "examples")).filter((name) => name.endsWith(".wav"));
  const files = [
    ...examples.map((name) => readFileSync(join(repositoryRoot, "examples", name))),
    ...oddButGoodWavs(voice(4000)).map(({ bytes }) => bytes),
    ...hostileWavs().map(({ bytes }) => bytes),
  ];
  for (const [index, bytes] of files.entries()) {
    const twin = twins[index % 2]!;
    twin.call("wavBegin");
    const largest = random.unit() < 0.5 ? 20 : twin.exports.inputCapacity();
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + random.integer(0, largest));
      if (twin.wavPush(piece) !== 0) break;
      at += piece.length;
    }
    for (const name of ["wavFormat", "wavChannels", "wavRate", "wavFrames"] as const) twin.call(name);
    twin.wavPush(new Uint8Array(twin.exports.inputCapacity() + 1));
  }
  checkAll(small, script);
  t.diagnostic(`${files.length} files`);
});

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
  const { script, twins } = begin(small, [0, 4]);
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
  checkAll(small, script);
});

test("misuse: lsn_init on a state that is in use starts afresh", { skip: skipCompiler }, () => {
  const { script, twins } = begin(small, [0, 4]);
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
  checkAll(small, script);
});

test("misuse: every wrong call returns its status and leaves the state usable", { skip: skipCompiler }, () => {
  const { script, twins } = begin(small, [0, 4]);
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
    for (const format of [0, 7, -1, 255, 256 + 2, 0x7fffffff]) assert.equal(twin.setInput(format, 1, 16000), status("BAD_FORMAT"));
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
  checkAll(small, script);
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
  const { script, twins } = begin(small, [0, 1, 4, 5]);
  const random = new Random(56);
  while (script.length < RANDOM_CALLS) randomCall(twins[random.integer(0, 3)]!, random);
  checkAll(small, script);
  const counts = [...script.said()].sort(([a], [b]) => (a < b ? -1 : 1));
  t.diagnostic(counts.map(([said, count]) => `${said}: ${count}`).join(", "));
  for (const said of ["get_result 0", "get_result -1", "finish 0", "finish -3", "push -2", "push_bytes -7", "set_input -5", "start -8"])
    assert.ok(script.said().get(said) ?? 0 > 5, said);
});

/** Functions that the header declares. */
function declared(model: CModel): string[] {
  const header = readFileSync(sourceOf(model, "light_sernet.h"), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...header.matchAll(/\b(lsn_\w+)\(/g)].map((match) => match[1]!);
}

const OWN = ["lsn_state_size", "lsn_init", "lsn_classify", "lsn_push_bytes", "lsn_get_result", "lsn_status_sentence"];

test("every function of the module has its counterpart in the header, and there are no others", () => {
  const expected = Object.keys(EXPORTS).filter((name) => !WITHOUT_ADDRESS.includes(name));
  assert.deepEqual(declared(small).sort(), [...expected.map(nameInC), ...OWN].sort());
});

test("the library has the functions of the header, and no variables", { skip: skipCompiler }, async () => {
  const nm = spawnSync("nm", ["--version"]).status === 0;
  for (const flags of [["-O2"], ["-O0", "-DLSN_UNCHECKED"]]) {
    const object = await library(small, flags);
    if (!nm) return;
    const symbols = lines(spawnSync("nm", [object], { encoding: "utf8" }).stdout).map(
      (line) => line.trim().split(/\s+/).slice(-2) as [string, string],
    );
    const ofType = (types: string): string[] => symbols.filter(([type]) => types.includes(type)).map(([, name]) => name);
    assert.deepEqual(ofType("T").sort(), declared(small).sort());
    // Everything that may be written is in the state.
    assert.deepEqual(ofType("dDbBCsSgGuvVwW"), []);
    assert.deepEqual(
      ofType("U").filter((name) => !["memcpy", "memset", "memmove"].includes(name)),
      [],
    );
  }
});

test("the header compiles by itself, in C of every year and in C++", { skip: skipCpp }, async () => {
  const folder = join(work, "headers");
  mkdirSync(folder);
  const include = ["-I", join(small.folder, "src"), "-fsyntax-only"];
  for (const name of ["alone.c", "alone.cpp"]) writeFileSync(join(folder, name), '#include "light_sernet.h"\n#include "light_sernet.h"\n');
  for (const standard of ["-std=c99", "-std=c11", "-std=c17", "-std=gnu99"])
    await compileC("/dev/null", [join(folder, "alone.c")], [...include, standard, "-Wstrict-prototypes", "-Wconversion"]);
  for (const standard of ["-std=c++11", "-std=c++20"])
    await compileCpp("/dev/null", [join(folder, "alone.cpp")], [...include, standard, "-Wconversion", "-Wold-style-cast"]);
});

test("C++ calls the library that was compiled as C, every function of it", { skip: skipCpp }, async () => {
  const folder = join(work, "cpp");
  mkdirSync(folder);
  const object = await library(small, ["-O2"]);
  const names = declared(small);
  writeFileSync(
    join(folder, "main.cpp"),
    `#include "light_sernet.h"
#include <cstdio>
typedef void (*function)();
static const function functions[] = {${names.map((name) => `reinterpret_cast<function>(${name})`).join(", ")}};
static lsn_state state;
int main() {
  static const int16_t samples[100] = {1, 2, 3};
  lsn_result result;
  int there = 0;
  for (function each : functions) there += each != nullptr;
  if (lsn_init(&state) != LSN_OK || lsn_classify(&state, samples, 100, 16000, &result) != LSN_OK) return 1;
  std::printf("%d", there);
  for (int32_t logit : result.logits) std::printf(" %ld", static_cast<long>(logit));
  std::printf("\\n");
  return 0;
}
`,
  );
  const program = await compileCpp(join(folder, "main"), [join(folder, "main.cpp"), object], ["-I", join(small.folder, "src")]);
  const samples = new Int16Array(100);
  samples.set([1, 2, 3]);
  const { twins } = begin(small);
  twins[0]!.classify(samples, 16000);
  const { stdout } = spawnSync(program, { encoding: "utf8" });
  assert.deepEqual(stdout, `${names.length} ${twins[0]!.logits().join(" ")}\n`);
});

test("LSN_TRAP() as docs/firmware.md defines it: called when a check fails", { skip: skipCompiler }, async () => {
  const folder = join(work, "trap");
  mkdirSync(folder);
  const document = readFileSync(join(repositoryRoot, "docs", "firmware.md"), "utf8");
  const [example, reset] = /```c\n(void (\w+)\(void\)[^`]*#define LSN_TRAP\(\)[^`]*)```/.exec(document)!.slice(1) as [string, string];
  writeFileSync(join(folder, "trap.h"), example);
  writeFileSync(
    join(folder, "main.c"),
    `#include <stdlib.h>
#include <string.h>
#include "light_sernet.h"
void ${reset}(void) { exit(7); }
int main(void) {
  static lsn_state state;
  lsn_init(&state);
  memset((char *)&state + sizeof(uint32_t), 0, sizeof(uint32_t)); /* bytes of a frame: none */
  return (int)lsn_push(&state, NULL, 0);
}
`,
  );
  for (const flags of [["-O0"], ["-O2"], ["-O2", "-DLSN_UNCHECKED"]]) {
    const include = ["-include", join(folder, "trap.h"), "-I", join(small.folder, "src")];
    const program = await compileC(
      join(folder, "main"),
      [join(folder, "main.c"), sourceOf(small, "light_sernet.c")],
      [...flags, ...include],
    );
    assert.equal(spawnSync(program).status, 7, flags.join(" "));
  }
  const header = readFileSync(sourceOf(small, "light_sernet_runtime.h"), "utf8");
  for (const line of lines(example)) assert.ok(header.includes(` *                       ${line}\n`), line);
});

test("on other standards of C, other levels and for size", { skip: skipCompiler }, async () => {
  const { script, twins } = begin(small, [0, 4]);
  for (const samples of Object.values(plainSounds(WINDOW))) twins[script.length % 2]!.classify(samples, 22050);
  for (const flags of [
    ["-std=c11", "-O1"],
    ["-std=c17", "-Os"],
    ["-std=gnu99", "-O3", "-march=native"],
    ["-O2", "-funsigned-char", "-fno-strict-aliasing"],
    ["-O3", "-flto"],
  ]) {
    const sources = [source("c_api_driver.c"), sourceOf(small, "light_sernet.c")];
    script.check(await compileC(join(work, "other"), sources, [...flags, "-I", join(small.folder, "src"), "-I", work]));
  }
});
