import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { MOST_MANIFEST_BYTES, MOST_MODULE_BYTES, readPlainFile, readPlainTextIfThere } from "../host/plain_file.js";
import { table } from "../host/table.js";
import { printJson, printLine } from "../host/terminal.js";
import { MOST_COMPRESSED_BYTES } from "../link/compressed_size.js";
import { type ModuleReport, moduleReport } from "../link/module_report.js";
import type { Manifest } from "../model/model_types.js";
import { compile } from "../runtime/create.js";
import { Engine, type ModelInfo } from "../runtime/engine.js";
import { RecognizerError } from "../runtime/errors.js";
import { readManifest } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import { visibleTexts } from "../text/visible_text.js";
import {
  acceptedText,
  count,
  type LayerReport,
  layerReports,
  type MemoryMapFile,
  memoryText,
  modelText,
  parseMemoryMap,
} from "./inspect_model.js";

/** What is inside a WebAssembly file. */
export interface FileReport extends ModuleReport {
  file: string;
  /** The model in a build of the library, which the module itself describes. */
  model?: ModelInfo & { memoryNeeded: number };
}

/** What is inside a built model's folder or one file. */
export interface Inspection {
  manifest?: Manifest;
  layers?: LayerReport[];
  memoryMap?: MemoryMapFile;
  files: FileReport[];
}

export async function inspect(path: string): Promise<Inspection> {
  if (!(await stat(path)).isDirectory()) return { files: [await inspectFile(path)] };
  const manifest = await readManifest(path);
  const names = (await readdir(path)).filter((name) => name.endsWith(".wasm")).sort();
  const memoryMap = await readMemoryMap(join(path, "memory_map.json"));
  const files: FileReport[] = [];
  for (const name of names) files.push(await inspectFile(join(path, name)));
  return { manifest, layers: layerReports(manifest), ...(memoryMap && { memoryMap }), files };
}

async function inspectFile(file: string): Promise<FileReport> {
  const bytes = new Uint8Array(await readPlainFile(file, MOST_MODULE_BYTES));
  // So that a relaxed build can be inspected in any version of Node.
  if (!WebAssembly.validate(bytes)) allowRelaxedSimd();
  let report: ModuleReport;
  try {
    report = moduleReport(bytes);
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const model = await askModel(bytes);
  return { file: basename(file), ...report, ...(model && { model }) };
}

/** The model in a build of the library; undefined for any other module. */
async function askModel(bytes: Uint8Array<ArrayBuffer>): Promise<FileReport["model"]> {
  try {
    const engine = await Engine.create(await compile(bytes, "the module"));
    return { ...engine.model(), memoryNeeded: engine.exports.memoryNeeded() };
  } catch (error) {
    if (error instanceof RecognizerError) return undefined;
    throw error;
  }
}

/** Undefined if there is none. */
export async function readMemoryMap(file: string): Promise<MemoryMapFile | undefined> {
  const text = await readPlainTextIfThere(file, MOST_MANIFEST_BYTES);
  return text === undefined ? undefined : parseMemoryMap(text, file);
}

/** The inspection for a person. */
export function inspectionText(inspection: Inspection): string {
  const { manifest, memoryMap, files } = visibleTexts(inspection);
  const parts = [...(manifest ? [modelText(manifest)] : []), ...(memoryMap ? [memoryText(memoryMap)] : []), ...files.map(fileText)];
  return parts.join("\n\n");
}

function fileText(report: FileReport): string {
  const { model, memory, code, segments } = report;
  const features = Object.entries(code.features).map(([name, times]) => `${name} (${times})`);
  const passive = segments.filter((segment) => segment.passive);
  const active = segments.filter((segment) => !segment.passive);
  const sum = (list: { bytes: number }[]) => count(list.reduce((total, { bytes }) => total + bytes, 0));
  return [
    `${report.file}: ${count(report.bytes)} bytes (${downloadText(report)})`,
    ...(model ? modelLines(model) : []),
    `  memory    ${memory ? memoryLimits(memory) : "imported or none"}; memory.grow ${code.memoryGrow} times, memory.size ${code.memorySize} times in the code`,
    `  imports   ${report.imports.join(", ") || "none"}`,
    `  exports   ${report.exports.map(({ name }) => name).join(", ")}`,
    `  segments  ${active.length} active (${sum(active)} bytes), ${passive.length} passive (${sum(passive)} bytes)`,
    `  features  ${features.join(", ") || "none beyond the first version of WebAssembly"}`,
    `  code      ${count(code.functions)} functions, ${count(code.instructions)} instructions`,
    table(
      ["section", "bytes"],
      report.sections.map(({ name, bytes }) => [name, bytes]),
    ),
  ].join("\n");
}

function downloadText({ gzip, brotli }: FileReport): string {
  if (gzip === undefined || brotli === undefined) return `more than ${count(MOST_COMPRESSED_BYTES)}: compressed sizes are not measured`;
  return `gzip ${count(gzip)}, brotli ${count(brotli)}`;
}

function modelLines(model: NonNullable<FileReport["model"]>): string[] {
  const { id, sha256, adapts, dimensions, hasVoice, memoryNeeded } = model;
  const says = [...(hasVoice ? ["voice"] : []), ...dimensions];
  return [
    `  model     ${id}, ${sha256}`,
    `  accepts   ${acceptedText(model, hasVoice)}`,
    ...(says.length > 0 ? [`  says      ${says.join(", ").replace(/, (\w+)$/, " and $1")}, too`] : []),
    ...(adapts ? ["  adapts    to a speaker, whose statistics can be saved and loaded"] : []),
    `  needs     ${count(memoryNeeded)} bytes of memory`,
  ];
}

function memoryLimits({ initial, maximum }: { initial: number; maximum?: number }): string {
  const pages = `${initial} page${initial === 1 ? "" : "s"} of 64 KiB`;
  return maximum === undefined ? `${pages}, no maximum` : maximum === initial ? `${pages}, never more` : `${pages}, at most ${maximum}`;
}

const EXAMPLES = `
Examples:
  $ light-sernet inspect build
  $ light-sernet inspect build/light-sernet.wasm --json`;

export function registerInspect(program: Command): void {
  program
    .command("inspect")
    .description("show what is inside a built model: layers, sizes, scales, memory map, sections")
    .argument("<dir|file>", "folder of a built model, or one .wasm file")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: { json?: boolean }) => {
      const inspection = await inspect(path);
      if (flags.json) printJson(JSON.stringify(inspection));
      else printLine(inspectionText(inspection));
    });
}
