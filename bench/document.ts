/**
 * Writes the tables of docs/ that come from bench/results, between <!-- name --> and <!-- end -->. A test checks that they are up to date.
 *
 *     node dist/bench/document.js
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/write_whole.js";
import type { EngineName, Measurement, Precision, Stage, SubjectName } from "./compare/measurement.js";
import type { BenchReport } from "./compare/report.js";
import type { FirmwareResult } from "./firmware.js";
import type { Growth } from "./growth.js";
import type { BuildLayers } from "./layers.js";
import type { RateCost } from "./rates.js";
import type { RuntimeResult } from "./runtimes/measure.js";

/** What is in the files of bench/results. */
interface ResultFiles {
  "bench.json": BenchReport;
  "bench-node24.json": BenchReport;
  "firmware.json": { results: FirmwareResult[] };
  "growth.json": { results: Growth[] };
  "layers.json": { results: BuildLayers[] };
  "rates.json": { results: RateCost[] };
  "runtimes.json": { results: RuntimeResult[] };
}

function results<Name extends keyof ResultFiles>(name: Name): ResultFiles[Name]["results"] {
  const file = path.join(packageRoot(), "bench", "results", name);
  return (JSON.parse(readFileSync(file, "utf8")) as ResultFiles[Name]).results;
}

const count = (value: number): string => value.toLocaleString("en-US");
const millions = (value: number | undefined): string => (value === undefined ? "" : (value / 1e6).toFixed(1));
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A table of Markdown; all columns but the first hold numbers. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** The width in a model's id: emodb-full-ce-v1 -> full. */
const width = (model = ""): string => model.split("-")[1] ?? "";

function firmware(): string {
  const rows = results("firmware.json").map(({ core, subject, model, checked, instructions, ramBytes, flashBytes }) => [
    core,
    subject ?? `light-sernet ${width(model)}, ${checked ? "checked" : "unchecked"}`,
    millions(instructions.frontend),
    millions(instructions.network),
    millions(instructions.total),
    count(ramBytes),
    count(flashBytes),
  ]);
  return markdownTable(["core", "what", "front end, M", "network, M", "all, M instructions", "RAM, bytes", "flash, bytes"], rows);
}

/** Chips of these cores, with their clocks from the makers' data sheets. */
const CHIPS = [
  ["STM32F405, Cortex-M4F", "cortex-m4", 168],
  ["nRF52840, Cortex-M4F", "cortex-m4", 64],
  ["STM32H743, Cortex-M7", "cortex-m7", 480],
  ["RP2350, Cortex-M33", "cortex-m33", 150],
] as const;
const CYCLES_PER_INSTRUCTION = 1.5;

function chips(): string {
  const unchecked = results("firmware.json").filter(({ checked }) => checked === false);
  const rows = CHIPS.map(([chip, core, megahertz]) => {
    const seconds = (wanted: string): string => {
      const total = unchecked.find((result) => result.core === core && width(result.model) === wanted)?.instructions.total;
      return total === undefined ? "" : `${((CYCLES_PER_INSTRUCTION * total) / (megahertz * 1e6)).toFixed(2)} s`;
    };
    return [chip, `${megahertz} MHz`, seconds("full"), seconds("micro")];
  });
  return markdownTable(["chip", "clock", "full", "micro"], rows);
}

function runtimes(): string {
  const files = results("runtimes.json").filter(({ file }) => file === "long.wav");
  const rows = files.map(({ subject, medianMs, minMs, runtimeBytes, residentBytes }) => [
    subject,
    medianMs.toFixed(1),
    minMs.toFixed(1),
    runtimeBytes ? `${count(runtimeBytes)} and the page` : "",
    residentBytes ? count(residentBytes) : "",
  ]);
  return markdownTable(["runtime", "median, ms", "least, ms", "taken by the runtime, bytes", "process, bytes"], rows);
}

function layers(): string {
  const builds = results("layers.json");
  const [scalar, simd] = (["scalar", "simd"] as const).map((name) => builds.find(({ build }) => build === name)!);
  const rows = simd!.layers.map(({ layer, macs, ms, multiplies, gmacs, shareOfLimit }, index) => {
    const plain = scalar!.layers[index]!;
    return [
      layer,
      millions(macs),
      plain.ms.toFixed(2),
      millions(plain.multiplies),
      percent(plain.shareOfLimit),
      ms.toFixed(3),
      millions(multiplies),
      gmacs.toFixed(1),
      percent(shareOfLimit),
    ];
  });
  const head = ["layer", "MAC, M", "scalar, ms", "multiplied, M", "of the limit", "SIMD, ms", "multiplied, M", "GMAC/s", "of the limit"];
  const limit = `Limit: ${scalar!.limitGmacs.toFixed(1)} GMAC/s scalar, ${simd!.limitGmacs.toFixed(1)} with \`i32x4.dot_i16x8_s\`.`;
  return `${markdownTable(head, rows)}\n\n${limit}`;
}

