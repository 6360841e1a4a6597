/** Tables of docs/firmware.md and docs/performance.md, from bench/results. */
import { median } from "../../ts-tools/host/median.js";
import { markdownTable } from "../../ts-tools/text/markdown.js";
import type { BenchReport } from "../compare/report.js";
import { benchRuns, count, find, firmwareRows, millions, percent, type Row, read, results, streamRows, width } from "./sources.js";

export function firmware(): string {
  const rows = firmwareRows().map(({ core, subject, model = "", checked, instructions, ramBytes, flashBytes }) => {
    const { frontend, network, total } = instructions;
    return [
      core,
      subject ?? `light-sernet ${width(model)}, ${checked ? "checked" : "unchecked"}`,
      frontend ? millions(frontend) : "",
      millions(network),
      total ? millions(total) : "",
      count(ramBytes),
      count(flashBytes),
    ];
  });
  return markdownTable(["core", "what", "front end, M", "network, M", "all, M instructions", "RAM, bytes", "flash, bytes"], rows);
}

/** Chips of these cores, with their clocks from the makers' data sheets. */
const CHIPS: readonly [chip: string, core: string, megahertz: number][] = [
  ["STM32F405, Cortex-M4F", "cortex-m4", 168],
  ["nRF52840, Cortex-M4F", "cortex-m4", 64],
  ["STM32H743, Cortex-M7", "cortex-m7", 480],
  ["RP2350, Cortex-M33", "cortex-m33", 150],
];

/** Cycles an instruction: a rule of thumb. */
export const CYCLES = 1.5;

export function chips(): string {
  const unchecked = firmwareRows().filter(({ checked }) => checked === false);
  const rows = CHIPS.map(([chip, core, megahertz]) => {
    const seconds = (wanted: string): string => {
      const found = unchecked.find((row) => row.core === core && width(row.model ?? "") === wanted);
      return found?.instructions.total ? `${((CYCLES * found.instructions.total) / (megahertz * 1e6)).toFixed(2)} s` : "";
    };
    return [chip, `${megahertz} MHz`, seconds("full"), seconds("micro")];
  });
  return markdownTable(["chip", "clock", "full", "micro"], rows);
}

/** Instructions of a stream in firmware. */
export function stream(): string {
  const rows = streamRows().map(
    ({ core, model, checked, open, largestOpen, largestClosed, mean, largest, finish, ramBytes, flashBytes }) => [
      core,
      `${width(model)}, ${checked ? "checked" : "unchecked"}`,
      ...[open, largestOpen, largestClosed].map(millions),
      ...[mean, largest].map((value) => (value / 1e6).toFixed(2)),
      millions(finish),
      count(ramBytes),
      count(flashBytes),
    ],
  );
  const head = [
    "core",
    "model",
    "hop, M",
    "largest hop, M",
    "nobody speaks, M",
    "push, M",
    "largest push, M",
    "finish, M",
    "RAM, bytes",
    "flash, bytes",
  ];
  return markdownTable(head, rows);
}

/** Chips that a stream was counted for: their core as it was simulated, and a clock of bench/firmware.ts. */
const STREAM_CHIPS: readonly [chip: string, core: string, megahertz: number][] = [
  ["nRF52840, Cortex-M4F", "cortex-m4", 64],
  ["STM32F405, Cortex-M4F", "cortex-m4", 168],
  ["STM32F746, Cortex-M7", "cortex-m7", 216],
  ["STM32H743, Cortex-M7", "cortex-m7", 480],
  ["nRF5340, Cortex-M33", "cortex-m33", 128],
  ["RP2350, Cortex-M33", "cortex-m33", 150],
  ["Cortex-M55, as in Alif's Ensemble E3", "cortex-m55", 160],
  ["ESP32-P4, RISC-V with FPU", "rv32imafc", 360],
  ["ESP32-C3 and C6, RISC-V without FPU", "rv32imac", 160],
];
/** From one answer to the next. */
const HOP_SECONDS = 8192 / 16000;

