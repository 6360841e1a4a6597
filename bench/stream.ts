/**
 * What a hop of a stream costs beside a window of 3 s, in one process: medians over speech without a pause. `node dist/bench/stream.js [--out FILE]`
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ModuleExports, StreamExports } from "../ts-tools/abi/exports.js";
import { INPUT_FORMAT } from "../ts-tools/abi/status.js";
import { median } from "../ts-tools/host/median.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { allowRelaxedSimd } from "../ts-tools/runtime/relaxed_simd.js";
import { machine } from "./measured/machine.js";

type Exports = ModuleExports & StreamExports;

const RUNS = 101;
const PIECE = 512;
const HOP_SAMPLES = 8192;

allowRelaxedSimd();
const { values } = parseArgs({ options: { out: { type: "string" } } });
const example = readFileSync(path.join(packageRoot(), "examples/speech.wav"));
const speech = new Int16Array(example.buffer.slice(example.byteOffset + 44, example.byteOffset + example.length - (example.length % 2)));
const window = Int16Array.from({ length: 48_000 }, (_, index) => speech[index % speech.length]!);

const hopsOfSpeech = Array.from({ length: 12 }, (_, hop) => hopOf(hop));

const results = [];
for (const model of ["full", "micro"]) {
  for (const build of ["scalar", "simd", "relaxed"]) {
    const file = `light-sernet${build === "scalar" ? "" : `.${build}`}.wasm`;
    const bytes = readFileSync(path.join(packageRoot(), "weights", model, "int8", file));
    const exports = (await WebAssembly.instantiate(bytes, {})).instance.exports as unknown as Exports;
    const [windowMs, hopMs] = measured(exports);
    results.push({ model, build, windowMs, hopMs, ratio: Number((hopMs / windowMs).toFixed(4)) });
    console.error(`${model} ${build}: window ${windowMs} ms, hop ${hopMs} ms, ratio ${(hopMs / windowMs).toFixed(3)}`);
  }
}
const text = `${JSON.stringify({ machine: machine(), node: process.version, runs: RUNS, results }, undefined, 2)}\n`;
if (values.out) writeFileSync(values.out, text);
else process.stdout.write(text);

/** Windows and hops in turn, so that both meet the same moods of the machine; medians in ms. */
function measured(exports: Exports): [number, number] {
  const stream = (): void => void exports.startStream();
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
    stream();
    // Until answers are over six rows.
    for (let hop = 0; hop < 8; hop++) pushAll(exports, hopsOfSpeech[hop]!, exports.pushStream);
    const started = performance.now();
    for (let hop = 8; hop < 12; hop++) pushAll(exports, hopsOfSpeech[hop]!, exports.pushStream);
    hops.push((performance.now() - started) / 4);
  }
  return [Number(median(windows).toFixed(4)), Number(median(hops).toFixed(4))];
}

function hopOf(hop: number): Int16Array {
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
