#!/usr/bin/env node
/** Fills the tables of docs/, between <!-- name --> and <!-- end -->, from bench/results. A test checks that they are up to date. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../dist/ts-tools/write_whole.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

const read = (name) => JSON.parse(readFileSync(path.join(root, "bench", "results", name), "utf8"));
const results = (name) => read(name).results;
const count = (value) => value.toLocaleString("en-US");
const millions = (value) => (value / 1e6).toFixed(1);

const table = (head, rows) =>
  [
    `| ${head.join(" | ")} |`,
    `| ${head.map((_, column) => (column === 0 ? "---" : "---:")).join(" | ")} |`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");

/** Of a model's id, its width: emodb-full-ce-v1 -> full. */
const width = (model) => model.split("-")[1];

function firmware() {
  const rows = results("firmware.json").map((result) => {
    const { core, instructions, ramBytes, flashBytes } = result;
    const name = result.subject ?? `light-sernet ${width(result.model)}, ${result.checked ? "checked" : "unchecked"}`;
    const { frontend, network, total } = instructions;
    return [
      core,
      name,
      frontend ? millions(frontend) : "",
      millions(network),
      total ? millions(total) : "",
      count(ramBytes),
      count(flashBytes),
    ];
  });
  return table(["core", "what", "front end, M", "network, M", "all, M instructions", "RAM, bytes", "flash, bytes"], rows);
}

/** Chips of these cores, with their clocks from the makers' data sheets. */
const CHIPS = [
  ["STM32F405, Cortex-M4F", "cortex-m4", 168],
  ["nRF52840, Cortex-M4F", "cortex-m4", 64],
  ["STM32H743, Cortex-M7", "cortex-m7", 480],
  ["RP2350, Cortex-M33", "cortex-m33", 150],
];
const CYCLES = 1.5;

function chips() {
  const unchecked = results("firmware.json").filter(({ checked }) => checked === false);
  const rows = CHIPS.map(([chip, core, megahertz]) => {
    const seconds = (wanted) => {
      const found = unchecked.find((result) => result.core === core && width(result.model) === wanted);
      return found ? `${((CYCLES * found.instructions.total) / (megahertz * 1e6)).toFixed(2)} s` : "";
    };
    return [chip, `${megahertz} MHz`, seconds("full"), seconds("micro")];
  });
  return table(["chip", "clock", "full", "micro"], rows);
}

function runtimes() {
  const files = results("runtimes.json").filter(({ file }) => file === "long.wav");
  const rows = files.map(({ subject, medianMs, minMs, runtimeBytes, residentBytes }) => [
    subject,
    medianMs.toFixed(1),
    minMs.toFixed(1),
    runtimeBytes ? `${count(runtimeBytes)} and the page` : "",
    residentBytes ? count(residentBytes) : "",
  ]);
  return table(["runtime", "median, ms", "least, ms", "taken by the runtime, bytes", "process, bytes"], rows);
}

function layers() {
  const { results: builds } = read("layers.json");
  const [scalar, simd] = ["scalar", "simd"].map((name) => builds.find(({ build }) => build === name));
  const million = (value) => (value / 1e6).toFixed(1);
  const share = (value) => `${Math.round(100 * value)} %`;
  const rows = simd.layers.map(({ layer, macs, ms, multiplies, gmacs, shareOfLimit }, index) => {
    const plain = scalar.layers[index];
    return [
      layer,
      million(macs),
      plain.ms.toFixed(2),
      million(plain.multiplies),
      share(plain.shareOfLimit),
      ms.toFixed(3),
      million(multiplies),
      gmacs.toFixed(1),
      share(shareOfLimit),
    ];
  });
  const head = ["layer", "MAC, M", "scalar, ms", "multiplied, M", "of the limit", "SIMD, ms", "multiplied, M", "GMAC/s", "of the limit"];
  return `${table(head, rows)}\n\nLimit: ${scalar.limitGmacs.toFixed(1)} GMAC/s scalar, ${simd.limitGmacs.toFixed(1)} with \`i32x4.dot_i16x8_s\`.`;
}