export function streamChips(): string {
  const rows = STREAM_CHIPS.map(([chip, core, megahertz]) => {
    const share = (instructions: number): number => (CYCLES * instructions) / (megahertz * 1e6 * HOP_SECONDS);
    const found = (wanted: string) => streamRows().find((row) => row.core === core && !row.checked && width(row.model) === wanted)!;
    const keepsUp = (wanted: string): string[] => {
      const { open, waiting } = found(wanted);
      return share(open) < 1 ? [percent(share(open)), count(waiting[megahertz]!)] : [`no: ${percent(share(open))}`, ""];
    };
    return [chip, `${megahertz} MHz`, ...keepsUp("full"), ...keepsUp("micro"), percent(share(found("micro").largestClosed))];
  });
  const head = ["chip", "clock", "full", "samples that wait", "micro", "samples that wait", "nobody speaks"];
  return markdownTable(head, rows);
}

/** Of bench/fixed_front_end.ts. */
interface FixedReport {
  costs: { core: string; kernel: string; network: number; float: number; fixed: number; total: number; fixedTotal: number }[];
  agreement: {
    model: string;
    recordings: number;
    sameLabel: number;
    otherAcceptance: number;
    meanDifference: number;
    worstDifference: number;
    equalInputs: number;
    largestInputDifference: number;
    floatUa: number;
    fixedUa: number;
  }[];
}

/** What a Cortex-M3 took in all before the floats of hosts/firmware/light_sernet_float.h, with the kernel of 64-bit products. */
const CORTEX_M3_BEFORE = 553e6;

export function fixedCosts(): string {
  const rows = read<FixedReport>("fixed_front_end.json").costs.map(({ core, kernel, network, float, fixed, total, fixedTotal }) => {
    const share = (all: number): string => (core === "cortex-m3" ? (all / CORTEX_M3_BEFORE).toFixed(2) : "");
    return [core, kernel, ...[network, float, total].map(millions), share(total), ...[fixed, fixedTotal].map(millions), share(fixedTotal)];
  });
  const head = ["core", "kernel", "network, M", "front end, M", "all, M", "of 553 M", "fixed point, M", "all, M", "of 553 M"];
  return markdownTable(head, rows);
}

export function fixedAgreement(): string {
  const rows = read<FixedReport>("fixed_front_end.json").agreement.map((row) => [
    row.model,
    count(row.recordings),
    ...[row.recordings - row.sameLabel, row.otherAcceptance].map(count),
    row.meanDifference.toFixed(5),
    row.worstDifference.toFixed(4),
    `${(100 * row.equalInputs).toFixed(1)} %`,
    row.largestInputDifference.toFixed(0),
    ...[row.floatUa, row.fixedUa].map((ua) => (100 * ua).toFixed(1)),
  ]);
  const head = ["model", "recordings", "other label", "other acceptance", "probability, mean", "largest", "equal inputs", "largest, steps"];
  return markdownTable([...head, "UA, float", "UA, fixed"], rows);
}

interface RuntimeRow extends Row {
  subject: string;
  medianMs: number;
  minMs: number;
  runtimeBytes?: number;
  residentBytes?: number;
}

export function runtimes(): string {
  const files = results<RuntimeRow>("runtimes.json").filter(({ file }) => file === "long.wav");
  const rows = files.map(({ subject, medianMs, minMs, runtimeBytes, residentBytes }) => [
    subject,
    medianMs.toFixed(1),
    minMs.toFixed(1),
    runtimeBytes ? `${count(runtimeBytes)} and the page` : "",
    residentBytes ? count(residentBytes) : "",
  ]);
  return markdownTable(["runtime", "median, ms", "least, ms", "taken by the runtime, bytes", "process, bytes"], rows);
}

interface AppRow extends Row {
  app: string;
  use: "classify" | "listen";
  version: string;
  builtBytes?: number;
  scriptBytes: number;
  moduleBytes: number;
  firstAnswerMs: number;
}

