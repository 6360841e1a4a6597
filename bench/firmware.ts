/**
 * Instructions, RAM and flash of the firmware on every core, beside TensorFlow Lite Micro with CMSIS-NN when its sources are given.
 *
 *     node dist/bench/firmware.js [--out FILE] [--peer "TFLM=.. CMSIS_NN=.. CMSIS=.. FLATBUFFERS=.. GEMMLOWP=.. RUY=.. MODEL=.."]
 *
 * Runs hosts/cortex-m, hosts/riscv and bench/tflm (its Makefile says what the variables of --peer are). The counts are the same in every run, whatever
 * else the machine does. Prints a table, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { moduleFile } from "../ts-tools/model/builds.js";
import { isPackagedModel } from "../ts-tools/runtime/shipped_models.js";
import { type MeasuredModules, measuredModules } from "./measured/modules.js";

/** What the simulator counted of one firmware. Of a peer: a network without a front end. */
export interface FirmwareResult {
  core: string;
  model?: string;
  subject?: string;
  checked?: boolean;
  instructions: { frontend?: number; network: number; total?: number };
  ramBytes: number;
  flashBytes: number;
}

/** What a stream costs, as hosts/cortex-m/stream.c prints it: instructions, samples and bytes. */
export interface StreamResult {
  core: string;
  model: string;
  checked: boolean;
  /** Of a push of `samples` samples: the mean of all of them, and the largest. */
  samples: number;
  mean: number;
  largest: number;
  /** Of one lsn_stream_finish() at most: the sound ends soon after somebody has begun to speak, and the first answer is still to come. */
  finish: number;
  /** Of the pushes from one answer to the next: while the network runs, and while nobody speaks and it rests. */
  open: number;
  largestOpen: number;
  closed: number;
  largestClosed: number;
  /** Samples that arrive at most while a chip is busy with a push and those before, by its clock in MHz, at 1.5 cycles an instruction. */
  waiting: Record<string, number>;
  ramBytes: number;
  flashBytes: number;
}

/** Cores, and the clocks of chips with them (bench/documents/tables.ts). */
const STREAM_CORES: readonly { folder: string; core: string; megahertz: readonly number[] }[] = [
  { folder: "hosts/cortex-m", core: "cortex-m4", megahertz: [64, 168] },
  { folder: "hosts/cortex-m", core: "cortex-m7", megahertz: [216, 480] },
  { folder: "hosts/cortex-m", core: "cortex-m33", megahertz: [128, 150] },
  { folder: "hosts/cortex-m", core: "cortex-m55", megahertz: [160] },
  { folder: "hosts/riscv", core: "rv32imafc", megahertz: [360] },
  { folder: "hosts/riscv", core: "rv32imac", megahertz: [160] },
];

/** Writes what a stream hears that ends when somebody has just begun to speak: the first 0.3 s of a recording, without its header. */
function writeBrief(file: string): void {
  const recording = readFileSync(path.join(packageRoot(), "examples/emodb/anger_15a04Wb.wav"));
  writeFileSync(file, recording.subarray(44, 44 + 0.3 * 2 * 16_000));
}

/** Every core, unchecked; and a Cortex-M4 with checks. `brief`: the file of writeBrief(). */
function streams(brief: string): StreamResult[] {
  const wanted = STREAM_CORES.map((core) => ({ ...core, checked: "no" }));
  return ["full", "micro"].flatMap((model) =>
    [...wanted, { ...wanted[0]!, checked: "yes" }].map(({ folder, core, megahertz, checked }) => {
      const build = ["PROGRAM=stream", `MODEL=${model}`, `CORE=${core}`, `CHECKED=${checked}`];
      const stream = (options: string) =>
        JSON.parse(
          run("make", "-s", "-C", folder, ...build, `FILES=${options}`)
            .trim()
            .split("\n")
            .at(-1)!,
        ) as Record<string, unknown>;
      const clocks = megahertz.map((clock) => `--megahertz=${clock}`).join(" ");
      const { file: _file, pushes: _pushes, openHops: _open, closedHops: _closed, ...figures } = stream(clocks);
      const { finish } = stream(`--quiet=20 --silence=0 ${brief}`);
      return { ...figures, finish } as unknown as StreamResult;
    }),
  );
}

const PEER_CORES = ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];

function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, { encoding: "utf8", cwd: packageRoot(), stdio: ["ignore", "pipe", "inherit"] });
}

