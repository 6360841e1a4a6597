/** The WASI command under wasmtime on WAV files of all formats and rates: the label and the logits of the reference and of Node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { INPUT_FORMAT, type InputFormat } from "../../ts-tools/abi/status.js";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import type { Recognition, Segment } from "../../ts-tools/runtime/result.js";
import { classifySound } from "../reference/classify.js";
import { decodeMono } from "../reference/decode.js";
import { resample } from "../reference/resample.js";
import { Random } from "../support/random.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";
import { type BuiltModel, buildCommand, buildPlan } from "./built_model.js";
import { type Case, NARROW, PATH_CASES } from "./cases.js";
import type { Sound } from "./instance.js";
import { encode, randomSound } from "./random_sounds.js";

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
const RATES = [8000, 11025, 16000, 22050, 44100, 48000, 192000];
const SMALL = PATH_CASES[0]!;

const skip = skipWithoutWasmtime;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-command-"));
});
after(() => rmSync(folder, { recursive: true }));

/** A sound of each format at each of some rates, some with several windows. */
function sounds(window: number): Sound[] {
  const random = new Random(71);
  return FORMATS.flatMap((format) =>
    RATES.map((rate) => {
      const channels = random.integer(1, 3);
      const values = Float64Array.from({ length: channels * Math.ceil(window * random.between(0.2, 2.2) * (rate / 16000)) }, (_, i) =>
        Math.sin(i / random.between(3, 3.1)),
      );
      const whole = values.subarray(0, values.length - (values.length % channels));
      return { name: `tone, ${format} x ${channels}, ${rate} Hz`, format, channels, rate, bytes: encode(random, whole, format) };
    }),
  );
}

function wavOf({ bytes, ...layout }: Sound, extensible: boolean): Uint8Array {
  return wavFile([], { ...layout, extensible, without: "data", beforeData: [{ id: "data", bytes }] });
}

/** What must be the same: without time and file, every float as its float32. */
function lasting({ label, confidence, accepted, probabilities, logits, segments, model }: Recognition): object {
  const answer = (part: Omit<Segment, "startMs" | "endMs" | "logits">): object => ({
    label: part.label,
    confidence: Math.fround(part.confidence),
    accepted: part.accepted,
    probabilities: Object.entries(part.probabilities).map(([name, value]) => [name, Math.fround(value)]),
  });
  return {
    ...answer({ label, confidence, accepted, probabilities }),
    logits,
    segments: segments.map((segment) => ({ ...segment, ...answer(segment) })),
    model,
  };
}

function runCommand(command: string, wav: Uint8Array): Recognition {
  const { status, stdout, stderr } = spawnSync(findWasmtime(), ["run", command], { input: wav, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Recognition;
}

async function check(plan: Case, all: readonly Sound[]): Promise<string> {
  const built = await buildPlan(plan);
  const command = join(folder, `${plan.seed}.wasm`);
  writeFileSync(command, await buildCommand(built));
  const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
  let windows = 0;
  for (const [index, sound] of all.entries()) {
    const wav = wavOf(sound, index % 2 === 1);
    const said = runCommand(command, wav);
    recognizer.pushWav(wav);
    assert.deepEqual(lasting(said), lasting(recognizer.finish()), `${sound.name}: the command and Node`);
    windows += compareWithReference(sound, said, built);
  }
  return `${all.length} files, ${windows} windows`;
}

/** Returns how many windows there are. */
function compareWithReference(sound: Sound, said: Recognition, { model, frontEnd, classes, acceptThreshold }: BuiltModel): number {
  const samples = resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, frontEnd.sampleRate);
  const expected = classifySound(samples, model, frontEnd, "windows", acceptThreshold);
  assert.equal(said.label, classes[expected.label], sound.name);
  assert.deepEqual(
    [said, ...said.segments].map(({ accepted }) => accepted),
    [expected, ...expected.windows].map(({ accepted }) => accepted),
    `${sound.name}: accepted`,
  );
  const logits = said.segments.map((segment) => Object.values(segment.logits));
  assert.deepEqual(
    logits,
    expected.windows.map((window) => [...window.logits]),
    `${sound.name}: logits`,
  );
  const probabilities = said.segments.map((segment) => Object.values(segment.probabilities).map(Math.fround));
  assert.deepEqual(
    probabilities,
    expected.windows.map((window) => [...window.probabilities]),
    `${sound.name}: probabilities`,
  );
  assert.deepEqual(Object.values(said.probabilities).map(Math.fround), [...expected.probabilities], `${sound.name}: mean`);
  return logits.length;
}

test("all formats at all rates, short segments", { skip }, async (t) => {
  t.diagnostic(await check(SMALL, sounds(SMALL.frontEnd.windowSamples)));
});

test("segments of 3 s", { skip }, async (t) => {
  const random = new Random(72);
  const all = [1, 20000, 47999, 48000, 60001].map((length) => randomSound(random, length));
  t.diagnostic(await check(NARROW, all));
});
