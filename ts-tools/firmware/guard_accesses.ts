import "../link/load_binaryen.js";
import binaryen from "binaryen";
import { FEATURES } from "../link/link.js";
import { assigned, infoOf, largestValue, leaves, localOf, operands, parts } from "./expressions.js";

/**
 * Cheap bounds checks. A check of every load and store doubles the instructions of an inner loop. But the body of a loop reads a dozen values
 * through the same few pointers, and one check of a pointer, with the largest offset that follows, covers them all.
 *
 * In the module that `guardAccesses` makes, the address of some loads and stores goes through an import, guard(base, end) -> base, which
 * must not return if base + end is outside the memory. Every other access is covered by one of these calls, which was made
 *   - with the same local as base, not assigned since,
 *   - with an end at least as large,
 *   - at a point that every path to the access passes;
 * or its address cannot be large: it is a constant, or shifted or masked. So the accesses themselves need no check. An end grows only while what follows is
 * certain to be executed: the module with guards stops exactly when the one without would have, at most a few instructions sooner.
 */
export const GUARD = { module: "guard", base: "guard" } as const;

export interface Guarded {
  binary: Uint8Array<ArrayBuffer>;
  accesses: number;
  guards: number;
}

/** Constant addresses must be below `memoryBytes`. Throws for unknown instructions and for functions that call themselves. */
export function guardAccesses(binary: Uint8Array, memoryBytes: number): Guarded {
  const module = binaryen.readBinary(binary);
  try {
    module.setFeatures(FEATURES);
    const { i32, createType } = binaryen;
    module.addFunctionImport(GUARD.base, GUARD.module, GUARD.base, createType([i32, i32]), i32);
    let accesses = 0;
    let guards = 0;
    const calls = new Map<string, ReadonlySet<string>>();
    for (let index = 0; index < module.getNumFunctions(); index++) {
      const { base, body, name } = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
      if (base) continue;
      const walk = new FunctionWalk(module, memoryBytes);
      walk.visit(body);
      calls.set(name, walk.calls);
      accesses += walk.accesses;
      guards += walk.guards;
    }
    refuseRecursion(calls);
    module.runPasses(["reorder-locals"]); // removes unused ones
    if (!module.validate()) throw new Error("the module with guards is not valid WebAssembly");
    return { binary: module.emitBinary() as Uint8Array<ArrayBuffer>, accesses, guards };
  } finally {
    module.dispose();
  }
}

/** A device has a small stack, and its greatest depth must be known. */
function refuseRecursion(calls: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>();
  const visit = (name: string, callers: readonly string[]): void => {
    if (callers.includes(name)) throw new Error(`function ${name} calls itself, through ${callers.length} calls`);
    if (done.has(name)) return;
    for (const callee of calls.get(name) ?? []) visit(callee, [...callers, name]);
    done.add(name);
  };
  for (const name of calls.keys()) visit(name, []);
}

/** A call of the guard, which has checked the addresses from base to base + end. */
interface Guard {
  /** The constant in the call. */
  constant: Ref;
  end: number;
  /** Whether all that follows the call so far is certain to be executed, so that its end may still grow. */
  growing: boolean;
}

/** Statements of a block that are certain to be executed one after the other. */
interface Stretch {
  /** Its first statement, and the one that is being visited. */
  begin: number;
  statement: number;
  /** Forks before that one. */
  forks: number;
  /** By local: the last of the stretch's statements that assigned it. */
  assigned: Map<number, number>;
  /** Guards of the whole block, to be inserted before these statements. */
  guards: { before: number; guard: Ref }[];
}

type Ref = binaryen.ExpressionRef;

/** binaryen.js has these functions, but its types do not. */
const { Block, Load, Store, Const } = binaryen as unknown as {
  Block: { insertChildAt(block: Ref, index: number, child: Ref): void };
  Load: { setPtr(access: Ref, pointer: Ref): void };
  Store: { setPtr(access: Ref, pointer: Ref): void };
  Const: { setValueI32(constant: Ref, value: number): void };
};

/** Walks through one function in the order of execution. */
class FunctionWalk {
  accesses = 0;
  guards = 0;
  /** Functions that this one calls. */
  readonly calls = new Set<string>();
  /** By local: the guard that every path to here has passed since the local was assigned. */
  private passed = new Map<number, Guard>();
  /** Where in a block we are; undefined in an operand that is executed by itself, such as an arm of an `if` without a block. */
  private stretch: Stretch | undefined;
  /** How often paths have divided or met so far. */
  private forks = 0;

  constructor(
    private readonly module: binaryen.Module,
    private readonly memoryBytes: number,
  ) {}

