import "./load_binaryen.js";
import binaryen from "binaryen";
import type { ModuleBuild } from "../model/builds.js";
import { ModelError } from "../model/model_error.js";
import { implementTargetFunctions, type MultiplierKind } from "./target_functions.js";

/** What the linker needs to know about a compiled module. */
export interface LinkInput {
  /** The compiler's output. */
  binary: Uint8Array;
  /** Bytes of the static array `WEIGHTS`. */
  weights: Uint8Array;
  /** Pages of memory at the start and at most; equal for a module that never grows. */
  pages: { initial: number | "as compiled"; maximum: number };
  /** The vector instructions it may use; none for the embedded module and the command. */
  extra?: HostBuild;
  /** For a module with the kernels of 32-bit products that runs as it is; in one that becomes C, target functions stay imports. */
  target?: { multiplier: MultiplierKind; scratch: number };
}

/** binaryen.js accepts the name, but its types do not have it. */
interface NamedSegment extends binaryen.MemorySegment {
  name: string;
}

/** Bytes of a page of WebAssembly. */
export const PAGE = 65536;
const SEGMENT = "weights";
/** The null expression: a passive segment has no address. */
const NO_OFFSET = 0;

/** Features that the modules may use besides the first version of WebAssembly. */
export const FEATURES =
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.MutableGlobals;

/** Modules for hosts, named after the vector instructions that they need. */
export type HostBuild = Exclude<ModuleBuild, "scalar">;

/** The features that a build may use. */
function featuresOf(build: HostBuild | undefined): number {
  if (build === undefined) return FEATURES;
  const simd = FEATURES | binaryen.Features.SIMD128;
  return build === "simd" ? simd : simd | binaryen.Features.RelaxedSIMD;
}

/**
 * Makes the weights a passive segment, which no runtime copies into memory by itself: their active segments go, the import `loadWeights`
 * becomes a `memory.init` of the passive one, and memory shrinks to what is left.
 */
export function link({ binary, weights, pages, extra, target }: LinkInput): Uint8Array<ArrayBuffer> {
  const module = binaryen.readBinary(binary);
  try {
    module.setFeatures(featuresOf(extra));
    const begin = weightsAddress(module);
    const initial = pages.initial === "as compiled" ? module.getMemoryInfo().initial : pages.initial;
    const segments: NamedSegment[] = keptSegments(module, begin, begin + weights.length, initial * PAGE);
    if (pages.initial !== "as compiled") requireWeightsLast(module, begin);
    replaceImport(module);
    segments.push({ name: SEGMENT, offset: NO_OFFSET, data: weights, passive: true });
    if (target) implementTargetFunctions(module, SEGMENT, target.multiplier, target.scratch);
    module.removeExport("memory");
    module.setMemory(initial, pages.maximum, "memory", segments);
    module.removeExport("weightsAddress");
    module.runPasses(["remove-unused-module-elements", "strip-debug", "strip-producers"]);
    if (!module.validate()) throw new Error("the linked module is not valid WebAssembly");
    return module.emitBinary() as Uint8Array<ArrayBuffer>;
  } finally {
    module.dispose();
  }
}

/** The constant that the exported function weightsAddress() returns. */
function weightsAddress(module: binaryen.Module): number {
  const { value } = binaryen.getExportInfo(module.getExport("weightsAddress"));
  const body = binaryen.getExpressionInfo(binaryen.getFunctionInfo(module.getFunction(value)).body);
  if (body.id !== binaryen.ExpressionIds.Const) throw new Error("weightsAddress() of the compiled module is not a constant");
  return (body as binaryen.ConstInfo).value as number;
}

/** The segments other than the weights. They must fit into the first `limit` bytes of memory. */
function keptSegments(module: binaryen.Module, begin: number, end: number, limit: number): NamedSegment[] {
  const kept: NamedSegment[] = [];
  for (let index = 0; index < module.getNumMemorySegments(); index++) {
    // According to its types an expression and bytes, but binaryen.js returns the number and a buffer.
    const { offset, data } = module.getMemorySegmentInfo(String(index)) as unknown as { offset: number; data: ArrayBuffer };
    const bytes = new Uint8Array(data);
    if (offset >= begin && offset + bytes.length <= end) continue;
    if (offset + bytes.length > limit) {
      throw new ModelError(
        `static data ends at byte ${offset + bytes.length} of memory; expected at most ${limit}: the model is too wide; use a narrower one`,
      );
    }
    kept.push({ name: `data${index}`, offset: module.i32.const(offset), data: bytes, passive: false });
  }
  return kept;
}

/** memoryNeeded() says that what is before the weights is all that the library uses. The command has more after them, and a heap that begins there. */
function requireWeightsLast(module: binaryen.Module, begin: number): void {
  for (let index = 0; index < module.getNumMemorySegments(); index++) {
    const { offset } = module.getMemorySegmentInfo(String(index)) as unknown as { offset: number };
    if (offset > begin) {
      throw new Error(`static data lies at byte ${offset} of memory, after the weights: assembly/index.ts must import it before them`);
    }
  }
}

/** Puts `memory.init` in place of the import loadWeights(target, offset, bytes). */
function replaceImport(module: binaryen.Module): void {
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
    if (info.base !== "loadWeights") continue;
    const parameter = (at: number): number => module.local.get(at, binaryen.i32);
    module.removeFunction(info.name);
    module.addFunction(
      info.name,
      binaryen.createType([binaryen.i32, binaryen.i32, binaryen.i32]),
      binaryen.none,
      [],
      module.memory.init(SEGMENT, parameter(0), parameter(1), parameter(2)),
    );
    return;
  }
  throw new Error("the compiled module does not import loadWeights");
}
