/**
 * What a hop of a stream costs beside a window of 3 s, in one process: medians over speech without a pause. `node dist/bench/stream.js [--out FILE]`
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ModuleExports, StreamExports } from "../ts-tools/abi/exports.js";
import { INPUT_FORMAT } from "../ts-tools/abi/status.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { allowRelaxedSimd } from "../ts-tools/runtime/relaxed_simd.js";
import { machine } from "./measured/machine.js";
import { type MeasuredModules, measuredModules } from "./measured/modules.js";

type Exports = ModuleExports & StreamExports;

const RUNS = 101;
const PIECE = 512;
const HOP_SAMPLES = 8192;
const BUILDS = ["scalar", "simd", "relaxed"] as const;
const fileOf = (build: (typeof BUILDS)[number]): string => `light-sernet${build === "scalar" ? "" : `.${build}`}.wasm`;

await runIfMain(import.meta.url, async () => {
  allowRelaxedSimd();
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const example = readFileSync(path.join(packageRoot(), "examples/speech.wav"));
  const end = example.byteOffset + example.length - (example.length % 2);
  const speech = new Int16Array(example.buffer.slice(example.byteOffset + 44, end));
  const window = Int16Array.from({ length: 48_000 }, (_, index) => speech[index % speech.length]!);

  const hops = Array.from({ length: 12 }, (_, hop) => hopOf(speech, hop));

  const results = [];
  const modules: Record<string, MeasuredModules[string]> = {};
  for (const model of ["full", "micro"]) {
    const folder = path.join(packageRoot(), "weights", model, "int8");
    Object.assign(modules, measuredModules(folder, BUILDS.map(fileOf)));
    for (const build of BUILDS) {
      const bytes = readFileSync(path.join(folder, fileOf(build)));
      const exports = (await WebAssembly.instantiate(bytes, {})).instance.exports as unknown as Exports;
      const [windowMs, hopMs] = measured(exports, window, hops);
      results.push({ model, build, windowMs, hopMs, ratio: Number((hopMs / windowMs).toFixed(4)) });
      console.error(`${model} ${build}: window ${windowMs} ms, hop ${hopMs} ms, ratio ${(hopMs / windowMs).toFixed(3)}`);
    }
  }
  const text = `${JSON.stringify({ machine: machine(), node: process.version, modules, runs: RUNS, results }, undefined, 2)}\n`;
  if (values.out) writeFileSync(values.out, text);
  else process.stdout.write(text);
});

/** Windows and hops in turn, so that both meet the same moods of the machine; medians in ms. */
function measured(exports: Exports, window: Int16Array, hopsOfSpeech: readonly Int16Array[]): [number, number] {
  exports.setInput(INPUT_FORMAT.s16, 1, 16_000);
  const windows: number[] = [];
  const hops: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const begin = performance.now();
    exports.startLevel(window.length);
    pushAll(exports, window, exports.push);
    exports.nextLevel();
    pushAll(exports, window, exports.push);
    exports.start(exports.finishLevel(), window.length);
    pushAll(exports, window, exports.push);
    exports.finish();
    windows.push(performance.now() - begin);
    exports.startStream();
    // Until answers are over six rows.
    for (let hop = 0; hop < 8; hop++) pushAll(exports, hopsOfSpeech[hop]!, exports.pushStream);
    const started = performance.now();
    for (let hop = 8; hop < 12; hop++) pushAll(exports, hopsOfSpeech[hop]!, exports.pushStream);
    hops.push((performance.now() - started) / 4);
  }
  return [Number(median(windows).toFixed(4)), Number(median(hops).toFixed(4))];
}

function hopOf(speech: Int16Array, hop: number): Int16Array {
  return Int16Array.from({ length: HOP_SAMPLES }, (_, index) => speech[(hop * HOP_SAMPLES + index) % speech.length]!);
}

function pushAll(exports: Exports, samples: Int16Array, push: (bytes: number) => number): void {
  const input = new Int16Array(exports.memory.buffer, exports.inputAddress(), PIECE);
  for (let at = 0; at < samples.length; at += PIECE) {
    const piece = samples.subarray(at, at + PIECE);
    input.set(piece);
    if (push(2 * piece.length) < 0) throw new Error("the module refuses a piece of sound");
  }
}
