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

/** What is filled in, by document. */
const PLACES = {
  "docs/firmware.md": { firmware, chips, runtimes },
  "docs/performance.md": { layers, growth },
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
