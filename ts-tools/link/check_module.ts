import binaryen from "binaryen";
import { EXPORTS } from "../abi/exports.js";
import { featuresOf, type HostBuild, PAGE } from "./link.js";

/** Ceilings for a built module. What is missing has none. */
export interface Budget {
  /** Bytes of the module file. */
  fileBytes?: number;
  /** Bytes of the module file besides the weights segment. */
  overheadBytes?: number;
  /** Bytes of the page that are used. */
  memoryBytes?: number;
  /** The same of a module for hosts: bytes besides the weights, and its whole memory. */
  hostOverheadBytes?: number;
  hostMemoryBytes?: number;
}

/** What was measured of a module. */
export interface ModuleFacts {
  fileBytes: number;
  overheadBytes: number;
  imports: string[];
  exports: string[];
  memory: { initialPages: number; maximumPages: number | undefined };
  passiveSegments: number[];
  /** The first thing found that an embedded module must not have. */
  forbidden: string | undefined;
}

/** A finished module breaks a promise or passes a ceiling. */
export class ModuleCheckError extends Error {
  override name = "ModuleCheckError";
}

/** Measures a module with binaryen. */
export function moduleFacts(file: string, bytes: Uint8Array, build?: HostBuild): ModuleFacts {
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(featuresOf(build));
    if (!module.validate())
      throw new ModuleCheckError(`${file} is not valid with the features that are allowed; this is a fault of the build`);
    const exports = Array.from(
      { length: module.getNumExports() },
      (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)).name,
    );
    const imports: string[] = [];
    for (let index = 0; index < module.getNumFunctions(); index++) {
      const info = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
      if (info.base) imports.push(`${info.module}.${info.base}`);
    }
    const passive: number[] = [];
    for (let index = 0; index < module.getNumMemorySegments(); index++) {
      const segment = module.getMemorySegmentInfo(String(index));
      if (segment.passive) passive.push((segment.data as unknown as ArrayBuffer).byteLength);
    }
    const memory = module.getMemoryInfo();
    return {
      fileBytes: bytes.length,
      overheadBytes: bytes.length - passive.reduce((sum, size) => sum + size, 0),
      imports,
      exports,
      memory: { initialPages: memory.initial, maximumPages: memory.max },
      passiveSegments: passive,
      forbidden: forbiddenIn(module),
    };
  } finally {
    module.dispose();
  }
}

/**
 * The promises of the embedded module: one page that never grows, no imports, the weights in one passive segment, exactly the exports of the list,
 * no memory.grow, no memory.size, no float64, no start function; and its ceilings.
 */
export function checkEmbedded(file: string, bytes: Uint8Array, memoryBytes: number, budget: Budget): ModuleFacts {
  const facts = moduleFacts(file, bytes);
  const { initialPages, maximumPages } = facts.memory;
  if (initialPages !== 1 || maximumPages !== 1)
    refuse(file, `has ${initialPages} to ${maximumPages ?? "any number of"} pages of memory; expected exactly one`);
  checkLibrary(file, facts);
  checkCeilings(file, [
    ["bytes in all", facts.fileBytes, budget.fileBytes],
    ["bytes besides the weights", facts.overheadBytes, budget.overheadBytes],
    ["bytes of memory in use", memoryBytes, budget.memoryBytes],
  ]);
  return facts;
}

/** Those of a module for hosts: the same, with more memory, of which the size is fixed too. */
export function checkHost(file: string, bytes: Uint8Array, build: HostBuild, budget: Budget): ModuleFacts {
  const facts = moduleFacts(file, bytes, build);
  const { initialPages, maximumPages } = facts.memory;
  if (initialPages !== maximumPages)
    refuse(file, `has ${initialPages} to ${maximumPages ?? "any number of"} pages of memory; expected a fixed number`);
  checkLibrary(file, facts);
  checkCeilings(file, [
    ["bytes besides the weights", facts.overheadBytes, budget.hostOverheadBytes],
    ["bytes of memory", initialPages * PAGE, budget.hostMemoryBytes],
  ]);
  return facts;
}

/** What every build of the library promises. */
function checkLibrary(file: string, facts: ModuleFacts): void {
  if (facts.imports.length > 0) refuse(file, `imports ${facts.imports.join(", ")}; expected no imports`);
  if (facts.passiveSegments.length !== 1) refuse(file, `has ${facts.passiveSegments.length} passive segments; expected one, the weights`);
  const expected = [...Object.keys(EXPORTS), "memory"].sort();
  if (facts.exports.sort().join() !== expected.join()) refuse(file, "does not export what ts-tools/abi/exports.ts lists");
  if (facts.forbidden) refuse(file, `has ${facts.forbidden}; expected no size of memory asked or changed, no float64, no start function`);
}

function checkCeilings(file: string, ceilings: readonly [string, number, number | undefined][]): void {
  for (const [what, value, ceiling] of ceilings) {
    if (ceiling !== undefined && value > ceiling) refuse(file, `has ${value} ${what}; the budget allows ${ceiling}`);
  }
}

function refuse(file: string, sentence: string): never {
  throw new ModuleCheckError(`${file} ${sentence}`);
}

/** What the code has and must not have: instructions that ask for or change the size of memory, float64, a start function. */
function forbiddenIn(module: binaryen.Module): string | undefined {
  const text = module.emitText().replace(/\(data [^\n]*/g, "");
  return /\b(memory\.(grow|size)|f64\b[.\w]*)/.exec(text)?.[0] ?? (module.getStart() ? "start" : undefined);
}
