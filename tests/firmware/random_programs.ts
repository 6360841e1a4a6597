/**
 * Random small WebAssembly programs that load and store off a few pointers, as trees that fast-check can shrink, and their text. They end: every
 * loop counts in a local of its own, and a function calls only those after it.
 */
import fc from "fast-check";

export const PAGE = 65536;
/** Parameters of every function: pointers. */
export const PARAMETERS = 3;
const POINTERS = 5;

/** An i32. `pick` chooses among what is in scope where the tree is written out: labels, functions, kinds of accesses. */
type Expression =
  | { kind: "constant"; value: number }
  | { kind: "get"; local: number }
  | { kind: "global" }
  | { kind: "tee"; local: number; value: Expression }
  | { kind: "load"; pick: number; offset: number; pointer: Expression }
  | { kind: "sum"; local: number; loads: { pick: number; offset: number }[] }
  | { kind: "binary"; operation: string; left: Expression; right: Expression }
  | { kind: "masked"; mask: number; value: Expression }
  | { kind: "shifted"; shift: number; value: Expression }
  | { kind: "select"; first: Expression; second: Expression; condition: Expression }
  | { kind: "ifElse"; condition: Expression; first: Expression; second: Expression }
  | { kind: "blockOf"; statements: Statement[]; value: Expression }
  | { kind: "loopOf"; times: number; statements: Statement[]; value: Expression }
  | { kind: "breakWith"; pick: number; value: Expression; condition: Expression }
  | { kind: "returnIf"; condition: Expression; value: Expression }
  | { kind: "call"; pick: number; arguments: Expression[] };

type Statement =
  | { kind: "set"; local: number; value: Expression }
  | { kind: "setGlobal"; value: Expression }
  | { kind: "store"; pick: number; offset: number; pointer: Expression; value: Expression }
  | { kind: "drop"; value: Expression }
  | { kind: "if"; condition: Expression; first: Statement[]; second: Statement[] }
  | { kind: "ifBare"; condition: Expression; statement: Statement }
  | { kind: "block"; statements: Statement[] }
  | { kind: "loop"; times: number; statements: Statement[] }
  | { kind: "break"; pick: number }
  | { kind: "breakIf"; pick: number; condition: Expression }
  | { kind: "breakTable"; picks: number[]; index: Expression }
  | { kind: "return"; value: Expression }
  | { kind: "unreachable" }
  | { kind: "nothing" }
  | { kind: "fill"; target: Expression; value: Expression; bytes: Expression }
  | { kind: "copy"; target: Expression; source: Expression; bytes: Expression };

interface Body {
  statements: Statement[];
  value: Expression;
}

/** Functions of three pointers; the first is exported. */
export interface Program {
  functions: Body[];
  /** Whether binaryen optimizes it, so that it looks like a compiled module. */
  optimized: boolean;
}

/** Instruction, bytes, and what makes an i32 of its result or of an i32 its operand. */
const LOADS: readonly (readonly [name: string, bytes: number, toI32: string])[] = [
  ["i32.load", 4, ""],
  ["i32.load8_s", 1, ""],
  ["i32.load8_u", 1, ""],
  ["i32.load16_s", 2, ""],
  ["i32.load16_u", 2, ""],
  ["i64.load", 8, "i32.wrap_i64"],
  ["i64.load8_s", 1, "i32.wrap_i64"],
  ["i64.load8_u", 1, "i32.wrap_i64"],
  ["i64.load16_s", 2, "i32.wrap_i64"],
  ["i64.load16_u", 2, "i32.wrap_i64"],
  ["i64.load32_s", 4, "i32.wrap_i64"],
  ["i64.load32_u", 4, "i32.wrap_i64"],
  ["f32.load", 4, "i32.trunc_sat_f32_s"],
  ["f64.load", 8, "i32.trunc_sat_f64_s"],
];
const STORES: readonly (readonly [name: string, bytes: number, ofI32: string])[] = [
  ["i32.store", 4, ""],
  ["i32.store8", 1, ""],
  ["i32.store16", 2, ""],
  ["i64.store", 8, "i64.extend_i32_s"],
  ["i64.store8", 1, "i64.extend_i32_s"],
  ["i64.store16", 2, "i64.extend_i32_u"],
  ["i64.store32", 4, "i64.extend_i32_u"],
  ["f32.store", 4, "f32.convert_i32_s"],
  ["f64.store", 8, "f64.convert_i32_u"],
];
const BINARY = ["add", "add", "sub", "mul", "and", "or", "shl", "shr_u", "shr_s", "eq", "lt_u", "gt_s", "div_u", "rem_s"];

