/**
 * What it costs to convert 3 s of sound from another sample rate to 16 kHz, in Node: the conversion alone, and in the same rounds, for comparison, samples to
 * probabilities of a sound that is at 16 kHz already.
 *
 *     node dist/bench/rates.js [--model DIR] [--out FILE]
 *
 * Prints a table, and writes the figures as JSON with --out.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { INPUT_FORMAT } from "../ts-tools/abi/status.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { moduleFile } from "../ts-tools/model/builds.js";
import { parseManifest } from "../ts-tools/model/parse_manifest.js";
import { Engine } from "../ts-tools/runtime/engine.js";
import { createRecognizer } from "../ts-tools/runtime/index.js";
import { loadFromFolder } from "../ts-tools/runtime/loader_node.js";
import { machine } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

const BUILDS = ["scalar", "simd"] as const;

export interface RateCost {
  build: (typeof BUILDS)[number];
  rate: number;
  medianMs: number;
  minMs: number;
  runs: number;
  /** Samples to probabilities at 16 kHz, without a conversion. */
  classifyMs: number;
}

/**
 * Usual rates; such whose weights are interpolated for each output; such whose outputs' places are rounded. Of about 60 rates 189,733 Hz took longest, and up to 48 kHz
 * 44,099 Hz and 47,999 Hz.
 */
const RATES = [8000, 11025, 22050, 44100, 48000, 88200, 96000, 192000, 8001, 44099, 47999, 63999, 95999, 189733, 191999];
const MODEL_RATE = 16000;
const SECONDS = 3;
const ROUNDS = 50;
const WARM_UP = 10;

/** A tone that sweeps all frequencies: nothing in it is silent or repeats. */
function sweep(rate: number): Int16Array {
  return Int16Array.from({ length: SECONDS * rate }, (_, n) => Math.round(12000 * Math.sin((Math.PI * n * n) / (2 * SECONDS * rate))));
}

/** Converts a whole sound; returns how many samples came out. */
function convert(engine: Engine, samples: Int16Array, rate: number): number {
  const { exports } = engine;
  engine.check(exports.setInput(INPUT_FORMAT.s16, 1, rate));
  engine.check(exports.startSamples());
  let made = 0;
  engine.push(new Uint8Array(samples.buffer), samples.BYTES_PER_ELEMENT, () => {
    made += exports.outputCount();
  });
  engine.check(exports.finishSamples());
  return made + exports.outputCount();
}

function milliseconds(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

async function measure(model: string, build: RateCost["build"]): Promise<RateCost[]> {
  const engine = await Engine.create((await loadFromFolder(model, build)).module);
  const recognizer = await createRecognizer({ model, build });
  const plain = sweep(MODEL_RATE);
  const sounds = RATES.map((rate) => ({ rate, samples: sweep(rate), times: [] as number[] }));
  const whole: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { rate, samples, times } of sounds) {
      let made = 0;
      const ms = milliseconds(() => {
        made = convert(engine, samples, rate);
      });
      if (made !== SECONDS * MODEL_RATE) throw new Error(`${rate} Hz became ${made} samples instead of ${SECONDS * MODEL_RATE}`);
      if (round >= 0) times.push(ms);
    }
    const ms = milliseconds(() => recognizer.classify(plain, { sampleRate: MODEL_RATE }));
    if (round >= 0) whole.push(ms);
  }
  recognizer.close();
  const classifyMs = median(whole);
  return sounds.map(({ rate, times }) => ({
    build,
    rate,
    medianMs: median(times),
    minMs: Math.min(...times),
    runs: ROUNDS,
    classifyMs,
  }));
}

await runIfMain(import.meta.url, async () => {
  const defaultModel = path.join(packageRoot(), "build");
  const { values } = parseArgs({ options: { model: { type: "string", default: defaultModel }, out: { type: "string" } } });
  const results: RateCost[] = [];
  for (const build of BUILDS) results.push(...(await measure(values.model, build)));
  const rows = results.map(({ build, rate, medianMs, classifyMs }) => [
    build,
    rate,
    medianMs.toFixed(2),
    classifyMs.toFixed(2),
    (medianMs / classifyMs).toFixed(2),
  ]);
  printLine(table(["build", "from, Hz", "conversion, ms", "3 s at 16 kHz to probabilities, ms", "ratio"], rows));
  if (values.out === undefined) return;
  const manifestFile = path.join(values.model, "model.json");
  const { id, sha256 } = parseManifest(readFileSync(manifestFile, "utf8"), manifestFile);
  const modules = measuredModules(values.model, BUILDS.map(moduleFile));
  const versions = { "light-sernet": packageVersion(), node: process.versions.node };
  writeWhole(values.out, `${JSON.stringify({ machine: machine(), versions, model: { id, sha256 }, modules, results }, null, 2)}\n`);
});