function growth(): string {
  const rows = results("growth.json").map(({ seconds, windows, ms, msPerWindow, timesRealTime, processBytes }) => [
    seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`,
    count(windows),
    count(Math.round(ms)),
    msPerWindow.toFixed(1),
    count(Math.round(timesRealTime)),
    count(Math.round(processBytes / 1e6)),
  ]);
  return markdownTable(["recording", "windows", "ms", "ms a window", "times real time", "process, MB"], rows);
}

interface Ratios {
  faster(subject: SubjectName, precision: Precision): number;
  slower(subject: SubjectName, precision: Precision): number;
  limit: number;
  share(stage: Stage): number;
}

/** A kept run of `npm run bench`, as ratios to one of our builds in one engine. */
function ratios(file: "bench.json" | "bench-node24.json", engine: EngineName, build: "simd" | "relaxed"): Ratios {
  const rows = results(file);
  const find = (wanted: Partial<Measurement>): Measurement => {
    const found = rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key as keyof Measurement] === value));
    if (found === undefined) throw new Error(`bench/results/${file} has no ${Object.values(wanted).join(" ")}; measure again`);
    return found;
  };
  const ours = (stage: Stage): Measurement => find({ subject: "light-sernet", engine, build, stage });
  const network = ours("network").medianMs;
  const peer = (subject: SubjectName, where: EngineName, precision: Precision): number =>
    find({ subject, engine: where, precision, stage: "network" }).medianMs;
  return {
    faster: (subject, precision) => peer(subject, "node", precision) / network,
    slower: (subject, precision) => network / peer(subject, "native", precision),
    limit: ours("network").shareOfLimit!,
    share: (stage) => ours(stage).medianMs / network,
  };
}

/** What is missed is bold. */
function goals(): string {
  type Format = (value: number) => string;
  const bold = (reached: boolean, text: string): string => (reached ? text : `**${text}**`);
  const atLeast =
    (goal: number, format: Format): Format =>
    (value) =>
      bold(value >= goal, format(value));
  const atMost =
    (goal: number, format: Format): Format =>
    (value) =>
      bold(value <= goal, format(value));
  const [one, two] = [(value: number) => value.toFixed(1), (value: number) => value.toFixed(2)];
  const list: [string, (run: Ratios) => number, Format][] = [
    ["network at least 5 times as fast as TensorFlow.js in Node", (run) => run.faster("tensorflow.js", "float32"), atLeast(5, one)],
    ["as ONNX Runtime Web in Node, float32", (run) => run.faster("onnxruntime-web", "float32"), atLeast(5, one)],
    ["as ONNX Runtime Web in Node, int8", (run) => run.faster("onnxruntime-web", "int8"), atLeast(5, one)],
    ["at most 0.8 of native TensorFlow Lite float32", (run) => run.slower("tflite", "float32"), atMost(0.8, two)],
    ["at most 1.2 of native TensorFlow Lite int8 (512-bit instructions)", (run) => run.slower("tflite", "int8"), atMost(1.2, two)],
    ["60 % of the limit of the instruction", (run) => run.limit, atLeast(0.6, percent)],
    ["front end at most half of the network", (run) => run.share("frontend"), atMost(0.5, two)],
    ["whole path at most 1.6 networks", (run) => run.share("total"), atMost(1.6, two)],
  ];
  const engines = [
    ["Node 20", "bench.json", "node"],
    ["Node 24", "bench-node24.json", "node"],
    ["wasmtime", "bench.json", "wasmtime"],
  ] as const;
  const runs = engines.flatMap(([name, file, engine]) =>
    (["simd", "relaxed"] as const).map((build) => ({ name: `${name}, ${build}`, run: ratios(file, engine, build) })),
  );
  const rows = list.map(([goal, value, format]) => [goal, ...runs.map(({ run }) => format(value(run)))]);
  return markdownTable(["goal", ...runs.map(({ name }) => name)], rows);
}

function rates(): string {
  const all = results("rates.json");
  const [scalar, simd] = (["scalar", "simd"] as const).map((name) => all.filter(({ build }) => build === name));
  const rows = simd!.map(({ rate, medianMs, classifyMs }, index) => [
    `${count(rate)} Hz`,
    scalar![index]!.medianMs.toFixed(1),
    (scalar![index]!.medianMs / scalar![index]!.classifyMs).toFixed(2),
    medianMs.toFixed(2),
    (medianMs / classifyMs).toFixed(2),
  ]);
  return markdownTable(["from", "scalar, ms", "of a classification", "SIMD, ms", "of a classification"], rows);
}

/** The tables of each document. */
const TABLES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "docs/firmware.md": { firmware, chips, runtimes },
  "docs/performance.md": { layers, rates, goals, growth },
};

/** The documents as they should be, by path. */
export function documents(): Map<string, string> {
  return new Map(Object.entries(TABLES).map(([name, tables]) => [name, filled(name, tables)]));
}

function filled(name: string, tables: Readonly<Record<string, () => string>>): string {
  let text = readFileSync(path.join(packageRoot(), name), "utf8");
  for (const [place, make] of Object.entries(tables)) {
    const found = new RegExp(`(<!-- ${place}\\b[^>]* -->)[^]*?(<!-- end -->)`);
    if (!found.test(text))
      throw new Error(`${name} has no <!-- ${place} --> with an <!-- end --> after it; put both where the table belongs`);
    text = text.replace(found, (_, begin: string, end: string) => `${begin}\n\n${make()}\n\n${end}`);
  }
  return text;
}

await runIfMain(import.meta.url, () => {
  for (const [name, text] of documents()) writeWhole(path.join(packageRoot(), name), text);
});
