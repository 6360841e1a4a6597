/**
 * What a stream answers at the end of an utterance, beside the window that is cut out exactly: utterances of EMO-DB, each by a module that has not heard its speaker, with
 * pauses and noise of -60 dB between them.
 *
 *     node dist/bench/stream_agreement.js MODULES RECORDINGS [--out FILE]
 *
 * MODULES: a folder with SPEAKER/light-sernet.simd.wasm for each speaker (03 to 16): what `light-sernet build` makes of the folds in training/runs.
 * The window is the last 3 s of the utterance, or all of it. The answer is the first that is over all frames of the utterance.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { emodbSpeaker, labelOf } from "../ts-tools/evaluate/labels.js";
import { randomBits } from "../ts-tools/evaluate/random_bits.js";
import { confusionOf, scoresOf } from "../ts-tools/evaluate/scores.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
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
/** Frames after those of an answer that the layers need. */
const LOOK_AHEAD = 35;
const PAUSES = [
  [0.5, 2],
  [4, 5],
] as const;

/** Indices in the model's classes; -1: there was no label. */
interface Utterance {
  label: number;
  window: number;
  stream: number;
}

await runIfMain(import.meta.url, async () => {
  const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
  const [modules, recordings] = positionals;
  if (!modules || !recordings) throw new Error("usage: node dist/bench/stream_agreement.js MODULES RECORDINGS [--out FILE]");
  const files = readdirSync(recordings).filter((name) => name.endsWith(".wav"));
  const results = [];
  for (const pause of PAUSES) {
    const utterances: Utterance[] = [];
    for (const speaker of readdirSync(modules).filter((name) => /^\d\d$/.test(name))) {
      const module = await WebAssembly.compile(readFileSync(path.join(modules, speaker, "light-sernet.simd.wasm")));
      const own = files.filter((name) => emodbSpeaker(path.parse(name).name) === speaker).map((name) => path.join(recordings, name));
      utterances.push(...(await talk(module, own, pause)));
    }
    results.push({ pauseSeconds: pause, ...figuresOf(utterances) });
  }
  const report = {
    how: "node dist/bench/stream_agreement.js MODULES RECORDINGS",
    date: today(),
    machine: machine(),
    node: process.version,
  };
  const text = JSON.stringify({ ...report, modules: "folds of loso (full), each on the speaker that it has not heard", results }, null, 2);
  if (values.out) writeWhole(values.out, `${text}\n`);
  else printLine(text);
});

/** All utterances in an order and with pauses of chance, the same in every run. */
async function talk(module: WebAssembly.Module, files: string[], [least, most]: readonly [number, number]): Promise<Utterance[]> {
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
  const answers: { samples: number; label: number }[] = [];
  const live = await createLive({
    module,
    onAnswer: ({ timeMs, label }) => answers.push({ samples: (timeMs * RATE) / 1000, label: label === null ? -1 : classes.indexOf(label) }),
  });
  const said: (Omit<Utterance, "stream"> & { end: number })[] = [];
  let samples = 0;
  const hear = (sound: Int16Array): void => {
    live.push(sound);
    samples += sound.length;
  };
  hear(room(1));
  for (const file of files.map((name) => ({ name, order: bits() })).sort((a, b) => a.order - b.order)) {
    const speech = readWavSamples(engine, readFileSync(file.name));
    hear(speech);
    const window = recognizer.classify(speech.subarray(Math.max(0, speech.length - WINDOW)), { sampleRate: RATE });
    said.push({ label: labelOf(path.parse(file.name).name, classes)!, window: classes.indexOf(window.label), end: samples });
    hear(room(least + random() * (most - least)));
  }
  live.finish();
  return said.map(({ end, ...utterance }) => {
    // An answer is made at the end of a frame, whole frames after the start.
    const whole = Math.ceil((end - FRAME) / HOP) * HOP + FRAME + LOOK_AHEAD * HOP;
    return { ...utterance, stream: answers.find((answer) => answer.samples >= whole)?.label ?? -1 };
  });
}

function figuresOf(utterances: readonly Utterance[]): Record<string, number> {
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
  };
}