const TOOLS = { gcc: "arm-none-eabi-gcc", gccRiscv: "riscv64-unknown-elf-gcc", qemu: "qemu-system-arm" };
type Tool = keyof typeof TOOLS;
export type ToolVersions = Record<Tool, string>;

/** What a tool calls itself. */
export const toolVersion = (tool: Tool): string => run(TOOLS[tool], "--version").split("\n")[0]!;

const versions = (): ToolVersions => ({ gcc: toolVersion("gcc"), gccRiscv: toolVersion("gccRiscv"), qemu: toolVersion("qemu") });

/** The lines of JSON that a Makefile's programs print. */
function make(...parameters: string[]): FirmwareResult[] {
  const lines = run("make", "-s", ...parameters).split("\n");
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as FirmwareResult);
}

/** `variables` are those of bench/tflm/Makefile: NAME=VALUE. */
function peers(variables: readonly string[]): object[] {
  const folder = (name: string): string => variables.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? ".";
  const revision = (name: string): string => run("git", "-C", folder(name), "rev-parse", "--short", "HEAD").trim();
  const revisions = { tfliteMicro: revision("TFLM"), cmsisNn: revision("CMSIS_NN") };
  return PEER_CORES.map((core) => ({ ...make("-j2", "-C", "bench/tflm", `CORE=${core}`, ...variables)[0], revisions }));
}

/** The modules that the Makefiles make C of, built again: the same sources and tools make the same bytes. */
function modules(): MeasuredModules {
  const folder = mkdtempSync(path.join(tmpdir(), "light-sernet-firmware-"));
  const weights = path.join(packageRoot(), "weights");
  try {
    const models = readdirSync(weights).filter(isPackagedModel);
    return Object.assign(
      {},
      ...models.map((model) => {
        const out = path.join(folder, model);
        run(process.execPath, "dist/ts-tools/cli/main.js", "build", `weights/${model}`, "--profile", "embedded", "--out", out);
        return measuredModules(out, [moduleFile("scalar")]);
      }),
    ) as MeasuredModules;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function textTable(results: readonly FirmwareResult[]): string {
  const millions = (count: number | undefined): string => (count === undefined ? "" : (count / 1e6).toFixed(1));
  const thousands = (bytes: number): string => (bytes / 1000).toFixed(1);
  const rows = results.map(({ core, model, subject, checked, instructions, ramBytes, flashBytes }) => [
    core,
    subject ?? model ?? "",
    checked === undefined ? "" : String(checked),
    ...[instructions.frontend, instructions.network, instructions.total].map(millions),
    thousands(ramBytes),
    thousands(flashBytes),
  ]);
  return table(["core", "model", "checked", "front end, M", "network, M", "total, M instructions", "RAM, kB", "flash, kB"], rows);
}

function streamTable(results: readonly StreamResult[]): string {
  const rows = results.map(({ core, model, checked, ...figures }) => {
    const millions = [figures.open, figures.largestOpen, figures.largestClosed, figures.mean, figures.largest, figures.finish].map(
      (count) => (count / 1e6).toFixed(2),
    );
    return [core, model, String(checked), ...millions, (figures.ramBytes / 1000).toFixed(1), (figures.flashBytes / 1000).toFixed(1)];
  });
  const head = ["stream on", "model", "checked", "hop, M", "largest", "nobody speaks", "push", "largest", "finish", "RAM, kB", "flash, kB"];
  return table(head, rows);
}

await runIfMain(import.meta.url, () => {
  const { values } = parseArgs({ options: { out: { type: "string" }, peer: { type: "string" } } });
  const ours = ["hosts/cortex-m", "hosts/riscv"].flatMap((folder) => make("-C", folder, "report"));
  const theirs = values.peer ? peers(values.peer.split(" ").filter((word) => word !== "")) : [];
  const results = [...ours, ...(theirs as FirmwareResult[])];
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-brief-"));
  const brief = path.join(work, "brief.raw");
  writeBrief(brief);
  const ofStreams = streams(brief);
  rmSync(work, { recursive: true });
  printLine(textTable(results));
  printLine(streamTable(ofStreams));
  if (values.out === undefined) return;
  writeWhole(values.out, `${JSON.stringify({ versions: versions(), modules: modules(), results, streams: ofStreams }, null, 2)}\n`);
});
