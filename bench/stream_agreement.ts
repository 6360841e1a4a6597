/**
 * What a stream answers at the end of an utterance, beside the window that is cut out exactly, with pauses and noise of -60 dB between utterances.
 *
 *     node dist/bench/stream_agreement.js FOLDS ANSWERS RECORDINGS [--out FILE]     utterances of EMO-DB, each by a module that has not learned from it
 *     node dist/bench/stream_agreement.js MODULE FOLDER [--out FILE]                recordings of people who are strangers to one module
 *
 * FOLDS: a folder with FOLD/light-sernet.simd.wasm for each fold of a cross-validation: what `light-sernet build --profile host` makes of the folds in training/runs.
 * ANSWERS: what these folds answered, such as weights/results/loso-full-ce-corpora-free-running-int8.csv; says which fold tests which utterance.
 * FOLDER: SPEAKER/CLASS/*.wav. The window is the last 3 s of the utterance, or all of it. The answer is the first that is over all frames of the utterance.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { labelOf } from "../ts-tools/evaluate/labels.js";
import { randomBits } from "../ts-tools/evaluate/random_bits.js";
import { confusionOf, scoresOf } from "../ts-tools/evaluate/scores.js";
import { findUtterances } from "../ts-tools/evaluate/utterances.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { Engine } from "../ts-tools/runtime/engine.js";
import { readWavSamples } from "../ts-tools/runtime/features.js";
import { createLive } from "../ts-tools/runtime/index.js";
import { Recognizer } from "../ts-tools/runtime/recognizer.js";
import { machine, today } from "./measured/machine.js";

const RATE = 16_000;
const WINDOW = 48_000;
const FRAME = 1024;
const HOP = 256;
const PAUSES = [
  [0.5, 2],
  [4, 5],
] as const;

/** Indices in the model's classes; -1: there was no label. */
interface Utterance {
  label: number;
  window: number;
  stream: number;
  /** Milliseconds from the beginning of speech to the first answer with a label. */
  firstMs: number;
}

/** What one module hears in one go: recordings, with the place that names their class. */
interface Talk {
  module: string;
  recordings: { file: string; place: string }[];
}

await runIfMain(import.meta.url, async () => {
  const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
  const [first, second, third] = positionals;
  if (!first || !second || positionals.length > 3)
    throw new Error("usage: node dist/bench/stream_agreement.js (FOLDS ANSWERS RECORDINGS | MODULE FOLDER) [--out FILE]");
  const talks = third ? talksOfFolds(first, second, third) : await talksOfStrangers(first, second);
  const results = [];
  for (const pause of PAUSES) {
    const utterances: Utterance[] = [];
    for (const { module, recordings } of talks)
      utterances.push(...(await talk(await WebAssembly.compile(readFileSync(module)), recordings, pause)));
    results.push({ pauseSeconds: pause, ...figuresOf(utterances, pause[0] > 3) });
  }
  const report = {
    how: `node dist/bench/stream_agreement.js ${third ? "FOLDS ANSWERS RECORDINGS" : "MODULE FOLDER"}`,
    date: today(),
    machine: machine(),
    node: process.version,
  };
  const modules = third ? `folds of ${path.basename(second, "-int8.csv")}, each on what it has not learned from` : "one module, strangers";
  const text = JSON.stringify({ ...report, modules, results }, null, 2);
  if (values.out) writeWhole(values.out, `${text}\n`);
  else printLine(text);
});

function talksOfFolds(folder: string, answers: string, recordings: string): Talk[] {
  const folds = new Map<string, Talk>();
  const [, ...rows] = readFileSync(answers, "utf8").trim().split("\n");
  for (const row of rows) {
    const [utterance, fold] = row.split(",");
    if (!folds.has(fold!)) folds.set(fold!, { module: path.join(folder, fold!, "light-sernet.simd.wasm"), recordings: [] });
    const place = path.posix.basename(utterance!);
    folds.get(fold!)!.recordings.push({ file: path.join(recordings, `${place}.wav`), place });
  }
  return [...folds.values()];
}