/** Small numbers, and those at which something begins or ends. */
const edge = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -16, max: 16 }) },
  { weight: 2, arbitrary: fc.integer({ min: PAGE - 24, max: PAGE + 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x7fff, 0x8000, 0x7fffffff, -0x80000000, -PAGE, 2 * PAGE) },
  { weight: 1, arbitrary: fc.integer() },
);

/** A value of a pointer: mostly in the page, else near its end, near 0 from below, or anywhere. */
export const pointerValue: fc.Arbitrary<number> = fc.oneof(
  { weight: 26, arbitrary: fc.integer({ min: 0, max: PAGE - 4200 }) },
  { weight: 2, arbitrary: fc.integer({ min: PAGE - 80, max: PAGE + 16 }) },
  { weight: 1, arbitrary: fc.integer({ min: -80, max: -1 }) },
  { weight: 1, arbitrary: fc.integer() },
);

/** Static offsets; with the largest, few pointers are small enough. */
const offset = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 64 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 4000 }) },
  { weight: 1, arbitrary: fc.integer({ min: PAGE - 64, max: PAGE - 8 }) },
);

const pick = fc.nat(1000);
const local = fc.nat(POINTERS - 1);

const { body } = fc.letrec<{ expression: Expression; statement: Statement; statements: Statement[]; body: Body }>((tie) => {
  const expression = tie("expression");
  const statement = tie("statement");
  const statements = tie("statements");
  const condition = expression;
  const value = expression;
  const kind = <K extends string, T>(name: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
    fc.record({ kind: fc.constant(name), ...fields }) as fc.Arbitrary<{ kind: K } & T>;
  const get = kind("get", { local });
  const masked = kind("masked", { mask: fc.constantFrom(0xff, 0xfff, 0xffff, 0x1ffff), value });
  const near = kind("binary", {
    operation: fc.constant("add"),
    left: get,
    right: kind("constant", { value: fc.integer({ min: -64, max: 64 }) }),
  });
  const moved = fc.oneof(
    { weight: 3, arbitrary: near },
    { weight: 1, arbitrary: get },
    { weight: 2, arbitrary: masked },
    { weight: 2, arbitrary: value },
  );
  const tee = kind("tee", { local, value: moved });
  const shifted = kind("shifted", { shift: fc.nat(33), value });
  // Whether it may lead outside depends on the largest value that it can have.
  const bounded = kind("binary", {
    operation: fc.constant("add"),
    left: fc.oneof(masked, shifted),
    right: kind("constant", { value: fc.integer({ min: -8, max: PAGE }) }),
  });
  // As most accesses of compiled modules: off a local, and some off one that is assigned right there.
  const pointer = fc.oneof(
    { maxDepth: 5 },
    { weight: 28, arbitrary: get },
    { weight: 6, arbitrary: tee },
    { weight: 2, arbitrary: masked },
    { weight: 1, arbitrary: shifted },
    { weight: 1, arbitrary: bounded },
    { weight: 2, arbitrary: expression },
  );
  const load = kind("load", { pick, offset, pointer });
  return {
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      { weight: 4, arbitrary: get },
      { weight: 2, arbitrary: kind("constant", { value: edge }) },
      { weight: 1, arbitrary: kind("global", {}) },
      { weight: 8, arbitrary: load },
      { weight: 3, arbitrary: kind("sum", { local, loads: fc.array(fc.record({ pick, offset }), { minLength: 2, maxLength: 5 }) }) },
      { weight: 3, arbitrary: tee },
      { weight: 4, arbitrary: kind("binary", { operation: fc.constantFrom(...BINARY), left: value, right: value }) },
      { weight: 2, arbitrary: masked },
      { weight: 1, arbitrary: shifted },
      { weight: 1, arbitrary: kind("select", { first: value, second: value, condition }) },
      { weight: 1, arbitrary: kind("ifElse", { condition, first: value, second: value }) },
      { weight: 1, arbitrary: kind("blockOf", { statements, value }) },
      { weight: 2, arbitrary: kind("loopOf", { times: fc.nat(3), statements, value }) },
      { weight: 2, arbitrary: kind("breakWith", { pick, value, condition }) },
      { weight: 1, arbitrary: kind("returnIf", { condition, value }) },
      { weight: 1, arbitrary: kind("call", { pick, arguments: fc.array(value, { minLength: PARAMETERS, maxLength: PARAMETERS }) }) },
    ) as fc.Arbitrary<Expression>,
    statement: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      { weight: 1, arbitrary: kind("nothing", {}) },
      { weight: 5, arbitrary: kind("set", { local, value: moved }) },
      { weight: 1, arbitrary: kind("setGlobal", { value }) },
      { weight: 7, arbitrary: kind("store", { pick, offset, pointer, value }) },
      { weight: 7, arbitrary: kind("drop", { value }) },
      { weight: 2, arbitrary: kind("if", { condition, first: statements, second: statements }) },
      { weight: 1, arbitrary: kind("ifBare", { condition, statement }) },
      { weight: 3, arbitrary: kind("block", { statements }) },
      { weight: 5, arbitrary: kind("loop", { times: fc.nat(4), statements }) },
      { weight: 1, arbitrary: kind("break", { pick }) },
      { weight: 2, arbitrary: kind("breakIf", { pick, condition }) },
      { weight: 1, arbitrary: kind("breakTable", { picks: fc.array(pick, { minLength: 1, maxLength: 4 }), index: value }) },
      { weight: 1, arbitrary: kind("return", { value }) },
      { weight: 1, arbitrary: kind("fill", { target: value, value, bytes: value }) },
      { weight: 1, arbitrary: kind("copy", { target: value, source: value, bytes: value }) },
      // A program that gets there always stops.
      { weight: 1, arbitrary: kind("ifBare", { condition, statement: fc.constant({ kind: "unreachable" } as const) }) },
    ) as fc.Arbitrary<Statement>,
    statements: fc.array(statement, { maxLength: 6, size: "max", depthIdentifier: "statements" }),
    body: fc.record({ statements: fc.array(statement, { minLength: 1, maxLength: 8, size: "max" }), value: expression }),
  };
});