function growth() {
  const rows = results("growth.json").map(({ seconds, windows, ms, msPerWindow, timesRealTime, processBytes }) => [
    seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`,
    count(windows),
    count(Math.round(ms)),
    msPerWindow.toFixed(1),
    count(Math.round(timesRealTime)),
    count(Math.round(processBytes / 1e6)),
  ]);
  return table(["recording", "windows", "ms", "ms a window", "times real time", "process, MB"], rows);
}

/** Of one run of `light-sernet bench`: [what is to be reached, the ratio, how it is written and whether it is reached]; what is missed is bold. */
function goals() {
  const { results: rows } = read("bench.json");
  const median = (subject, engine, precision, stage, build) => {
    const found = rows.find(
      (row) =>
        row.subject === subject && row.engine === engine && row.precision === precision && row.stage === stage && row.build === build,
    );
    if (found === undefined) throw new Error(`bench.json has no ${stage} of ${subject} ${precision} in ${engine}`);
    return found;
  };
  const ours = (engine, stage, build) => median("light-sernet", engine, "int8", stage, build).medianMs;
  const peer = (subject, engine, precision) => median(subject, engine, precision, "network").medianMs;
  const faster = (subject, engine, precision) => (where, build) => peer(subject, engine, precision) / ours(where, "network", build);
  const slower = (subject, engine, precision) => (where, build) => 1 / faster(subject, engine, precision)(where, build);
  const times = (least) => ({ text: (value) => value.toFixed(1), met: (value) => value >= least });
  const share = (most) => ({ text: (value) => value.toFixed(2), met: (value) => value <= most });
  const limit = (where, build) => median("light-sernet", where, "int8", "network", build).shareOfLimit;
  const list = [
    ["network at least 5 times as fast as TensorFlow.js in Node", faster("tensorflow.js", "node", "float32"), times(5)],
    ["as ONNX Runtime Web in Node, float32", faster("onnxruntime-web", "node", "float32"), times(5)],
    ["as ONNX Runtime Web in Node, int8", faster("onnxruntime-web", "node", "int8"), times(5)],
    ["at most 0.8 of native TensorFlow Lite float32", slower("tflite", "native", "float32"), share(0.8)],
    ["at most 1.2 of native TensorFlow Lite int8 (512-bit instructions)", slower("tflite", "native", "int8"), share(1.2)],
    ["60 % of the limit of the instruction", limit, { text: (value) => `${Math.round(100 * value)} %`, met: (value) => value >= 0.6 }],
    ["front end at most half of the network", (where, build) => ours(where, "frontend", build) / ours(where, "network", build), share(0.5)],
    ["whole path at most 1.6 networks", (where, build) => ours(where, "total", build) / ours(where, "network", build), share(1.6)],
  ];
  const places = ["node", "wasmtime"].flatMap((engine) => ["simd", "relaxed"].map((build) => [engine, build]));
  const rowsOfGoals = list.map(([goal, value, { text, met }]) => [
    goal,
    ...places.map(([engine, build]) => {
      const reached = value(engine, build);
      return met(reached) ? text(reached) : `**${text(reached)}**`;
    }),
  ]);
  return table(["goal", "Node, SIMD", "Node, relaxed", "wasmtime, SIMD", "wasmtime, relaxed"], rowsOfGoals);
}

function rates() {
  const all = results("rates.json");
  const [scalar, simd] = ["scalar", "simd"].map((name) => all.filter(({ build }) => build === name));
  const rows = simd.map(({ rate, medianMs, classifyMs }, index) => [
    `${count(rate)} Hz`,
    scalar[index].medianMs.toFixed(1),
    (scalar[index].medianMs / scalar[index].classifyMs).toFixed(2),
    medianMs.toFixed(2),
    (medianMs / classifyMs).toFixed(2),
  ]);
  return table(["from", "scalar, ms", "of a classification", "SIMD, ms", "of a classification"], rows);
}

/** What is filled in, by document. */
const PLACES = {
  "docs/firmware.md": { firmware, chips, runtimes },
  "docs/performance.md": { layers, rates, goals, growth },
};

/** The documents as they should be, by path. */
export function documents() {
  return new Map(Object.entries(PLACES).map(([name, places]) => [name, filled(name, places)]));
}

function filled(name, places) {
  let text = readFileSync(path.join(root, name), "utf8");
  for (const [place, make] of Object.entries(places)) {
    const found = new RegExp(`(<!-- ${place}\\b[^>]* -->)[^]*?(<!-- end -->)`);
    if (!found.test(text)) throw new Error(`${name} has no place for ${place}`);
    text = text.replace(found, (_, begin, end) => `${begin}\n\n${make()}\n\n${end}`);
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of documents()) {
    const file = path.join(root, name);
    writeWhole(file, text);
  }
}
