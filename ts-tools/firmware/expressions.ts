/** What an expression of binaryen is made of: the few kinds of instructions that the module has. */
import "../link/load_binaryen.js";
import binaryen from "binaryen";

type Ref = binaryen.ExpressionRef;

/** An upper bound of the values of this i32 expression, read as unsigned. */
export function largestValue(expression: Ref): number {
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

/** binaryen.js throws for the information of these two. */
export function infoOf(expression: Ref): binaryen.ExpressionInfo {
  const id = binaryen.getExpressionId(expression);
  if (id === binaryen.NopId || id === binaryen.UnreachableId) return { id, type: binaryen.getExpressionType(expression) };
  return binaryen.getExpressionInfo(expression);
}

/** The local that holds the value of an address. */
export function localOf(info: binaryen.ExpressionInfo): number | undefined {
  if (info.id === binaryen.LocalGetId) return (info as binaryen.LocalGetInfo).index;
  if (info.id === binaryen.LocalSetId) return (info as binaryen.LocalSetInfo).index;
  return undefined;
}

/** Operands of an instruction without control flow, in the order of execution; throws for an instruction that is not listed. */
export function operands(info: binaryen.ExpressionInfo): Ref[] {
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
    // The C runtime checks the ranges of these three.
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
      throw new Error(`binaryen's instruction ${info.id} is not listed in ts-tools/firmware/expressions.ts; add its operands there`);
  }
}

/** The expressions directly inside an expression. */
export function parts(expression: Ref): Ref[] {
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
export function assigned(expressions: readonly Ref[], found = new Set<number>()): Set<number> {
  for (const expression of expressions) {
    if (expression === 0) continue;
    const info = infoOf(expression);
    if (info.id === binaryen.LocalSetId) found.add((info as binaryen.LocalSetInfo).index);
    assigned(parts(expression), found);
  }
  return found;
}

const LEAVING: number[] = [binaryen.BreakId, binaryen.SwitchId, binaryen.ReturnId, binaryen.UnreachableId];

/** Whether control may leave an expression before its end. */
export function leaves(expression: Ref): boolean {
  if (expression === 0) return false;
  const { id } = infoOf(expression);
  return LEAVING.includes(id) || parts(expression).some(leaves);
}