export const program: fc.Arbitrary<Program> = fc.record({
  functions: fc.array(body, { minLength: 1, maxLength: 3 }),
  optimized: fc.boolean(),
});

/** The program as a module in text: memory "memory", global "global", function "run" of three pointers. */
export function programText({ functions }: Program): string {
  const bodies = functions.map((body, index) => new FunctionText(index, functions.length).text(body));
  return `(module
(memory (export "memory") 1 1)
(global $global (export "global") (mut i32) (i32.const 0))
${bodies.join("\n")}
(export "run" (func $f0)))`;
}

interface Label {
  name: string;
  /** Whether a break to it carries an i32. */
  value: boolean;
  /** Of a loop: the local that bounds how often it is gone back to. */
  counter?: string;
}

/** Writes one function. */
class FunctionText {
  private labels: Label[] = [];
  private counters: string[] = [];
  private names = 0;
  /** In a value that is stored; the guards take none that leaves a block. */
  private stored = 0;

  constructor(
    private readonly index: number,
    private readonly count: number,
  ) {}

  text({ statements, value }: Body): string {
    const parameters = Array.from({ length: PARAMETERS }, (_, i) => `(param $p${i} i32)`);
    const locals = Array.from({ length: POINTERS - PARAMETERS }, (_, i) => `(local $p${PARAMETERS + i} i32)`);
    const content = [...statements.map((statement) => this.statement(statement)), this.expression(value)].join("\n");
    const counters = this.counters.map((name) => `(local ${name} i32)`);
    return `(func $f${this.index} ${parameters.join(" ")} (result i32) ${[...locals, ...counters].join(" ")}\n${content})`;
  }