async function talksOfStrangers(module: string, folder: string): Promise<Talk[]> {
  const { utterances } = await findUtterances(folder);
  const speakers = new Map<string, Talk>();
  for (const { file, place } of utterances) {
    const speaker = place.split("/")[0]!;
    if (!speakers.has(speaker)) speakers.set(speaker, { module, recordings: [] });
    speakers.get(speaker)!.recordings.push({ file, place });
  }
  return [...speakers.values()];
}

/** All utterances in an order and with pauses of chance, the same in every run. */
async function talk(
  module: WebAssembly.Module,
  recordings: Talk["recordings"],
  [least, most]: readonly [number, number],
): Promise<Utterance[]> {
  const bits = randomBits(1);
  const random = (): number => bits() / 2 ** 32;
  let low = 0;
  const room = (seconds: number): Int16Array =>
    Int16Array.from({ length: Math.round(RATE * seconds) }, () => {
      low = 0.97 * low + 0.24 * (random() - 0.5);
      return Math.round(91 * low);
    });
  const recognizer = await Recognizer.create(module);
  const engine = await Engine.create(module);
  const { classes } = recognizer.model;
  const answers: { samples: number; end: number; label: number }[] = [];
  const live = await createLive({
    module,
    onAnswer: ({ timeMs, endMs, label }) =>
      answers.push({ samples: (timeMs * RATE) / 1000, end: (endMs * RATE) / 1000, label: label === null ? -1 : classes.indexOf(label) }),
  });
  const said: (Omit<Utterance, "stream" | "firstMs"> & { begin: number; end: number })[] = [];
  let samples = 0;
  const hear = (sound: Int16Array): void => {
    live.push(sound);
    samples += sound.length;
  };
  hear(room(1));
  for (const { file, place } of recordings.map((one) => ({ ...one, order: bits() })).sort((a, b) => a.order - b.order)) {
    const speech = readWavSamples(engine, readFileSync(file));
    const begin = samples + beginningOf(speech);
    hear(speech);
    const window = recognizer.classify(speech.subarray(Math.max(0, speech.length - WINDOW)), { sampleRate: RATE });
    said.push({ label: labelOf(place, classes)!, window: classes.indexOf(window.label), begin, end: samples });
    hear(room(least + random() * (most - least)));
  }
  live.finish();
  return said.map(({ begin, end, ...utterance }) => {
    // An answer ends with a frame: the first that has the last sample in it.
    const whole = Math.ceil((end - FRAME) / HOP) * HOP + FRAME;
    const first = answers.find((answer) => answer.samples > begin && answer.label >= 0)?.samples ?? Number.POSITIVE_INFINITY;
    return {
      ...utterance,
      stream: answers.find((answer) => answer.end >= whole)?.label ?? -1,
      firstMs: ((first - begin) * 1000) / RATE,
    };
  });
}

/** The sample at which an utterance begins: what is before is at least 32 dB below its loudest part. */
function beginningOf(speech: Int16Array): number {
  const loudest = speech.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return speech.findIndex((sample) => Math.abs(sample) >= loudest / 40);
}

function figuresOf(utterances: readonly Utterance[], pauseRests: boolean): Record<string, number> {
  const percent = (part: number): number => Number((100 * part).toFixed(1));
  const answered = utterances.filter(({ stream }) => stream >= 0);
  const most = 1 + Math.max(...utterances.flatMap(({ label, window, stream }) => [label, window, stream]));
  const ua = (answer: (utterance: Utterance) => number): number =>
    // No answer is a wrong one.
    percent(
      scoresOf(
        confusionOf(
          utterances.map((said) => ({ label: said.label, answered: answer(said) < 0 ? (said.label + 1) % most : answer(said) })),
          most,
        ),
      ).ua,
    );
  return {
    utterances: utterances.length,
    sameLabel: percent(answered.filter(({ window, stream }) => window === stream).length / utterances.length),
    windowUa: ua(({ window }) => window),
    streamUa: ua(({ stream }) => stream),
    withoutAnswer: utterances.length - answered.length,
    // After a pause in which the network rests.
    ...(pauseRests && {
      firstAnswerMedianMs: Math.round(median(utterances.map(({ firstMs }) => firstMs))),
      firstAnswerWithin1200Ms: percent(utterances.filter(({ firstMs }) => firstMs <= 1200).length / utterances.length),
    }),
  };
}
