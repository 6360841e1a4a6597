/** The C API: what light_sernet.h promises, with this machine's compiler, against the same module in Node. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ABI_VERSION } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT, type InputFormat, STATUS, statusSentence, WARNING } from "../../ts-tools/abi/status.js";
import { soundInputs, THOROUGH } from "../module/cases.js";
import { encode } from "../module/random_sounds.js";
import { recordingFile, referenceAnswers, skip as skipRecordings } from "../module/upstream_model.js";
import { SAMPLE_BYTES } from "../reference/decode.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { Random } from "../support/random.js";
import { square, voice } from "../support/sounds.js";
import { hostileWavs, oddButGoodWavs, wronglyLongWavs } from "../support/wav.js";
import { compileC, SMALL, skipCompiler, source, VERSION } from "./c_build.js";
import { begin, Drivers, plainSounds, sourceOf, WINDOW } from "./c_drivers.js";
import { functionOf, NO_SOUND, NO_STATE, plainExports, Script, type Twin } from "./c_script.js";

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
const RATES = [8000, 11025, 12345, 16000, 22050, 44100, 48000, 96000, 192000];

const c = new Drivers("small", "shipped");

test("a state's size is what the header says", { skip: skipCompiler }, () => {
  for (const model of [c.small, c.shipped]) {
    const { id, sha256, classes } = model.manifest;
    const header = readFileSync(sourceOf(model, "light_sernet.h"), "utf8");
    const [state, memory] = ["STATE", "MEMORY"].map((name) => new RegExp(`^#define LSN_${name}_BYTES (\\d+)$`, "m").exec(header)![1]);
    const script = new Script();
    script.add("sizes", `${state} ${state} ${state}`);
    script.add("facts", `${VERSION}|${ABI_VERSION}|${id}|${sha256}|${classes.length}|${memory}`);
    c.checkAll(model, script);
  }
});

test("what the module says of itself", { skip: skipCompiler }, () => {
  for (const model of [c.small, c.shipped]) {
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
    if (model === c.shipped) script.add("call 0 modelHashAddress 0 0 0 0", model.manifest.sha256);
    c.checkAll(model, script);
  }
});

test("every status has the module's sentence", { skip: skipCompiler }, () => {
  const script = new Script();
  for (const { code } of Object.values(STATUS)) script.add(`sentence ${code}`, statusSentence(code));
  script.add(`sentence ${NO_STATE}`, "the state is NULL or was not initialized; call lsn_init first");
  script.add(`sentence ${NO_SOUND}`, "the pointer to the sound or to the result is NULL; pass both");
  for (const { bit, sentence } of Object.values(WARNING)) script.add(`warning ${bit}`, sentence);
  for (const unknown of [0, 3, 1 << 30]) script.add(`warning ${unknown}`, "unknown warning");
  script.add("get_input -1 1", NO_STATE);
  script.add("init 0", 0);
  script.add("get_input 0 0", NO_SOUND);
  for (const unknown of [1, -11, -39, -42, 0x7fffffff]) script.add(`sentence ${unknown}`, "unknown status");
  c.checkAll(c.small, script);
});

test("lsn_classify: every length and rate, as in Node", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 5]);
  let count = 0;
  for (const samples of Object.values(plainSounds(WINDOW))) for (const rate of RATES) twins[count++ % 2]!.classify(samples, rate);
  const builds = c.checkAll(c.small, script);
  t.diagnostic(`${count} sounds in ${builds} builds`);
});

test("lsn_classify with the model that ships: recordings, and sounds of other rates", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.shipped, [0, 6]);
  const recordings = ["long.wav", "speech.wav"].map((name) => readPcmWav(join(repositoryRoot, "examples", name)));
  for (const twin of twins) for (const samples of recordings) twin.classify(samples, 16000);
  const names = skipRecordings ? [] : Object.keys(referenceAnswers().files);
  for (const name of names) twins[0]!.classify(readPcmWav(recordingFile(name)), 16000);
  const { window } = c.shipped;
  twins[0]!.classify(voice(2 * window, 44100), 44100);
  twins[1]!.classify(voice(Math.floor(window / 3), 8000), 8000);
  for (const samples of [new Int16Array(0), Int16Array.of(1), square(window + 5), new Int16Array(window)])
    twins[0]!.classify(samples, 16000);
  const builds = c.checkAll(c.shipped, script);
  t.diagnostic(`${script.length - 2} sounds, ${names.length} of EMO-DB, in ${builds} builds`);
});

test("the recordings with the small model", { skip: skipCompiler }, () => {
  const { script, twins } = begin(c.small, [1]);
  for (const name of ["long.wav", "speech.wav"]) twins[0]!.classify(readPcmWav(join(repositoryRoot, "examples", name)), 16000);
  c.checkAll(c.small, script);
});

test("lsn_classify leaves the input as it was: a stream afterward is read as one before", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 4]);
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
  c.checkAll(c.small, script);
  t.diagnostic(`${streams} streams`);
});

test("lsn_push: pieces of any size, also of none", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 4]);
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
  c.checkAll(c.small, script);
  t.diagnostic(`${script.length} calls`);
});

test("lsn_push_bytes: every format and many channels, pieces larger than the input", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [2, 7]);
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
  c.checkAll(c.small, script);
  t.diagnostic(`${pieces} sounds in ${script.length} calls; the input takes ${capacity} bytes`);
});

test("random sounds in random pieces", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 4]);
  const random = new Random(53);
  let count = 0;
  for (const sound of soundInputs({ ...SMALL, inputs: THOROUGH ? 700 : 120 })) {
    const largest = random.unit() < 0.3 ? 60 : 3000;
    twins[count++ % 2]!.stream(sound, () => random.integer(0, largest));
  }
  c.checkAll(c.small, script);
  t.diagnostic(`${count} sounds, ${script.length} calls`);
});

test("states side by side do not disturb each other", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 1, 2, 4, 5]);
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
  c.checkAll(c.small, script);
  t.diagnostic(`40 sounds on ${twins.length} states, ${script.length} calls`);
});

test("frames, samples and files: what is at the addresses of lsn_output() and the stages", { skip: skipCompiler }, () => {
  const { script, twins } = begin(c.small, [0, 4]);
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
  c.checkAll(c.small, script);
});

test("lsn_wav_push: the headers of the examples, of odd and of hostile files", { skip: skipCompiler }, (t) => {
  const { script, twins } = begin(c.small, [0, 4]);
  const random = new Random(55);
  const examples = readdirSync(join(repositoryRoot, "examples")).filter((name) => name.endsWith(".wav"));
  const files = [
    ...examples.map((name) => readFileSync(join(repositoryRoot, "examples", name))),
    ...oddButGoodWavs(voice(4000)).map(({ bytes }) => bytes),
    ...hostileWavs().map(({ bytes }) => bytes),
    ...wronglyLongWavs(voice(4000)).map(({ bytes }) => bytes),
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
    for (const name of ["wavFormat", "wavChannels", "wavRate", "wavFrames", "wavEnd"] as const) twin.call(name);
    for (const count of [1, 1000, -1, 3000, 8001]) twin.call("wavTake", [count]);
    twin.call("wavEnd");
    twin.wavPush(new Uint8Array(twin.exports.inputCapacity() + 1));
  }
  c.checkAll(c.small, script);
  t.diagnostic(`${files.length} files`);
});

test("on other standards of C, other levels and for size", { skip: skipCompiler }, async () => {
  const { script, twins } = begin(c.small, [0, 4]);
  for (const samples of Object.values(plainSounds(WINDOW))) twins[script.length % 2]!.classify(samples, 22050);
  const each = [
    ["-std=c11", "-O1"],
    ["-std=c17", "-Os"],
    ["-std=gnu99", "-O3", "-march=native"],
    ["-O2", "-funsigned-char", "-fno-strict-aliasing"],
    ["-O3", "-flto"],
  ];
  const together = [
    ["-std=c11", "-O1", "-funsigned-char", "-fno-strict-aliasing"],
    ["-std=c17", "-Os"],
    [...each[2]!, "-flto"],
  ];
  for (const flags of THOROUGH ? each : together) {
    const sources = [source("c_api_driver.c"), sourceOf(c.small, "light_sernet.c")];
    script.check(await compileC(join(c.work, "other"), sources, [...flags, "-I", join(c.small.folder, "src"), "-I", c.work]));
  }
});