  private expression(expression: Expression): string {
    const of = (inner: Expression): string => this.expression(inner);
    switch (expression.kind) {
      case "constant":
        return `(i32.const ${expression.value})`;
      case "get":
        return `(local.get $p${expression.local})`;
      case "global":
        return "(global.get $global)";
      case "tee":
        return `(local.tee $p${expression.local} ${of(expression.value)})`;
      case "load":
        return this.load(expression.pick, expression.offset, expression.pointer);
      case "sum":
        return expression.loads
          .map(({ pick, offset }) => this.load(pick, offset, { kind: "get", local: expression.local }))
          .reduce((sum, load) => `(i32.add ${sum} ${load})`);
      case "binary":
        return `(i32.${expression.operation} ${of(expression.left)} ${of(expression.right)})`;
      case "masked":
        return `(i32.and ${of(expression.value)} (i32.const ${expression.mask}))`;
      case "shifted":
        return `(i32.shr_u ${of(expression.value)} (i32.const ${expression.shift}))`;
      case "select":
        return `(select ${of(expression.first)} ${of(expression.second)} ${of(expression.condition)})`;
      case "ifElse":
        return `(if (result i32) ${of(expression.condition)} (then ${of(expression.first)}) (else ${of(expression.second)}))`;
      case "blockOf":
        return this.block("block", true, expression.statements, expression.value);
      case "loopOf":
        return this.loop(expression.times, expression.statements, expression.value);
      case "breakWith": {
        const label = this.label(expression.pick, true);
        const [value, condition] = [of(expression.value), of(expression.condition)];
        return label ? `(br_if ${label.name} ${value} ${condition})` : `(i32.xor ${value} ${condition})`;
      }
      case "returnIf": {
        const [condition, value] = [of(expression.condition), of(expression.value)];
        return this.stored > 0
          ? `(i32.and ${condition} ${value})`
          : `(if (result i32) ${condition} (then (return ${value})) (else (i32.const 3)))`;
      }
      case "call": {
        const later = this.count - this.index - 1;
        const operands = expression.arguments.map(of).join(" ");
        return later > 0 ? `(call $f${this.index + 1 + (expression.pick % later)} ${operands})` : `(select ${operands})`;
      }
    }
  }

  private load(pick: number, offset: number, pointer: Expression): string {
    const [name, bytes, toI32] = LOADS[pick % LOADS.length]!;
    const load = `(${name} ${this.address(pointer, offset, bytes)})`;
    return toI32 ? `(${toI32} ${load})` : load;
  }

