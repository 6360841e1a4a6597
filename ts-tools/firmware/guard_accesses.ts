import binaryen from "binaryen";
import { FEATURES } from "../link/link.js";

/**
 * Bounds checks that cost little. A check of every load and store doubles the instructions of an inner loop; but a loop's body reads a dozen
 * values off the same few pointers, and one check of a pointer, with the largest offset that follows, covers them all.
 *
 * In the module that `guardAccesses` makes, the address of some loads and stores goes through an import, guard(base, end) -> base, which
 * must not return when base + end lies outside the memory. All other accesses are covered by one of these calls: it was made
 *   - with the same local as base, not assigned since,
 *   - with an end that is as large as theirs or larger,
 *   - at a place that every path to them passes;
 * or their address cannot be large: it is a constant, or shifted or masked. So the accesses themselves need no check. An end grows only while what follows will
 * be executed in any case: the module with guards stops exactly when the one without would have, at most a few instructions sooner.
 */
export const GUARD = { module: "guard", base: "guard" } as const;

export interface Guarded {
  binary: Uint8Array<ArrayBuffer>;
  accesses: number;
  guards: number;
}

/** memoryBytes: what constant addresses must stay below. Throws for instructions it does not know, and for functions that call themselves. */
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
    module.runPasses(["reorder-locals"]); // leaves out those that nothing uses
    if (!module.validate()) throw new Error("the module with guards is not valid WebAssembly");
    return { binary: module.emitBinary() as Uint8Array<ArrayBuffer>, accesses, guards };
  } finally {
    module.dispose();
  }
}

/** The stack of a device is small, and how deep it gets must be known. */
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

/** A call of the guard: which addresses, base to base + end, it has checked. */
interface Guard {
  /** The constant in the call. */
  constant: binaryen.ExpressionRef;
  end: number;
  /** Whether everything since the call was executed in any case, so that its end may still grow. */
  growing: boolean;
}

/** Statements of a block that are executed one after the other in any case. */
interface Stretch {
  /** Its first statement, and the one that is being visited. */
  begin: number;
  statement: number;
  /** Forks before that one. */
  forks: number;
  /** By local: the last of the stretch's statements that assigned it. */
  assigned: Map<number, number>;
  /** Guards of the whole block, to be put in front of these statements. */
  guards: { before: number; guard: binaryen.ExpressionRef }[];
}

/** binaryen.js has these functions; its types do not. */
interface BlockSetters {
  insertChildAt(block: binaryen.ExpressionRef, index: number, child: binaryen.ExpressionRef): void;
}
interface AccessSetters {
  setPtr(access: binaryen.ExpressionRef, pointer: binaryen.ExpressionRef): void;
}
interface ConstSetters {
  setValueI32(constant: binaryen.ExpressionRef, value: number): void;
}
const { Block, Load, Store, Const } = binaryen as unknown as {
  Block: BlockSetters;
  Load: AccessSetters;
  Store: AccessSetters;
  Const: ConstSetters;
};

/** One function, in the order in which it is executed. */
class FunctionWalk {
  accesses = 0;
  guards = 0;
  /** Functions that this one calls. */
  readonly calls = new Set<string>();
  /** By local: the guards that every path to here has passed since the local was assigned. */
  private passed = new Map<number, Guard>();
  /** Where in a block; undefined in an operand that is executed by itself, such as an arm of an `if` without a block. */
  private stretch: Stretch | undefined;
  /** Places so far where the path divided or paths met. */
  private forks = 0;

  constructor(
    private readonly module: binaryen.Module,
    private readonly memoryBytes: number,
  ) {}