  visit(expression: Ref): void {
    if (expression === 0) return; // a missing operand
    const info = infoOf(expression);
    switch (info.id) {
      case binaryen.BlockId: {
        const { name, children } = info as binaryen.BlockInfo;
        const visitChildren = (): void => this.visitStatements(expression, children);
        // Breaks from inside a named block arrive after it.
        if (name) this.apart(visitChildren, children);
        else visitChildren();
        return;
      }
      case binaryen.IfId: {
        const { condition, ifTrue, ifFalse } = info as binaryen.IfInfo;
        this.visit(condition);
        for (const arm of [ifTrue, ifFalse]) this.apart(() => this.visit(arm), [arm], [ifTrue, ifFalse]);
        return;
      }
      case binaryen.LoopId: {
        const { body } = info as binaryen.LoopInfo;
        // Locals that the body assigns may also come from its own end.
        for (const local of assigned([body])) this.passed.delete(local);
        this.apart(() => this.visit(body), [body]);
        return;
      }
      case binaryen.BreakId:
      case binaryen.SwitchId:
      case binaryen.ReturnId:
      case binaryen.UnreachableId:
        for (const part of parts(expression)) this.visit(part);
        this.stopGrowing();
        return;
      case binaryen.LoadId: {
        const { ptr, offset, bytes } = info as binaryen.LoadInfo;
        this.visit(ptr);
        this.cover(ptr, (offset >>> 0) + bytes, (pointer) => Load.setPtr(expression, pointer));
        return;
      }
      case binaryen.StoreId: {
        const { ptr, value, offset, bytes } = info as binaryen.StoreInfo;
        this.visit(ptr);
        // The address is computed before the value, and is checked before it.
        if (leaves(value)) throw new Error("the value of a store leaves the function or a block; guards do not support that");
        this.cover(ptr, (offset >>> 0) + bytes, (pointer) => Store.setPtr(expression, pointer));
        this.visit(value);
        return;
      }
      case binaryen.LocalSetId: {
        const { index, value } = info as binaryen.LocalSetInfo;
        this.visit(value);
        this.passed.delete(index);
        this.stretch?.assigned.set(index, this.stretch.statement);
        return;
      }
      default:
        if (info.id === binaryen.CallId) this.calls.add((info as binaryen.CallInfo).target);
        for (const operand of operands(info)) this.visit(operand);
    }
  }

  /** The statements of a block. Guards go between them where possible, see cover(). */
  private visitStatements(block: Ref, statements: readonly Ref[]): void {
    const outer = this.stretch;
    const stretch: Stretch = { begin: 0, statement: 0, forks: this.forks, assigned: new Map(), guards: [] };
    for (const [index, statement] of statements.entries()) {
      this.stretch = stretch;
      stretch.statement = index;
      stretch.forks = this.forks;
      this.visit(statement);
      if (this.forks === stretch.forks) continue;
      stretch.begin = index + 1;
      stretch.assigned.clear();
    }
    this.stretch = outer;
    if (outer) for (const local of assigned(statements)) outer.assigned.set(local, outer.statement);
    // From the last to the first, so that the indices stay valid.
    for (const { before, guard } of stretch.guards.sort((a, b) => a.before - b.before).reverse()) Block.insertChildAt(block, before, guard);
  }

  /** Visits what may not be executed, or is executed again: its guards do not count after it, and the ones before it stop growing. */
  private apart(visit: () => void, parts: readonly Ref[], assigning = parts): void {
    const before = this.passed;
    for (const guard of before.values()) guard.growing = false;
    const stretch = this.stretch;
    this.passed = new Map(before);
    this.stretch = undefined;
    this.forks++;
    visit();
    for (const local of assigned(assigning)) before.delete(local);
    this.passed = before;
    this.stretch = stretch;
  }

  private stopGrowing(): void {
    this.forks++;
    for (const guard of this.passed.values()) guard.growing = false;
  }

  /** Makes sure that the bytes from `pointer` to `pointer + end` are checked. */
  private cover(pointer: Ref, end: number, setPointer: (pointer: Ref) => void): void {
    this.accesses++;
    const info = infoOf(pointer);
    if (end > this.memoryBytes) throw new Error(`an access with the offset ${end} is outside the memory`);
    const largest = largestValue(pointer);
    if (largest + end <= this.memoryBytes) return;
    if (info.id === binaryen.ConstId) throw new Error(`an access at ${largest} is outside the memory`);
    const local = localOf(info);
    const guard = local === undefined ? undefined : this.passed.get(local);
    if (guard && guard.end >= end) return;
    if (guard?.growing) {
      guard.end = end;
      Const.setValueI32(guard.constant, end);
      return;
    }
    this.guards++;
    const constant = this.module.i32.const(end);
    const call = (base: Ref): Ref => this.module.call(GUARD.base, [base, constant], binaryen.i32);
    const before = local === undefined ? undefined : this.placeBefore(local);
    if (local === undefined || before === undefined) setPointer(call(pointer));
    else this.stretch?.guards.push({ before, guard: this.module.drop(call(this.module.local.get(local, binaryen.i32))) });
    if (local !== undefined) this.passed.set(local, { constant, end, growing: true });
  }

  /**
   * The first statement of the stretch before which the local already has its value; undefined if the current statement may assign it. A check
   * between a load and the multiplication that uses it would keep a compiler from making one instruction of both.
   */
  private placeBefore(local: number): number | undefined {
    if (!this.stretch) return undefined;
    const { begin, statement, forks, assigned } = this.stretch;
    // After a fork in the statement itself the local may have another value than before it, or may not be used at all.
    if (forks !== this.forks) return undefined;
    const last = assigned.get(local);
    if (last === undefined) return begin;
    return last < statement ? last + 1 : undefined;
  }
}