const apps = (use: AppRow["use"], first: string): string => {
  const wanted = results<AppRow>("apps.json").filter((row) => row.use === use);
  const rows = wanted.map(({ app, version, builtBytes, scriptBytes, moduleBytes, firstAnswerMs }) => [
    app,
    version,
    builtBytes === undefined ? "" : count(builtBytes),
    count(scriptBytes),
    moduleBytes === 0 ? "" : count(moduleBytes),
    count(firstAnswerMs),
  ]);
  return markdownTable(["app", "version", "built, bytes", "page loads: scripts", "module", `${first}, ms`], rows);
};

/** Apps that classify a file, and those that listen to the microphone. */
export const bundlers = (): string => apps("classify", "first answer");
export const listeners = (): string => apps("listen", "click to first answer");

interface LayerTimes extends Row {
  limitGmacs: number;
  layers: { layer: string; macs: number; ms: number; multiplies: number; gmacs: number; shareOfLimit: number }[];
}

export function layers(): string {
  const builds = results<LayerTimes>("layers.json");
  const [scalar, simd] = [find(builds, { build: "scalar" }), find(builds, { build: "simd" })];
  const rows = simd.layers.map(({ layer, macs, ms, multiplies, gmacs, shareOfLimit }) => {
    const plain = find(scalar.layers, { layer });
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
  return `${markdownTable(head, rows)}\n\nLimit: ${scalar.limitGmacs.toFixed(1)} GMAC/s scalar, ${simd.limitGmacs.toFixed(1)} with \`i32x4.dot_i16x8_s\`.`;
}

export interface GrowthRow extends Row {
  seconds: number;
  windows: number;
  ms: number;
  msPerWindow: number;
  timesRealTime: number;
  processBytes: number;
}

interface StartRow extends Row {
  subject: string;
  medianMs: Readonly<Record<string, number>>;
}

export function start(): string {
  const steps = ["compile", "instantiate", "expand", "first", "all", "another", "second", "twentieth"];
  const rows = results<StartRow>("start.json").map(({ subject, medianMs }) => [
    subject,
    ...steps.map((step) => medianMs[step]!.toFixed(1)),
  ]);
  return markdownTable(["start", ...steps], rows);
}

export function growth(): string {
  const rows = results<GrowthRow>("growth.json").map(({ seconds, windows, ms, msPerWindow, timesRealTime, processBytes }) => [
    seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`,
    count(windows),
    count(Math.round(ms)),
    msPerWindow.toFixed(1),
    count(Math.round(timesRealTime)),
    count(Math.round(processBytes / 1e6)),
  ]);
  return markdownTable(["recording", "windows", "ms", "ms a window", "times real time", "process, MB"], rows);
}

/** docs/page.md, from page.json. */
export function page(): string {
  const { results: measured } = read<{ results: Record<"packedBytes" | "requests" | "readyMs" | "exampleMs" | "microphoneMs", number> }>(
    "page.json",
  );
  return markdownTable(
    ["a first visit", ""],
    [
      ["bytes, packed: page, examples, one build of micro", count(measured.packedBytes)],
      ["files until it is ready", count(measured.requests)],
      ["from the address to the page that is ready", `${count(measured.readyMs)} ms`],
      ["from the click on an example to its answer", `${count(measured.exampleMs)} ms`],
      ["from the click on Speak to the first answer, in speech", `${count(measured.microphoneMs)} ms`],
    ],
  );
}

/** A kept run of the bench, as ratios of the build of ours that runs in an engine. */
function ratios({ results: rows }: BenchReport, engine: string, build: string) {
  const ours = (stage: string) => find(rows, { subject: "light-sernet", engine, build, stage });
  const network = ours("network").medianMs;
  const peer = (subject: string, where: string, precision: string): number =>
    find(rows, { subject, engine: where, precision, stage: "network" }).medianMs;
  return {
    faster: (subject: string, precision: string) => peer(subject, "node", precision) / network,
    slower: (subject: string, precision: string) => network / peer(subject, "native", precision),
    limit: ours("network").shareOfLimit ?? 0,
    share: (stage: string) => ours(stage).medianMs / network,
  };
}

type Ratios = ReturnType<typeof ratios>;

/** What is missed is bold. */
export function goals(): string {
  // A goal for every run, or for each by its name.
  type Goal = number | ((run: string) => number);
  const goalOf = (goal: Goal, run: string): number => (typeof goal === "number" ? goal : goal(run));
  const bold = (missed: boolean, text: string): string => (missed ? `**${text}**` : text);
  const atLeast = (goal: Goal, text: (value: number) => string) => (value: number, run: string) =>
    bold(value < goalOf(goal, run), text(value));
  const atMost = (goal: Goal, text: (value: number) => string) => (value: number, run: string) =>
    bold(value > goalOf(goal, run), text(value));
  const one = (value: number): string => value.toFixed(1);
  const two = (value: number): string => value.toFixed(2);
  const list: [goal: string, value: (run: Ratios) => number, written: (value: number, run: string) => string][] = [
    ["network at least 5 times as fast as TensorFlow.js in Node", (run) => run.faster("tensorflow.js", "float32"), atLeast(5, one)],
    ["as ONNX Runtime Web in Node, float32", (run) => run.faster("onnxruntime-web", "float32"), atLeast(5, one)],
    [
      "at least 6 times as ONNX Runtime Web in Node, int8 (wasmtime: 5)",
      (run) => run.faster("onnxruntime-web", "int8"),
      atLeast((run) => (run.startsWith("wasmtime") ? 5 : 6), one),
    ],
    ["at most 0.8 of native TensorFlow Lite float32", (run) => run.slower("tflite", "float32"), atMost(0.8, two)],
    [
      "at most 0.75 of native TensorFlow Lite int8 with its 512-bit instructions (Node 20: 0.9, wasmtime: 1.0)",
      (run) => run.slower("tflite", "int8"),
      atMost((run) => (run.startsWith("wasmtime") ? 1 : run.startsWith("Node 20") ? 0.9 : 0.75), two),
    ],
    ["60 % of the limit of the instruction", (run) => run.limit, atLeast(0.6, percent)],
    ["front end at most half of the network", (run) => run.share("frontend"), atMost(0.5, two)],
    ["whole path at most 1.6 networks", (run) => run.share("total"), atMost(1.6, two)],
  ];
  const [node20, node24] = benchRuns();
  const runs = (
    [
      [...node20!, "node"],
      [...node24!, "node"],
      ["wasmtime", node20![1], "wasmtime"],
    ] as const
  ).flatMap(([name, report, engine]) =>
    ["simd", "relaxed"].map((build) => ({ name: `${name}, ${build}`, run: ratios(report, engine, build) })),
  );
  const rows = list.map(([goal, value, written]) => [goal, ...runs.map(({ name, run }) => written(value(run), name))]);
  return markdownTable(["goal", ...runs.map(({ name }) => name)], rows);
}

export interface RateRow extends Row {
  rate: number;
  medianMs: number;
  classifyMs: number;
}

export function rates(): string {
  const all = results<RateRow>("rates.json");
  const rows = all
    .filter(({ build }) => build === "simd")
    .map(({ rate, medianMs, classifyMs }) => {
      const scalar = find(all, { build: "scalar", rate });
      return [
        `${count(rate)} Hz`,
        scalar.medianMs.toFixed(1),
        (scalar.medianMs / scalar.classifyMs).toFixed(2),
        medianMs.toFixed(2),
        (medianMs / classifyMs).toFixed(2),
      ];
    });
  return markdownTable(["from", "scalar, ms", "of a classification", "SIMD, ms", "of a classification"], rows);
}

interface HourRow extends Row {
  answers: number;
  runs: { host: string; build: string; pieces: string; kilobytesAfterMinute: number; kilobytesAtEnd: number }[];
}

/** An hour of a stream: how much more memory each host holds at the end than after a minute. */
export function hours(): string {
  const rows = results<HourRow>("stream_hour.json").flatMap(({ model, answers, runs }) =>
    runs.map(({ host, build, pieces, kilobytesAfterMinute, kilobytesAtEnd }) => [
      model!,
      `${host}, ${build}`,
      pieces,
      count(answers),
      count(kilobytesAfterMinute),
      // All of the sound is there from the beginning.
      pieces === "one" ? "" : count(kilobytesAtEnd - kilobytesAfterMinute),
    ]),
  );
  return markdownTable(["model", "host", "pieces", "answers", "after a minute, KB", "more after an hour, KB"], rows);
}

interface ArchiveRow extends Row {
  way: string;
  seconds: number;
  filesPerSecond: number;
  processorSeconds: number;
  otherProcessorSeconds: number;
  memoryMbOfOne: number;
  load: number;
}

/** A folder in one process, in two, and on Ray. */
export function archive(): string {
  const { files, results } = read<{ files: number; results: ArchiveRow[] }>("archive_ray.json");
  const first = results[0]!.filesPerSecond;
  const rows = results.map(({ way, seconds, filesPerSecond, processorSeconds, otherProcessorSeconds, memoryMbOfOne, load }) => [
    way,
    String(Math.round(seconds)),
    filesPerSecond.toFixed(1),
    (filesPerSecond / first).toFixed(2),
    ((1000 * processorSeconds) / files).toFixed(1),
    otherProcessorSeconds.toFixed(0),
    memoryMbOfOne.toFixed(0),
    load.toFixed(1),
  ]);
  const head = [
    "seconds",
    "files a second",
    "beside one",
    "processor, ms a file",
    "Ray's own, s",
    "MB of a process, most",
    "load at the end",
  ];
  return markdownTable([`${count(files)} files of 3 s`, ...head], rows);
}

interface RecordingRow {
  what: "hour" | "halves" | "turns" | "folder";
  name: string;
  /** Of each round. */
  seconds: number[];
  ratios: number[];
}

/** An hour of several kinds and a folder of short files, each way of `classify`: medians, and how far the ratios of the rounds lie apart. */
export function recordings(): string {
  const { files, fileSeconds, turnSeconds, results } = read<{
    files: number;
    fileSeconds: number;
    turnSeconds: number;
    results: RecordingRow[];
  }>("archive.json");
  const inputs: Record<RecordingRow["what"], string> = {
    hour: "an hour of speech without a pause",
    halves: "two files, half an hour of it each",
    turns: `an hour, ${turnSeconds} s of speech and ${turnSeconds} s of a quiet room in turns`,
    folder: `${count(files)} files of ${fileSeconds.toFixed(1)} s`,
  };
  const rows = results.map(({ what, name, seconds, ratios }) => {
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
    return [
      inputs[what],
      name,
      median(seconds).toFixed(1),
      median(ratios).toFixed(2),
      // Those of the first way are ratios to itself.
      ratios.every((ratio) => ratio === 1) ? "" : `${least} to ${most}`,
      (1 / median(ratios)).toFixed(2),
    ];
  });
  return markdownTable(["", "way", "seconds", "of the first", "rounds", "times as fast"], rows);
}

interface ArchivePeerRow extends Row {
  subject: string;
  files: number;
  wallMs: number;
  processorMs: number;
  memoryMb: number;
}

/** One process and thread, beside what else a user would pick. */
export function archivePeers(): string {
  const all = results<ArchivePeerRow>("archive_peers.json");
  const ours = all[0]!.processorMs;
  const rows = all.map(({ subject, files, processorMs, memoryMb }) => [
    subject,
    processorMs.toFixed(1),
    (processorMs / ours).toFixed(1),
    (1000 / processorMs).toFixed(1),
    memoryMb.toFixed(0),
    count(files),
  ]);
  return markdownTable(["", "processor, ms a file", "times ours", "files a second of a core", "MB, most", "files"], rows);
}
