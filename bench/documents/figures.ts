/** Tables of README.md and docs/figures.md, from bench/results, the modules that ship and weights/results. */
import { markdownTable } from "../../ts-tools/text/markdown.js";
import type { BenchReport } from "../compare/report.js";
import { accuracyOf } from "./accuracy.js";
import { benchRuns, count, type FirmwareRow, find, firmwareRows, inspection, kilobytes, millions, read, sum } from "./sources.js";
import { CYCLES } from "./tables.js";

const ENGINES = { node: "Node", chromium: "Chromium", wasmtime: "wasmtime", native: "native" } as const;
type Engine = keyof typeof ENGINES;
type Stage = "frontend" | "network" | "total" | "coldStart";

const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

const shipped = () => ["full", "micro"].map((size) => ({ size, ...inspection(`weights/${size}/int8`) }));

/** Median of one of our builds; wasmtime's first answer is that of a precompiled module. */
function ours({ results }: BenchReport, engine: Engine, build: string, stage: Stage): number {
  const variant = engine === "wasmtime" && stage === "coldStart" ? { variant: "precompiled" } : {};
  return find(results, { subject: "light-sernet", engine, build, stage, ...variant }).medianMs;
}

const onCortexM4 = (model: string, checked: boolean): FirmwareRow => find(firmwareRows(), { core: "cortex-m4", model, checked });

/** The small table of README.md. */
export function summary(): string {
  const models = shipped();
  const chips = models.map(({ manifest }) => onCortexM4(manifest.id, true));
  const [, [, node24]] = benchRuns() as [unknown, [string, BenchReport]];
  const times = (["node", "chromium", "wasmtime"] as const).map((engine) => ours(node24, engine, "simd", "total").toFixed(1));
  const seconds = ({ instructions }: FirmwareRow): string => `${((CYCLES * (instructions.total ?? 0)) / 168e6).toFixed(1)} s`;
  return markdownTable(
    ["", ...models.map(({ size }) => `\`${size}\``)],
    [
      ["module with its weights (gzip)", ...models.map(({ scalar }) => `${kilobytes(scalar.bytes)} KB (${kilobytes(scalar.gzip ?? 0)})`)],
      ["3 s of speech to an answer, SIMD: Node 24, Chromium, wasmtime", `${times.join(", ")} ms`, ""],
      [`the same on a Cortex-M4F at 168 MHz, ${CYCLES} cycles an instruction`, ...chips.map(seconds)],
      ["RAM and flash there", ...chips.map(({ ramBytes, flashBytes }) => `${kilobytes(ramBytes)} and ${kilobytes(flashBytes)} KB`)],
      [
        "mean recall of 7 emotions (UA), actors not in the training set",
        ...models.map(({ size }) => `${accuracyOf("loso", size)!.ua.split(" ")[0]} %`),
      ],
    ],
  );
}

export function size(): string {
  const models = shipped();
  const rows = (
    [
      ["`light-sernet.wasm`: one page, no SIMD", "scalar"],
      ["`light-sernet.simd.wasm`", "simd"],
      ["`light-sernet.relaxed.wasm`", "relaxed"],
      ["`light-sernet-cli.wasm`: the WASI command", "wasi"],
    ] as const
  ).map(([name, build]) => [name, ...models.flatMap((model) => [count(model[build].bytes), kilobytes(model[build].gzip ?? 0)])]);
  const weights = models.flatMap(({ layers }) => [count(sum(layers.map(({ weightBytes }) => weightBytes))), ""]);
  return markdownTable(["", "full, bytes", "gzip, KB", "micro, bytes", "gzip, KB"], [...rows, ["int8 weights in each", ...weights]]);
}

/** Regions of fewer bytes are counted together. */
const SMALL_REGION = 2000;

export function memory(): string {
  const { memoryMap, scalar } = inspection("build");
  if (memoryMap === undefined) throw new Error("build/ has no memory_map.json; run npm run build");
  // Where regions share their place, the largest counts.
  const largest = new Map<number, { bytes: number; what: string }>();
  for (const region of memoryMap.regions) if (region.bytes > (largest.get(region.address)?.bytes ?? 0)) largest.set(region.address, region);
  const shown = [...largest.values()].filter(({ bytes }) => bytes >= SMALL_REGION).sort((a, b) => b.bytes - a.bytes);
  const used = scalar.model?.memoryNeeded ?? 0;
  const rows = [...shown, { what: "the rest", bytes: used - sum(shown.map(({ bytes }) => bytes)) }, { what: "**all**", bytes: used }];
  return markdownTable(
    ["what", "bytes"],
    rows.map(({ what, bytes }) => [what, count(bytes)]),
  );
}