  private statement(statement: Statement): string {
    const of = (inner: Expression): string => this.expression(inner);
    switch (statement.kind) {
      case "set":
        return `(local.set $p${statement.local} ${of(statement.value)})`;
      case "setGlobal":
        return `(global.set $global ${of(statement.value)})`;
      case "store": {
        const [name, bytes, ofI32] = STORES[statement.pick % STORES.length]!;
        const address = this.address(statement.pointer, statement.offset, bytes);
        this.stored++;
        const value = of(statement.value);
        this.stored--;
        return `(${name} ${address} ${ofI32 ? `(${ofI32} ${value})` : value})`;
      }
      case "drop":
        return `(drop ${of(statement.value)})`;
      case "if": {
        const [condition, first, second] = [of(statement.condition), this.all(statement.first), this.all(statement.second)];
        return `(if ${condition} (then ${first}) ${second ? `(else ${second})` : ""})`;
      }
      case "ifBare":
        return `(if ${of(statement.condition)} (then ${this.statement(statement.statement)}))`;
      case "block":
        return this.block("block", false, statement.statements);
      case "loop":
        return this.loop(statement.times, statement.statements);
      case "break": {
        const label = this.label(statement.pick, false);
        if (!label) return "(nop)";
        return label.counter ? `(br_if ${label.name} ${this.again(label.counter)})` : `(br ${label.name})`;
      }
      case "breakIf": {
        const label = this.label(statement.pick, false);
        const condition = of(statement.condition);
        if (!label) return `(drop ${condition})`;
        const both = label.counter ? `(i32.and ${this.again(label.counter)} (i32.ne ${condition} (i32.const 0)))` : condition;
        return `(br_if ${label.name} ${both})`;
      }
      case "breakTable": {
        const index = of(statement.index);
        const forward = this.stored > 0 ? [] : this.labels.filter(({ value, counter }) => !value && !counter);
        if (forward.length === 0) return `(drop ${index})`;
        return `(br_table ${statement.picks.map((pick) => forward[pick % forward.length]!.name).join(" ")} ${index})`;
      }
      case "return":
        return this.stored > 0 ? `(drop ${of(statement.value)})` : `(return ${of(statement.value)})`;
      case "unreachable":
        return this.stored > 0 ? "(nop)" : "(unreachable)";
      case "nothing":
        return "(nop)";
      // Inside the page: an access outside it traps by itself, with or without guards.
      case "fill":
        return `(memory.fill ${inside(of(statement.target))} ${of(statement.value)} ${short(of(statement.bytes))})`;
      case "copy":
        return `(memory.copy ${inside(of(statement.target))} ${inside(of(statement.source))} ${short(of(statement.bytes))})`;
    }
  }

  private all(statements: readonly Statement[]): string {
    return statements.map((statement) => this.statement(statement)).join("\n");
  }

  /** Offset and pointer. A constant address outside the page is refused when guards are placed, so here it is inside. */
  private address(pointer: Expression, offset: number, bytes: number): string {
    if (pointer.kind !== "constant") return `offset=${offset} ${this.expression(pointer)}`;
    const address = Math.min((pointer.value >>> 0) & 0xffff, PAGE - bytes);
    return `offset=${Math.min(offset, PAGE - bytes - address)} (i32.const ${address})`;
  }

  private block(keyword: string, isValue: boolean, statements: readonly Statement[], value?: Expression, counter?: string): string {
    const name = `$l${this.names++}`;
    // A break to a loop carries nothing.
    this.labels.push({ name, value: isValue && counter === undefined, ...(counter && { counter }) });
    const parts = [this.all(statements), value ? this.expression(value) : ""];
    // At the end of a loop: once more.
    if (counter && !value && this.stored === 0) parts.push(`(br_if ${name} ${this.again(counter)})`);
    this.labels.pop();
    return `(${keyword} ${name} ${isValue ? "(result i32)" : ""} ${parts.join("\n")})`;
  }

  private loop(times: number, statements: readonly Statement[], value?: Expression): string {
    const counter = `$c${this.counters.length}`;
    this.counters.push(counter);
    const loop = this.block("loop", value !== undefined, statements, value, counter);
    const begin = `(local.set ${counter} (i32.const ${times}))`;
    return value ? `(block (result i32) ${begin} ${loop})` : `${begin}\n${loop}`;
  }

  private again(counter: string): string {
    return `(i32.gt_s (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1))) (i32.const 0))`;
  }

  /** A label in scope whose break takes a value, or does not. */
  private label(pick: number, value: boolean): Label | undefined {
    if (this.stored > 0) return undefined;
    const fitting = this.labels.filter((label) => label.value === value);
    return fitting[pick % fitting.length];
  }
}

const inside = (address: string): string => `(i32.and ${address} (i32.const 0x7fff))`;
const short = (bytes: string): string => `(i32.and ${bytes} (i32.const 0xff))`;