  visit(expression: binaryen.ExpressionRef): void {
    if (expression === 0) return; // an operand that is not there
    const info = infoOf(expression);
    switch (info.id) {
      case binaryen.BlockId: {
        const { name, children } = info as binaryen.BlockInfo;
        const visitChildren = (): void => this.visitStatements(expression, children);
        // Behind a named block, breaks arrive from inside it.
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
        // What the body assigns has come from its own end, too.
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
        // The address is there before the value is computed, and is checked there.
        if (leaves(value)) throw new Error("a value that is stored leaves the function or a block: no guard is placed there");
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

  /** The statements of a block; the guards go between them where they can, see cover(). */
  private visitStatements(block: binaryen.ExpressionRef, statements: readonly binaryen.ExpressionRef[]): void {
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
    // From the last to the first, so that the places stay what they are.
    for (const { before, guard } of stretch.guards.sort((a, b) => a.before - b.before).reverse()) Block.insertChildAt(block, before, guard);
  }

  /** Visits what may not be executed, or is executed again: its guards count nothing behind it, and the ones in front of it grow no more. */
  private apart(visit: () => void, parts: readonly binaryen.ExpressionRef[], assigning = parts): void {
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

  /** Sees to it that the bytes from the pointer up to `end` behind it are checked. */
  private cover(pointer: binaryen.ExpressionRef, end: number, setPointer: (pointer: binaryen.ExpressionRef) => void): void {
    this.accesses++;
    const info = infoOf(pointer);
    if (end > this.memoryBytes) throw new Error(`an access with the offset ${end} lies outside the memory`);
    const largest = largestValue(pointer);
    if (largest + end <= this.memoryBytes) return;
    if (info.id === binaryen.ConstId) throw new Error(`an access at ${largest} lies outside the memory`);
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
    const call = (base: binaryen.ExpressionRef): binaryen.ExpressionRef => this.module.call(GUARD.base, [base, constant], binaryen.i32);
    const before = local === undefined ? undefined : this.placeBefore(local);
    if (local === undefined || before === undefined) setPointer(call(pointer));
    else this.stretch?.guards.push({ before, guard: this.module.drop(call(this.module.local.get(local, binaryen.i32))) });
    if (local !== undefined) this.passed.set(local, { constant, end, growing: true });
  }

  /**
   * The first statement of the stretch in front of which the local has its value, or undefined when it may get it in the same statement. A check
   * between a load and the multiplication that uses it would keep a compiler from making one instruction of both.
   */
  private placeBefore(local: number): number | undefined {
    if (!this.stretch) return undefined;
    const { begin, statement, forks, assigned } = this.stretch;
    // Behind a fork in the statement itself the local may have another value than in front of it, or none be asked for.
    if (forks !== this.forks) return undefined;
    const last = assigned.get(local);
    if (last === undefined) return begin;
    return last < statement ? last + 1 : undefined;
  }
}

/** No value of this i32 expression, read as unsigned, is larger. */
function largestValue(expression: binaryen.ExpressionRef): number {
  const info = infoOf(expression);
  if (info.id === binaryen.ConstId) return ((info as binaryen.ConstInfo).value as number) >>> 0;
  if (info.id !== binaryen.BinaryId) return ALL_ONES;
  const { op, left, right } = info as binaryen.BinaryInfo;
  const [a, b] = [largestValue(left), largestValue(right)];
  const shift = infoOf(right).id === binaryen.ConstId ? b & 31 : 0;
  if (op === binaryen.ShrUInt32) return Math.floor(a / 2 ** shift);
  if (op === binaryen.AndInt32) return Math.min(a, b);
  const result = op === binaryen.AddInt32 ? a + b : op === binaryen.ShlInt32 && shift > 0 ? a * 2 ** shift : ALL_ONES;
  return Math.min(result, ALL_ONES);
}
const ALL_ONES = 0xffffffff;

/** binaryen.js has no information on these two but that they are there. */
function infoOf(expression: binaryen.ExpressionRef): binaryen.ExpressionInfo {
  const id = binaryen.getExpressionId(expression);
  if (id === binaryen.NopId || id === binaryen.UnreachableId) return { id, type: binaryen.getExpressionType(expression) };
  return binaryen.getExpressionInfo(expression);
}

/** The local whose value an address is. */
function localOf(info: binaryen.ExpressionInfo): number | undefined {
  if (info.id === binaryen.LocalGetId) return (info as binaryen.LocalGetInfo).index;
  if (info.id === binaryen.LocalSetId) return (info as binaryen.LocalSetInfo).index;
  return undefined;
}

/** Operands of an instruction without control flow, in the order of execution. */
function operands(info: binaryen.ExpressionInfo): binaryen.ExpressionRef[] {
  switch (info.id) {
    case binaryen.ConstId:
    case binaryen.NopId:
    case binaryen.LocalGetId:
    case binaryen.GlobalGetId:
      return [];
    case binaryen.GlobalSetId:
    case binaryen.UnaryId:
    case binaryen.DropId:
      return [(info as binaryen.UnaryInfo).value];
    case binaryen.BinaryId: {
      const { left, right } = info as binaryen.BinaryInfo;
      return [left, right];
    }
    case binaryen.SelectId: {
      const { ifTrue, ifFalse, condition } = info as binaryen.SelectInfo;
      return [ifTrue, ifFalse, condition];
    }
    case binaryen.CallId:
      return [...(info as binaryen.CallInfo).operands];
    // Their ranges are checked where they are executed.
    case binaryen.MemoryInitId: {
      const { dest, offset, size } = info as binaryen.MemoryInitInfo;
      return [dest, offset, size];
    }
    case binaryen.MemoryCopyId: {
      const { dest, source, size } = info as binaryen.MemoryCopyInfo;
      return [dest, source, size];
    }
    case binaryen.MemoryFillId: {
      const { dest, value, size } = info as binaryen.MemoryFillInfo;
      return [dest, value, size];
    }
    default:
      throw new Error(`instruction ${info.id} of binaryen is not known to the guards`);
  }
}

/** What an expression consists of. */
function parts(expression: binaryen.ExpressionRef): binaryen.ExpressionRef[] {
  const info = infoOf(expression);
  switch (info.id) {
    case binaryen.BlockId:
      return [...(info as binaryen.BlockInfo).children];
    case binaryen.IfId: {
      const { condition, ifTrue, ifFalse } = info as binaryen.IfInfo;
      return [condition, ifTrue, ifFalse];
    }
    case binaryen.LoopId:
      return [(info as binaryen.LoopInfo).body];
    case binaryen.BreakId:
    case binaryen.SwitchId: {
      const { value, condition } = info as binaryen.BreakInfo;
      return [value, condition];
    }
    case binaryen.ReturnId:
    case binaryen.LocalSetId:
      return [(info as binaryen.LocalSetInfo).value];
    case binaryen.UnreachableId:
      return [];
    case binaryen.LoadId:
      return [(info as binaryen.LoadInfo).ptr];
    case binaryen.StoreId: {
      const { ptr, value } = info as binaryen.StoreInfo;
      return [ptr, value];
    }
    default:
      return operands(info);
  }
}

/** Every local that the expressions assign. */
function assigned(expressions: readonly binaryen.ExpressionRef[], found = new Set<number>()): Set<number> {
  for (const expression of expressions) {
    if (expression === 0) continue;
    const info = infoOf(expression);
    if (info.id === binaryen.LocalSetId) found.add((info as binaryen.LocalSetInfo).index);
    assigned(parts(expression), found);
  }
  return found;
}

const LEAVING: number[] = [binaryen.BreakId, binaryen.SwitchId, binaryen.ReturnId, binaryen.UnreachableId];

/** Whether an expression may not reach its own end. */
function leaves(expression: binaryen.ExpressionRef): boolean {
  if (expression === 0) return false;
  const { id } = infoOf(expression);
  return LEAVING.includes(id) || parts(expression).some(leaves);
}
