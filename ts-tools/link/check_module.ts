import { exportsOf, type FeatureSource, featuresOf } from "../abi/exports.js";
import { readCode } from "./instructions.js";
import { PAGE } from "./link.js";
import {
  type MemoryLimits,
  readDataSegments,
  readExportNames,
  readGlobalTypes,
  readMemory,
  readSections,
  type Section,
  sectionReader,
} from "./sections.js";

/** Ceilings for a built module; a missing one sets no limit. */
export interface Budget {
  /** Bytes of the module file. */
  fileBytes?: number;
  /** Bytes of the module file without the weights segment. */
  overheadBytes?: number;
  /** Bytes of the page that are used. */
  memoryBytes?: number;
  /** For a module for hosts: bytes without the weights, and its whole memory. */
  hostOverheadBytes?: number;
  hostMemoryBytes?: number;
}

/** A finished module breaks a promise or exceeds a ceiling. */
export class ModuleCheckError extends Error {
  override name = "ModuleCheckError";
}

/**
 * The promises of the embedded module: one page that never grows, no imports, the weights in one passive segment, exactly the exports of the list
 * and of what `model` has, no memory.grow, no memory.size, no float64, no start function; and its ceilings. link() has validated it.
 */
export function checkEmbedded(file: string, bytes: Uint8Array, memoryBytes: number, budget: Budget, model: FeatureSource = {}): void {
  const { memory, overheadBytes } = checkLibrary(file, bytes, model);
  if (memory.initial !== 1 || memory.maximum !== 1) refuse(file, `has ${pagesOf(memory)} of memory; expected exactly one`);
  checkCeilings(file, [
    ["bytes in all", bytes.length, budget.fileBytes],
    ["bytes besides the weights", overheadBytes, budget.overheadBytes],
    ["bytes of memory in use", memoryBytes, budget.memoryBytes],
  ]);
}

/** The promises of a module for hosts: the same with more memory, of a fixed size too. */
export function checkHost(file: string, bytes: Uint8Array, budget: Budget, model: FeatureSource = {}): void {
  const { memory, overheadBytes } = checkLibrary(file, bytes, model);
  if (memory.initial !== memory.maximum) refuse(file, `has ${pagesOf(memory)} of memory; expected a fixed number`);
  checkCeilings(file, [
    ["bytes besides the weights", overheadBytes, budget.hostOverheadBytes],
    ["bytes of memory", memory.initial * PAGE, budget.hostMemoryBytes],
  ]);
}

/** What every build of the library promises. */
function checkLibrary(file: string, bytes: Uint8Array, model: FeatureSource): { memory: MemoryLimits; overheadBytes: number } {
  const sections = readSections(bytes);
  const imports = sectionReader(bytes, sections, "import");
  if (imports && imports.unsigned() > 0) refuse(file, `imports ${imports.text()}.${imports.text()}; expected no imports`);
  const expected = [...Object.keys(exportsOf(featuresOf(model))), "memory"].sort();
  if (readExportNames(bytes, sections).sort().join() !== expected.join())
    refuse(file, "does not export what ts-tools/abi/exports.ts lists");
  const passive = readDataSegments(bytes, sections).filter((segment) => segment.passive);
  if (passive.length !== 1) refuse(file, `has ${passive.length} passive segments; expected one, the weights`);
  const forbidden = forbiddenIn(bytes, sections);
  if (forbidden) refuse(file, `has ${forbidden}; expected no memory.size, memory.grow, float64 or start function`);
  return { memory: readMemory(bytes, sections)!, overheadBytes: bytes.length - passive[0]!.bytes };
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const F64 = 0x7c;
/** Instructions on float64: load, store, constant, comparisons, arithmetic, conversions. */
const FLOAT64 = new Set([
  ...[0x2b, 0x39, 0x44, 0xbd, 0xbf],
  ...[...range(0x61, 0x66), ...range(0x99, 0xa6), ...range(0xaa, 0xab), ...range(0xb0, 0xb1), ...range(0xb6, 0xbb)],
]);

/** The first thing found that the library must not have. */
function forbiddenIn(bytes: Uint8Array, sections: readonly Section[]): string | undefined {
  let float64 = hasFloat64Signature(bytes, sections) || readGlobalTypes(bytes, sections).includes(F64);
  const code = readCode(bytes, sections, {
    instruction(opcode) {
      float64 ||= FLOAT64.has(opcode);
    },
    locals(type) {
      float64 ||= type === F64;
    },
  });
  if (code.memorySize > 0) return "memory.size";
  if (code.memoryGrow > 0) return "memory.grow";
  if (float64) return "float64";
  return sectionReader(bytes, sections, "start") && "a start function";
}

/** Whether a function takes or returns a float64. */
function hasFloat64Signature(bytes: Uint8Array, sections: readonly Section[]): boolean {
  const reader = sectionReader(bytes, sections, "type");
  for (let types = reader?.unsigned() ?? 0; types > 0; types--) {
    reader!.skip(1); // 0x60: a function
    for (const _ of ["parameters", "results"]) {
      for (let values = reader!.unsigned(); values > 0; values--) if (reader!.byte() === F64) return true;
    }
  }
  return false;
}

function pagesOf({ initial, maximum }: MemoryLimits): string {
  return `${initial} to ${maximum ?? "any number of"} pages`;
}

function checkCeilings(file: string, ceilings: readonly [string, number, number | undefined][]): void {
  for (const [what, value, ceiling] of ceilings) {
    if (ceiling !== undefined && value > ceiling) refuse(file, `has ${value} ${what}; the budget allows ${ceiling}`);
  }
}

function refuse(file: string, sentence: string): never {
  throw new ModuleCheckError(`${file} ${sentence}`);
}
