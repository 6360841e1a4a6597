#!/usr/bin/env node
/**
 * What it costs to bring 3 s of sound from another sample rate to 16 kHz, in Node: the conversion alone, and beside it, in the same rounds, samples to probabilities
 * of a sound that is at 16 kHz already.
 *
 *     node bench/rates.mjs [--model DIR] [--out FILE]
 *
 * Prints a table, and writes the figures as JSON with --out.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { packageVersion } from "../dist/ts-tools/host/package_info.js";
import { writeWhole } from "../dist/ts-tools/host/write_whole.js";
import { parseManifest } from "../dist/ts-tools/model/parse_manifest.js";
import { Engine } from "../dist/ts-tools/runtime/engine.js";
import { createRecognizer } from "../dist/ts-tools/runtime/index.js";
import { loadFromFolder } from "../dist/ts-tools/runtime/loader_node.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { model: { type: "string", default: path.join(root, "build") }, out: { type: "string" } } });
/** 44,099 Hz is one of the rates whose weights do not repeat within the room that there is for them. */
const RATES = [8000, 22050, 44100, 48000, 96000, 192000, 44099];
const SECONDS = 3;
const ROUNDS = 50;
const WARM_UP = 10;
const INT16 = 2;

/** A tone that rises through all frequencies: nothing about it is silent or repeats. */
function sweep(rate) {
  return Int16Array.from({ length: SECONDS * rate }, (_, n) => Math.round(12000 * Math.sin((Math.PI * n * n) / (2 * SECONDS * rate))));
}

/** Converts a whole sound; returns how many samples came out. */
function convert({ exports }, samples, rate) {
  if (exports.setInput(INT16, 1, rate) !== 0) throw new Error(`the module does not take ${rate} Hz`);
  exports.startSamples();
  const room = exports.inputCapacity() / 2;
  const input = new Int16Array(exports.memory.buffer, exports.inputAddress(), room);
  let made = 0;
  for (let at = 0; at < samples.length; at += room) {
    const piece = samples.subarray(at, at + room);
    input.set(piece);
    exports.push(2 * piece.length);
    made += exports.outputCount();
  }
  exports.finishSamples();
  return made + exports.outputCount();
}

function milliseconds(run) {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

const results = [];
for (const build of ["scalar", "simd"]) {
  const engine = await Engine.create(await loadFromFolder(values.model, build));
  const recognizer = await createRecognizer({ model: values.model, build });
  const plain = sweep(16000);
  const sounds = RATES.map((rate) => ({ rate, samples: sweep(rate), times: [] }));
  const whole = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { rate, samples, times } of sounds) {
      let made = 0;
      const ms = milliseconds(() => {
        made = convert(engine, samples, rate);
      });
      if (made !== SECONDS * 16000) throw new Error(`${rate} Hz gave ${made} samples`);
      if (round >= 0) times.push(ms);
    }
    const ms = milliseconds(() => recognizer.classify(plain, { sampleRate: 16000 }));
    if (round >= 0) whole.push(ms);
  }
  const classifyMs = median(whole);
  console.log(`${build}: 3 s at 16 kHz to probabilities ${classifyMs.toFixed(2)} ms`);
  for (const { rate, times } of sounds) {
    const medianMs = median(times);
    console.log(`  from ${rate} Hz: ${medianMs.toFixed(2)} ms more, ${(medianMs / classifyMs).toFixed(2)} of that`);
    results.push({ build, rate, medianMs, minMs: Math.min(...times), runs: ROUNDS, classifyMs });
  }
}

if (values.out !== undefined) {
  const manifestFile = path.join(values.model, "model.json");
  const { id, sha256 } = parseManifest(readFileSync(manifestFile, "utf8"), manifestFile);
  const machine = { cpu: cpus()[0].model, cores: cpus().length };
  const versions = { "light-sernet": packageVersion(), node: process.versions.node };
  writeWhole(values.out, `${JSON.stringify({ machine, versions, model: { id, sha256 }, results }, null, 2)}\n`);
}
