/** Figures inside sentences, by name: <!--=full.kb-->495<!--/--> */
import { readFileSync } from "node:fs";
import path from "node:path";
import { firmwareFolder } from "../../ts-tools/firmware/firmware_folder.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { BenchReport } from "../compare/report.js";
import { robustness } from "./accuracy.js";
import { benchRuns, count, find, firmwareRows, inspection, kilobytes, millions, percent, results, root, sum, width } from "./sources.js";
import { CYCLES, type GrowthRow } from "./tables.js";

const SEGMENT_SECONDS = REFERENCE_FRONT_END.windowSamples / REFERENCE_FRONT_END.sampleRate;

export type Figures = Record<string, string>;

/** Every figure, as it is written in a text. */
export async function inlineFigures(): Promise<Figures> {
  const all: Figures = {};
  for (const size of ["full", "micro"])
    Object.assign(all, named(size, { ...(await modelOf(size)), ...onDevices(size), ...accuracy(size) }));
  return { ...all, ...named("push", pushes()), ...named("speed", speeds()) };
}

const named = (prefix: string, figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]));

/** "6 to 7", or "6" where both round to the same. */
const range = (values: readonly number[]): string =>
  [...new Set([Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0)))].join(" to ");

const thousands = (value: number): string => count(Math.round(value / 1000) * 1000);

/** The modules that ship, and the C that is made of them. */
async function modelOf(size: string): Promise<Figures> {
  const folder = `weights/${size}/int8`;
  const { manifest, scalar, simd, layers } = inspection(folder);
  const memory = scalar.model?.memoryNeeded ?? 0;
  const hostPages = simd.memory?.maximum ?? 0;
  const files = await firmwareFolder(readFileSync(path.join(root, folder, "light-sernet.wasm")), memory, manifest, "0.0.0");
  const number = (file: string, pattern: RegExp): number => Number(pattern.exec(new TextDecoder().decode(files.get(file)))?.[1]);
  const state = number("src/light_sernet.h", /LSN_STATE_BYTES (\d+)/);
  const data = number("README.md", /(\d+) bytes of flash for weights and tables/);
  const weights = sum(scalar.segments.filter(({ passive }) => passive).map(({ bytes }) => bytes));
  const measured = find(firmwareRows(), { core: "cortex-m4", model: manifest.id, checked: false });
  return {
    kb: kilobytes(scalar.bytes),
    weights: count(sum(layers.map(({ weightBytes }) => weightBytes))),
    threshold: manifest.acceptThreshold.toFixed(2),
    memory: count(memory),
    "host-pages": count(hostPages),
    "host-mb": ((65536 * hostPages) / 1e6).toFixed(2),
    macs: millions(sum(layers.map(({ multiplyAccumulates }) => multiplyAccumulates))),
    state: count(state),
    "state-kb": kilobytes(state),
    "flash-weights": count(weights),
    "flash-tables": count(data - weights),
    "flash-data-kb": kilobytes(data),
    "flash-rest": thousands(measured.flashBytes - data),
    "flash-rest-kb": kilobytes(measured.flashBytes - data),
  };
}

/** Instructions in QEMU. */
function onDevices(size: string): Figures {
  const all = firmwareRows();
  const ours = all.filter(({ model }) => model !== undefined && width(model) === size);
  const run = (core: string, checked: boolean) => find(ours, { core, checked });
  const [checked, unchecked] = [run("cortex-m4", true), run("cortex-m4", false)];
  const total = ({ instructions }: typeof checked): number => instructions.total ?? 0;
  const peer = find(all, { subject: "TensorFlow Lite Micro, CMSIS-NN", core: "cortex-m55" });
  const network = (core: string): number => run(core, false).instructions.network;
  return {
    "m4-checked": millions(total(checked)),
    "m4-unchecked": millions(total(unchecked)),
    "two-states-mhz": ((2 * CYCLES * total(unchecked)) / SEGMENT_SECONDS / 1e6).toFixed(0),
    checks: percent(total(checked) / total(unchecked) - 1),
    "checks-flash": thousands(checked.flashBytes - unchecked.flashBytes),
    riscv: (network("rv32imafc") / network("cortex-m4")).toFixed(1),
    "flash-kb": kilobytes(checked.flashBytes),
    "peer-m55": (peer.instructions.network / network("cortex-m55")).toFixed(1),
    "peer-ram-kb": kilobytes(peer.ramBytes),
  };
}

/** On speakers not in the training set; points of UA that noise costs. */
function accuracy(size: string): Figures {
  const conditions = robustness(size);
  const ua = (condition: string): number => {
    const measured = conditions.get(condition);
    if (measured === undefined)
      throw new Error(`the robustness file of ${size} has no condition "${condition}"; python -m training.robustness writes it`);
    return measured;
  };
  const lost = (...names: string[]): string => range(names.map((condition) => ua("clean") - ua(condition)));
  return {
    noise: lost("rain 10 dB", "kitchen 10 dB"),
    room: lost("room 0.5 m", "room 1.5 m", "room 3.0 m"),
    telephone: lost("telephone"),
    babble: lost("babble 10 dB"),
    "ua-babble": ua("babble 10 dB").toFixed(0),
  };
}

/** Milliseconds on a Cortex-M4F, from the table of docs/firmware.md, which tests/firmware/cortex_m.test.ts measures. */
function pushes(): Figures {
  const text = readFileSync(path.join(root, "docs", "firmware.md"), "utf8");
  const [mean, largest, finish] = /^\| unchecked \|(.*)\|$/m.exec(text)![1]!.split("|").map(Number) as [number, number, number];
  const ms = (instructions: number, megahertz: number): string => ((1000 * CYCLES * instructions) / megahertz).toFixed(0);
  return { mean: ms(mean, 168), largest: ms(largest, 168), finish: ms(finish, 168), "mean-64": ms(mean, 64) };
}

function speeds(): Figures {
  const [older, newer] = benchRuns().map(([, report]) => report) as [BenchReport, BenchReport];
  const network = (run: BenchReport, engine: string, build: string): number =>
    find(run.results, { subject: "light-sernet", engine, build, stage: "network" }).medianMs;
  const faster = [older, newer].flatMap((run) =>
    ["node", "chromium", "wasmtime"].map((engine) => network(run, engine, "scalar") / network(run, engine, "simd")),
  );
  const limit = (run: BenchReport, engine: string): string =>
    find(run.limits, { engine, instruction: "i32x4.dot_i16x8_s" }).medianGmacs.toFixed(0);
  const hour = find(results<GrowthRow>("growth.json"), { seconds: 3600 });
  const node = ({ versions: { node = "", v8 = "" } }: BenchReport): string =>
    `Node ${node.slice(1)} (V8 ${v8.split(".").slice(0, 2).join(".")})`;
  const engines = `Chromium ${older.versions.chromium?.split(".")[0]}, wasmtime ${older.versions.wasmtime}`;
  return {
    machine: `${older.machine.cpu}, ${older.machine.cores} cores, Linux; ${node(older)}, ${node(newer)}, ${engines}`,
    simd: range(faster),
    multiplied: (older.multiplies.real.simd! / 1e6).toFixed(0),
    defined: (older.multiplies.defined / 1e6).toFixed(0),
    "limit-wasmtime": limit(older, "wasmtime"),
    "limit-node20": limit(older, "node"),
    "limit-node24": limit(newer, "node"),
    "limit-chromium": limit(older, "chromium"),
    hour: (hour.ms / 1000).toFixed(1),
    "hour-faster": hour.timesRealTime.toFixed(0),
  };
}
