/** Where the figures of the documents come from: kept measurements, and the modules that ship (accuracy.ts: how good they are). And how they are written. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Inspection } from "../../ts-tools/cli/inspect.js";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import type { BenchReport } from "../compare/report.js";

export const root = packageRoot();

/** A row of a kept measurement. Its fields differ from file to file; what is not there is undefined. */
export interface Row {
  subject?: string;
  engine?: string;
  build?: string;
  stage?: string;
  core?: string;
  model?: string;
  checked?: boolean;
  file?: string;
  [field: string]: unknown;
}

export interface FirmwareRow extends Row {
  core: string;
  instructions: { frontend?: number; network: number; total?: number };
  ramBytes: number;
  flashBytes: number;
}

/** A kept measurement, by its name in bench/results. */
export const read = <Report>(name: string): Report => JSON.parse(readFileSync(path.join(root, "bench", "results", name), "utf8")) as Report;
export const results = <Kept extends Row = Row>(name: string): Kept[] => read<{ results: Kept[] }>(name).results;

export const firmwareRows = (): FirmwareRow[] => results<FirmwareRow>("firmware.json");

/** What a stream costs in firmware: instructions, samples and bytes (bench/firmware.ts). */
export interface StreamRow extends Row {
  core: string;
  model: string;
  checked: boolean;
  mean: number;
  largest: number;
  open: number;
  largestOpen: number;
  largestClosed: number;
  /** Of one lsn_stream_finish(), at most. */
  finish: number;
  waiting: Record<string, number>;
  ramBytes: number;
  flashBytes: number;
}

export const streamRows = (): StreamRow[] => read<{ streams: StreamRow[] }>("firmware.json").streams;

/** The two kept runs of the bench, by name. */
export const benchRuns = (): [name: string, report: BenchReport][] => [
  ["Node 20", read<BenchReport>("bench.json")],
  ["Node 24", read<BenchReport>("bench-node24.json")],
];

/** The one row that has these fields. */
export function find<Found extends object>(rows: readonly Found[], wanted: Partial<Record<keyof Found & string, unknown>>): Found {
  const found = rows.filter((row) => Object.entries(wanted).every(([key, value]) => row[key as keyof Found] === value));
  if (found.length !== 1)
    throw new Error(`${found.length} rows of a kept measurement have ${JSON.stringify(wanted)}, and there must be one; measure again`);
  return found[0]!;
}

const inspections = new Map<string, ReturnType<typeof inspected>>();

/** What `light-sernet inspect` says of a built model's folder, with its modules by build. Each folder is inspected once: compressing its modules takes seconds. */
export function inspection(folder: string) {
  const known = inspections.get(folder) ?? inspected(folder);
  inspections.set(folder, known);
  return known;
}

function inspected(folder: string) {
  const command = path.join(root, "dist", "ts-tools", "cli", "main.js");
  const text = execFileSync(process.execPath, [command, "inspect", path.join(root, folder), "--json"], { maxBuffer: 2 ** 26 });
  const report = JSON.parse(text.toString()) as Inspection;
  const file = (suffix: string) => find(report.files, { file: `light-sernet${suffix}.wasm` });
  const { manifest, layers, memoryMap } = report;
  if (manifest === undefined || layers === undefined) throw new Error(`${folder} holds no model.json; run npm run build`);
  return { manifest, layers, memoryMap, scalar: file(""), simd: file(".simd"), relaxed: file(".relaxed"), wasi: file("-cli") };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const count = (value: number): string => value.toLocaleString("en-US");
export const millions = (value: number): string => (value / 1e6).toFixed(1);
/** 1 KB = 1,000 bytes. */
export const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));
export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Of a model's id, its width: emodb-full-ce-v1 -> full. */
export const width = (model: string): string => model.split("-")[1] ?? model;
