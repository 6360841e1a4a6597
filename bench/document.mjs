#!/usr/bin/env node
/** Fills the tables of docs/firmware.md, between <!-- name --> and <!-- end -->, from bench/results. A test checks that they are up to date. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const DOCUMENT = path.join(root, "docs", "firmware.md");

const results = (name) => JSON.parse(readFileSync(path.join(root, "bench", "results", name), "utf8")).results;
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

/** The document as it should be. */
export function documentText() {
  let text = readFileSync(DOCUMENT, "utf8");
  for (const [name, make] of Object.entries({ firmware, chips, runtimes })) {
    const place = new RegExp(`(<!-- ${name}\\b[^>]* -->)[^]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`${DOCUMENT} has no place for ${name}`);
    text = text.replace(place, (_, begin, end) => `${begin}\n\n${make()}\n\n${end}`);
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${DOCUMENT}.part`, documentText());
  renameSync(`${DOCUMENT}.part`, DOCUMENT);
}
