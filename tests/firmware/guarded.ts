/** Programs with and without guards, run beside each other in a memory of one page. */
import binaryen from "binaryen";
import { GUARD, type Guarded, guardAccesses } from "../../ts-tools/firmware/guard_accesses.js";
import { FEATURES } from "../../ts-tools/link/link.js";
import { Random } from "../support/random.js";
import { PAGE, type Program, programText } from "./random_programs.js";

/** Takes the place of a guard; it throws GuardStop, or returns the base. */
export type GuardFunction = (base: number, end: number) => number;

export class GuardStop extends Error {}

/** As the guard is meant: it knows only the size of the memory. */
export const honestGuard: GuardFunction = (base, end) => {
  if ((base >>> 0) + (end >>> 0) > PAGE) throw new GuardStop();
  return base;
};

/** Text to a binary, of any features. */
export function assemble(text: string, optimized = false): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(optimized ? FEATURES : binaryen.Features.All);
    if (optimized) module.optimize();
    return module.emitBinary() as Uint8Array<ArrayBuffer>;
  } finally {
    module.dispose();
  }
}

/** How a run ended. `trap`: by WebAssembly itself, what it said. */
type Outcome = { kind: "value"; value: number; global: number } | { kind: "guard" } | { kind: "trap"; message: string };

const OUT_OF_BOUNDS = /out of bounds/;

/** The initial contents of the page: most words are addresses in the page, so that loaded pointers are valid. */
const CONTENT = pageContent();

function pageContent(): Uint8Array {
  const random = new Random(7);
  const words = Int32Array.from({ length: PAGE / 4 }, () => (random.unit() < 0.85 ? random.integer(0, PAGE - 4200) : random.bits()));
  return new Uint8Array(words.buffer);
}

interface Exports {
  memory: WebAssembly.Memory;
  global: WebAssembly.Global<"i32">;
  run(...pointers: number[]): number;
}

/** An instance that can be run again and again. */
class Machine {
  private readonly exports: Exports;
  private readonly page: Uint8Array;

  constructor(binary: Uint8Array<ArrayBuffer>, guard: GuardFunction) {
    const imports = { [GUARD.module]: { [GUARD.base]: guard } };
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(binary), imports).exports as unknown as Exports;
    this.page = new Uint8Array(this.exports.memory.buffer);
  }

  run(pointers: readonly number[]): Outcome {
    this.page.set(CONTENT);
    this.exports.global.value = pointers[0]! ^ 0x5a;
    try {
      const value = this.exports.run(...pointers);
      return { kind: "value", value, global: this.exports.global.value };
    } catch (error) {
      if (error instanceof GuardStop) return { kind: "guard" };
      if (error instanceof WebAssembly.RuntimeError) return { kind: "trap", message: error.message };
      throw error;
    }
  }

  contentIs(other: Machine): boolean {
    return Buffer.compare(this.page, other.page) === 0;
  }
}

/** How runs ended, in numbers. */
export interface Tally {
  programs: number;
  refused: number;
  accesses: number;
  guards: number;
  /** Of runs. */
  ended: number;
  stopped: number;
}

export const newTally = (): Tally => ({ programs: 0, refused: 0, accesses: 0, guards: 0, ended: 0, stopped: 0 });

/**
 * What is wrong with the guards of a program, or undefined. Both modules run in a memory of one page: there every access that the guards do not
 * cover traps by itself, whatever it reads or writes, and is distinguished from a guard that stops.
 */
export function wrongGuards(
  program: Program,
  inputs: readonly (readonly number[])[],
  tally: Tally,
  guard = honestGuard,
): string | undefined {
  return wrongGuardsOfBinary(assemble(programText(program), program.optimized), inputs, tally, guard);
}

/** Undefined for what no guards are placed in: optimization may find a constant address outside, or store the value of a block that is left. */
function guardedOrRefused(binary: Uint8Array): Guarded | undefined {
  try {
    return guardAccesses(binary, PAGE);
  } catch (error) {
    if (/is outside the memory|the value of a store leaves/.test((error as Error).message)) return undefined;
    throw error;
  }
}

export function wrongGuardsOfBinary(
  binary: Uint8Array<ArrayBuffer>,
  inputs: readonly (readonly number[])[],
  tally: Tally,
  guard = honestGuard,
): string | undefined {
  const guarded = guardedOrRefused(binary);
  tally.programs++;
  if (!guarded) {
    tally.refused++;
    return undefined;
  }
  tally.accesses += guarded.accesses;
  tally.guards += guarded.guards;
  const [plain, checked] = [new Machine(binary, guard), new Machine(guarded.binary, guard)];
  for (const pointers of inputs) {
    const expected = plain.run(pointers);
    const actual = checked.run(pointers);
    const said = `run(${pointers.join(", ")}): ${JSON.stringify(expected)} without guards, ${JSON.stringify(actual)} with them`;
    if (actual.kind === "trap" && OUT_OF_BOUNDS.test(actual.message)) return `an access that no guard covers; ${said}`;
    if ((expected.kind === "value") !== (actual.kind === "value")) return said;
    if (expected.kind !== "value") tally.stopped++;
    else {
      tally.ended++;
      if (JSON.stringify(expected) !== JSON.stringify(actual)) return said;
      if (!checked.contentIs(plain)) return `the pages differ; ${said}`;
    }
  }
  return undefined;
}