export function speed(): string {
  const rows = benchRuns().flatMap(([name, report]) =>
    (["node", "chromium", "wasmtime"] as const).flatMap((engine) =>
      ["scalar", "simd", "relaxed"].map((build) => [
        `${engine === "node" ? name : `${ENGINES[engine]} (run of ${name})`}, ${build}`,
        ...(["frontend", "network", "total", "coldStart"] as const).map((stage) => milliseconds(ours(report, engine, build, stage))),
      ]),
    ),
  );
  return markdownTable(["engine and build", "front end, ms", "network, ms", "all, ms", "first answer, ms"], rows);
}

/** Of each peer, its time, and how many times that of our SIMD build: in the same engine, or in Node for what is native. */
function besides(stage: Stage, what: string): string {
  const runs = benchRuns();
  const peers = runs[0]![1].results.filter((row) => row.stage === stage && row.subject !== "light-sernet");
  const rows = peers.map(({ subject, engine, precision }) => [
    `${subject}, ${precision}, ${ENGINES[engine]}`,
    ...runs.flatMap(([, report]) => {
      const { medianMs } = find(report.results, { subject, engine, precision, stage });
      return [milliseconds(medianMs), (medianMs / ours(report, engine === "native" ? "node" : engine, "simd", stage)).toFixed(2)];
    }),
  ]);
  return markdownTable([what, ...runs.flatMap(([name]) => [`${name}, ms`, "times ours"])], rows);
}

export const peers = (): string => `${besides("network", "network")}\n\n${besides("frontend", "184 frames of MFCCs")}`;
export const firstAnswer = (): string => besides("coldStart", "first answer");

export function downloads(): string {
  const rows = read<BenchReport>("bench.json").sizes.map(({ subject, build, precision, bytes, gzip, brotli }) => [
    `${subject}, ${build ?? precision}`,
    ...[bytes, gzip, brotli].map(count),
  ]);
  return markdownTable(["what a page downloads", "bytes", "gzip", "brotli"], rows);
}

export function microcontroller(): string {
  const rows = shipped().flatMap(({ size, manifest }) =>
    [true, false].map((checked) => {
      const { instructions, ramBytes, flashBytes } = onCortexM4(manifest.id, checked);
      const { frontend = 0, network, total = 0 } = instructions;
      return [
        `${size}, ${checked ? "checked" : "unchecked"}`,
        ...[frontend, network, total].map(millions),
        count(ramBytes),
        count(flashBytes),
      ];
    }),
  );
  const subject = "TensorFlow Lite Micro, CMSIS-NN";
  const peer = find(firmwareRows(), { subject, core: "cortex-m4" });
  const last = [subject, "", millions(peer.instructions.network), "", count(peer.ramBytes), count(peer.flashBytes)];
  return markdownTable(["Cortex-M4F", "front end, M", "network, M", "all, M instructions", "RAM, bytes", "flash, bytes"], [...rows, last]);
}

export function accuracy(): string {
  const rows = (["loso", "random"] as const).flatMap((protocol) =>
    ["full", "micro"].flatMap((size) => {
      const its = accuracyOf(protocol, size);
      if (its === undefined) return [];
      const what = protocol === "loso" ? "speakers not in the training set" : "speakers mixed";
      return [[`${what}, ${size}`, its.ua, its.wa, its.f1, its.same, its.accepted, its.right]];
    }),
  );
  const head = ["int8", "UA % (95 % interval)", "WA %", "macro F1 %", "same label as float32 %", "accepted %", "right of these %"];
  return markdownTable(head, rows);
}

interface Agreement {
  source: string;
  recordings: number;
  sameLabel: number;
  meanDifference: number;
  worstDifference: number;
}

export function agreement(): string {
  const { upstream, "weights/full": full } = read<{ upstream: Agreement[]; "weights/full": Agreement }>("agreement.json");
  const rows = [{ ...full, source: "weights/full" }, ...upstream].map(
    ({ source, recordings, sameLabel, meanDifference, worstDifference }) => [
      source,
      `${sameLabel} of ${recordings}`,
      meanDifference.toFixed(4),
      worstDifference.toFixed(3),
    ],
  );
  return markdownTable(["float model", "same label in int8", "largest difference of a probability, mean", "most"], rows);
}
