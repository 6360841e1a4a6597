/**
 * What a stream answers at the end of an utterance, beside the window that is cut out exactly: utterances of EMO-DB, each by a module that has not heard its speaker, with
 * pauses and noise of -60 dB between them.
 *
 *     node dist/bench/stream_agreement.js MODULES RECORDINGS [--out FILE]
 *
 * MODULES: a folder with SPEAKER/light-sernet.simd.wasm for each speaker (03 to 16): what `light-sernet build` makes of the folds in training/runs.
 * The window is the last 3 s of the utterance, or all of it. The answer is the first that is over all frames of the utterance.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ModuleExports, StreamExports } from "../ts-tools/abi/exports.js";
import { INPUT_FORMAT } from "../ts-tools/abi/status.js";
import { STREAM_ANSWER, STREAM_EVENT } from "../ts-tools/abi/stream.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { machine, today } from "./measured/machine.js";

type Exports = ModuleExports & StreamExports;

const RATE = 16_000;
const WINDOW = 48_000;
const PIECE = 256;
const LOOK_AHEAD = 35;
const LETTERS: Readonly<Record<string, string>> = {
  W: "anger",
  L: "boredom",
  E: "disgust",
  A: "fear",
  F: "happiness",
  T: "sadness",
  N: "neutral",
};
const FIELDS = Object.keys(STREAM_ANSWER) as (keyof typeof STREAM_ANSWER)[];

interface Utterance {
  emotion: string;
  end: number;
  window: string;
  stream?: string | undefined;
}

await runIfMain(import.meta.url, async () => {
  const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
  const [modules, recordings] = positionals as [string, string];
  const results = [];
  for (const [least, most] of [
    [0.5, 2],
    [4, 5],
  ] as const) {
    const utterances: Utterance[] = [];
    let minutes = 0;
    for (const speaker of readdirSync(modules).filter((name) => /^\d\d$/.test(name))) {
      const bytes = readFileSync(path.join(modules, speaker, "light-sernet.simd.wasm"));
      const files = readdirSync(recordings).filter((name) => name.startsWith(speaker) && name.endsWith(".wav"));
      const { said, samples } = await talk(
        bytes,
        files.sort().map((name) => path.join(recordings, name)),
        least,
        most,
      );
      utterances.push(...said);
      minutes += samples / RATE / 60;
    }
    results.push({ pauseSeconds: [least, most], minutes: Number(minutes.toFixed(1)), ...figuresOf(utterances) });
    console.error(JSON.stringify(results.at(-1)));
  }
  const text = `${JSON.stringify({ machine: machine(), node: process.version, date: today(), results }, undefined, 2)}\n`;
  if (values.out) writeFileSync(values.out, text);
  else process.stdout.write(text);
});

/** All utterances in an order and with pauses of chance, the same in every run. */
async function talk(
  bytes: Uint8Array<ArrayBuffer>,
  files: string[],
  least: number,
  most: number,
): Promise<{ said: Utterance[]; samples: number }> {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let low = 0;
  const room = (count: number): Int16Array =>
    Int16Array.from({ length: count }, () => {
      low = 0.97 * low + 0.24 * (random() - 0.5);
      return Math.round(91 * low);
    });
  for (let index = files.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [files[index], files[other]] = [files[other]!, files[index]!];
  }
  const exports = (await WebAssembly.instantiate(bytes, {})).instance.exports as unknown as Exports;
  const names = classesOf(exports);
  const parts = [room(RATE)];
  const said: Utterance[] = [];
  let samples = RATE;
  for (const file of files) {
    const speech = samplesOf(file);
    const pause = room(Math.round(RATE * (least + random() * (most - least))));
    parts.push(speech, pause);
    said.push({
      emotion: LETTERS[path.basename(file)[5]!]!,
      end: samples + speech.length,
      window: names[windowOf(exports, speech.subarray(Math.max(0, speech.length - WINDOW)))]!,
    });
    samples += speech.length + pause.length;
  }
  const sound = new Int16Array(samples);
  let at = 0;
  for (const part of parts) {
    sound.set(part, at);
    at += part.length;
  }
  const answers = streamOf(exports, sound);
  for (const utterance of said) {
    const whole = Math.ceil((utterance.end - 1024) / 256) + 1 + LOOK_AHEAD;
    const label = answers.find(({ answered }) => answered >= whole)?.label ?? -1;
    if (label >= 0) utterance.stream = names[label];
  }
  return { said, samples };
}

function figuresOf(utterances: readonly Utterance[]): Record<string, number> {
  const percent = (part: number): number => Number((100 * part).toFixed(1));
  const recall = (answer: (utterance: Utterance) => string | undefined): number => {
    const recalls = Object.values(LETTERS).map((emotion) => {
      const own = utterances.filter((utterance) => utterance.emotion === emotion);
      return own.filter((utterance) => answer(utterance) === emotion).length / own.length;
    });
    return percent(recalls.reduce((sum, value) => sum + value, 0) / recalls.length);
  };
  return {
    utterances: utterances.length,
    sameLabel: percent(utterances.filter(({ window, stream }) => window === stream).length / utterances.length),
    windowUa: recall(({ window }) => window),
    streamUa: recall(({ stream }) => stream),
    withoutAnswer: utterances.filter(({ stream }) => stream === undefined).length,
  };
}

function samplesOf(file: string): Int16Array {
  const bytes = readFileSync(file);
  const data = bytes.indexOf("data");
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + data + 8, bytes.byteOffset + data + 8 + bytes.readUInt32LE(data + 4)));
}

function classesOf(exports: Exports): string[] {
  const memory = new Uint8Array(exports.memory.buffer);
  return Array.from({ length: exports.classCount() }, (_, index) => {
    const at = exports.classNameAddress(index);
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  });
}

function pushAll(exports: Exports, samples: Int16Array, push: (bytes: number) => number, after: () => void = () => {}): void {
  const input = new Int16Array(exports.memory.buffer, exports.inputAddress(), PIECE);
  for (let at = 0; at < samples.length; at += PIECE) {
    const piece = samples.subarray(at, at + PIECE);
    input.set(piece);
    if (push(2 * piece.length) < 0) throw new Error("the module refuses a piece of sound");
    after();
  }
}

function windowOf(exports: Exports, samples: Int16Array): number {
  exports.setInput(INPUT_FORMAT.s16, 1, RATE);
  exports.startLevel(samples.length);
  pushAll(exports, samples, exports.push);
  exports.nextLevel();
  pushAll(exports, samples, exports.push);
  exports.start(exports.finishLevel(), samples.length);
  pushAll(exports, samples, exports.push);
  exports.finish();
  return exports.label();
}

function streamOf(exports: Exports, samples: Int16Array): { answered: number; label: number }[] {
  const answers: { answered: number; label: number }[] = [];
  const record = new Int32Array(exports.memory.buffer, exports.streamAnswer(), FIELDS.length);
  const take = (): void => {
    if ((exports.streamEvents() & STREAM_EVENT.ANSWER) === 0) return;
    answers.push({ answered: record[FIELDS.indexOf("ANSWERED")]!, label: record[FIELDS.indexOf("LABEL")]! });
  };
  exports.setInput(INPUT_FORMAT.s16, 1, RATE);
  exports.startStream();
  pushAll(exports, samples, exports.pushStream, take);
  while (exports.finishStream() === 1) take();
  return answers;
}
