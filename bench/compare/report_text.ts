/** A report as a person reads it. */
import { table } from "../../ts-tools/host/table.js";
import { type Identity, type Limit, type Measurement, type MemoryUse, STAGES, type Stage } from "./measurement.js";
import type { BenchReport } from "./report.js";

export const STAGE_TITLES: Readonly<Record<Stage, string>> = {
  frontend: "Front end: 3 s of samples to MFCCs (ours finds the level, too)",
  network: "Network: MFCCs to probabilities",
  total: "Both, as an application calls them",
  coldStart: "Cold start: from the bytes of module and model in memory to the first probabilities, in a fresh process or page",
};

export function reportText(report: BenchReport): string {
  const { machine, versions, verified, skipped } = report;
  const bound = machine.core === null ? "not bound to a core" : `everything on core ${machine.core}`;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}; ${bound}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    ...verified.map((line) => `verified: ${line}`),
    ...skipped.map((line) => `skipped: ${line}`),
    ...STAGES.flatMap((stage) => stageText(stage, report.results)),
    ...limitsText(report),
    ...memoryText(report.memory),
    ...sizesText(report.sizes),
  ].join("\n");
}

/** Rows of a stage, fastest first. */
export function rowsOfStage(results: readonly Measurement[], stage: Stage): Measurement[] {
  return results.filter((row) => row.stage === stage).sort((a, b) => a.medianMs - b.medianMs);
}

/** A row's subject with its build or its variant, and where it runs. */
export function subjectText({ subject, build, variant }: Identity): string {
  return [subject, build, variant].filter((part) => part !== undefined).join(" ");
}

function stageText(stage: Stage, results: readonly Measurement[]): string[] {
  const rows = rowsOfStage(results, stage);
  if (rows.length === 0) return [];
  const best = rows.find(({ subject }) => subject === "light-sernet");
  const cells = rows.map((row) => [
    subjectText(row),
    row.engine,
    row.precision,
    row.medianMs.toFixed(2),
    row.minMs.toFixed(2),
    best ? `${(row.medianMs / best.medianMs).toFixed(2)} x` : "",
    ...(stage === "network" ? [row.effectiveGmacs?.toFixed(1) ?? "", row.realGmacs?.toFixed(1) ?? "", percent(row.shareOfLimit)] : []),
    String(row.runs),
  ]);
  const speed = stage === "network" ? ["GMAC/s", "really done", "of the limit"] : [];
  return [
    "",
    `${STAGE_TITLES[stage]}, milliseconds`,
    table(["subject", "engine", "precision", "median", "least", "of our best", ...speed, "runs"], cells),
  ];
}

function limitsText({ limits, multiplies }: BenchReport): string[] {
  if (limits.length === 0) return [];
  const millions = (count: number): string => `${(count / 1e6).toFixed(1)} M`;
  const real = Object.entries(multiplies.real).map(([build, count]) => `${build} ${millions(count)}`);
  const cells = limits.map(({ engine, instruction, build, medianGmacs, maxGmacs }: Limit) => [
    engine,
    instruction,
    build,
    medianGmacs.toFixed(1),
    maxGmacs.toFixed(1),
  ]);
  return [
    "",
    `Limits: what an instruction reaches at most here, GMAC/s. Multiply-accumulates of the network: ${millions(multiplies.defined)} by definition; really done: ${real.join(", ")}`,
    table(["engine", "instruction", "of build", "median", "most"], cells),
  ];
}

function memoryText(memory: readonly MemoryUse[]): string[] {
  if (memory.length === 0) return [];
  const count = (value: number | undefined): string => (value === undefined ? "" : value.toLocaleString("en-US"));
  const cells = memory.map((row) => [
    subjectText(row),
    row.engine,
    row.precision,
    count(row.moduleBytes),
    count(row.linearBytes),
    count(row.residentBytes),
  ]);
  return [
    "",
    "Memory of one first inference, bytes",
    table(["subject", "engine", "precision", "module or model", "WebAssembly memory", "process grows by"], cells),
  ];
}

function sizesText(sizes: BenchReport["sizes"]): string[] {
  if (sizes.length === 0) return [];
  const cells = sizes.map(({ subject, build, precision, files, bytes, gzip, brotli }) => [
    [subject, build].filter((part) => part !== undefined).join(" "),
    precision,
    ...[bytes, gzip, brotli].map((value) => value.toLocaleString("en-US")),
    files.map(({ file, bytes }) => `${file} ${bytes.toLocaleString("en-US")}`).join(", "),
  ]);
  return ["", "Download of a page, bytes", table(["subject", "precision", "raw", "gzip", "brotli", "made of"], cells)];
}

function percent(share: number | undefined): string {
  return share === undefined ? "" : `${(100 * share).toFixed(0)} %`;
}
