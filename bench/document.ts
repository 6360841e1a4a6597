#!/usr/bin/env node
/** Fills the tables of docs/, between <!-- name --> and <!-- end -->, from bench/results. A test checks that they are up to date. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../dist/ts-tools/host/write_whole.js";

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

/** A kept run of `light-sernet bench`, as ratios of the build of ours that runs in an engine. */
function ratios(file, engine, build) {
  const rows = results(file);
  const find = (wanted) => {
    const found = rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === value));
    if (found === undefined) throw new Error(`${file} has no ${Object.values(wanted).join(" ")}`);
    return found;
  };
  const ours = (stage) => find({ subject: "light-sernet", engine, build, stage });
  const network = ours("network").medianMs;
  const peer = (subject, where, precision) => find({ subject, engine: where, precision, stage: "network" }).medianMs;
  return {
    faster: (subject, precision) => peer(subject, "node", precision) / network,
    slower: (subject, precision) => network / peer(subject, "native", precision),
    limit: ours("network").shareOfLimit,
    share: (stage) => ours(stage).medianMs / network,
  };
}

/** What is missed is bold. */
function goals() {
  const atLeast = (goal, text) => (value) => (value >= goal ? text(value) : `**${text(value)}**`);
  const atMost = (goal, text) => (value) => (value <= goal ? text(value) : `**${text(value)}**`);
  const [one, two] = [(value) => value.toFixed(1), (value) => value.toFixed(2)];
  const percent = (value) => `${Math.round(100 * value)} %`;
  const list = [
    ["network at least 5 times as fast as TensorFlow.js in Node", (run) => run.faster("tensorflow.js", "float32"), atLeast(5, one)],
    ["as ONNX Runtime Web in Node, float32", (run) => run.faster("onnxruntime-web", "float32"), atLeast(5, one)],
    ["as ONNX Runtime Web in Node, int8", (run) => run.faster("onnxruntime-web", "int8"), atLeast(5, one)],
    ["at most 0.8 of native TensorFlow Lite float32", (run) => run.slower("tflite", "float32"), atMost(0.8, two)],
    ["at most 1.2 of native TensorFlow Lite int8 (512-bit instructions)", (run) => run.slower("tflite", "int8"), atMost(1.2, two)],
    ["60 % of the limit of the instruction", (run) => run.limit, atLeast(0.6, percent)],
    ["front end at most half of the network", (run) => run.share("frontend"), atMost(0.5, two)],
    ["whole path at most 1.6 networks", (run) => run.share("total"), atMost(1.6, two)],
  ];
  const runs = [
    ["Node 20", "bench.json", "node"],
    ["Node 24", "bench-node24.json", "node"],
    ["wasmtime", "bench.json", "wasmtime"],
  ].flatMap(([name, file, engine]) =>
    ["simd", "relaxed"].map((build) => ({ name: `${name}, ${build}`, run: ratios(file, engine, build) })),
  );
  const rows = list.map(([goal, value, written]) => [goal, ...runs.map(({ run }) => written(value(run)))]);
  return table(["goal", ...runs.map(({ name }) => name)], rows);
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
