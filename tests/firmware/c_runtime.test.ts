/** The operations of light_sernet_runtime.h against WebAssembly's own, and the guard against what guardAccesses() needs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { repositoryRoot } from "../support/paths.js";
import { Random } from "../support/random.js";
import { compileC, SANITIZE, skipCompiler, skipSanitizer, source } from "./c_build.js";
import { assemble } from "./guarded.js";

/** Of the state in runtime_operations.c, and what a module may use of them: guard() rounds up. */
const MEMORY = 1280;
const USED = 1000;

let work: string;
const programs = new Map<string, string>();

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-runtime-"));
  if (skipCompiler) return;
  const include = ["-I", join(repositoryRoot, "hosts", "firmware")];
  // The header's functions are static, and an operation is a line.
  const flags = [...include, "-Wno-unused-function"];
  const builds: Record<string, readonly string[]> = { checked: ["-O2"], plain: ["-O0"], unchecked: ["-O2", "-DLSN_UNCHECKED"] };
  if (!skipSanitizer) builds.sanitized = SANITIZE;
  for (const [name, more] of Object.entries(builds))
    programs.set(name, await compileC(join(work, name), [source("runtime_operations.c")], [...flags, ...more]));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** What a program says of every line. */
function run(program: string, input: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, { input: `${input.join("\n")}\n`, encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr);
  const said = stdout.split("\n").slice(0, -1);
  assert.equal(said.length, input.length);
  return said;
}

test("guard(): stops what ends after the memory, and nothing that ends in what is used", { skip: skipCompiler }, (t) => {
  const ends = [1, 2, 3, 4, 8, 100, 252, 255, 256, 257, 260, 500, 512, 513, 767, 768, 769, 996, USED - 1, USED];
  const bases = [...Array.from({ length: MEMORY + 300 }, (_, i) => i), 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 4096, 65536, 2 ** 24];
  for (let below = 1; below <= 1300; below++) bases.push(2 ** 32 - below);
  const cases = ends.flatMap((end) => bases.map((base) => [base, end] as const));
  const lines = cases.map(([base, end]) => `guard ${base.toString(16)} ${end.toString(16)}`);
  for (const [name, program] of programs) {
    let stopped = 0;
    for (const [index, said] of run(program, lines).entries()) {
      const [base, end] = cases[index]!;
      if (said === "trap") stopped++;
      else assert.equal(said, base.toString(16));
      if (name === "unchecked") continue;
      if (base + end <= USED) assert.notEqual(said, "trap", `${name}: ${base} + ${end}`);
      if (base + end > MEMORY) assert.equal(said, "trap", `${name}: ${base} + ${end}`);
    }
    t.diagnostic(`${name}: ${stopped} of ${cases.length} stopped`);
    assert.equal(stopped === 0, name === "unchecked");
  }
});

/** Bits at which something begins or ends. */
const I32 = [0, 1, 2, 3, 7, 100, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff].map(BigInt);
const I64 = [...I32, 0x7fffffffffffffffn, 0x8000000000000000n, 0x8000000000000001n, 0xffffffffffffffffn, 0xfffffffffffffff9n];
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  0.49999997,
  0.50000006,
  8388607.5,
  8388608,
  8388609,
  -8388607.5,
  16777216,
  2147483520,
  2147483648,
  -2147483648,
  -2147483904,
  4294967040,
  4294967296,
  -0.99999994,
  1e-45,
  -1e-45,
  1.1754944e-38,
  3.4028235e38,
  -3.4028235e38,
  Infinity,
  -Infinity,
  NaN,
];
const bitsOf = (value: number): bigint => BigInt(new Uint32Array(Float32Array.of(value).buffer)[0]!);

const BINARY_I32 = ["i32.div_s", "i32.rem_s", "i32.div_u", "i32.rem_u"];
const BINARY_I64 = ["i64.div_s", "i64.rem_s", "i64.div_u", "i64.rem_u"];
const UNARY_F32 = ["f32.nearest", "f32.sqrt", "f32.abs"];
const BINARY_F32 = ["f32.min", "f32.max"];
const TRUNCATIONS = ["i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u"];
const CONVERSION = "f32.convert_i64_s";

/** The operations as functions of two i64, which are the bits. */
function wasmOperations(): Map<string, (x: bigint, y: bigint) => string> {
  const f32 = (operand: string): string => `(f32.reinterpret_i32 (i32.wrap_i64 (local.get ${operand})))`;
  const i32 = (operand: string): string => `(i32.wrap_i64 (local.get ${operand}))`;
  const bodies = [
    ...BINARY_I32.map((name) => [name, `(i64.extend_i32_u (${name} ${i32("$x")} ${i32("$y")}))`]),
    ...BINARY_I64.map((name) => [name, `(${name} (local.get $x) (local.get $y))`]),
    ...UNARY_F32.map((name) => [name, `(i64.extend_i32_u (i32.reinterpret_f32 (${name} ${f32("$x")})))`]),
    ...BINARY_F32.map((name) => [name, `(i64.extend_i32_u (i32.reinterpret_f32 (${name} ${f32("$x")} ${f32("$y")})))`]),
    ...TRUNCATIONS.map((name) => [name, `(i64.extend_i32_u (${name} ${f32("$x")}))`]),
    [CONVERSION, `(i64.extend_i32_u (i32.reinterpret_f32 (${CONVERSION} (local.get $x))))`],
  ] as [string, string][];
  const text = bodies.map(([name, body]) => `(func (export "${name}") (param $x i64) (param $y i64) (result i64) ${body})`).join("\n");
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(`(module ${text})`)));
  return new Map(
    bodies.map(([name]) => {
      const operation = exports[name] as (x: bigint, y: bigint) => bigint;
      const said = (x: bigint, y: bigint): string => {
        const result = BigInt.asUintN(64, operation(x, y));
        const noNumber = name.startsWith("f32") && (result & 0x7fffffffn) > 0x7f800000n;
        return noNumber ? "nan" : result.toString(16);
      };
      return [name, (x: bigint, y: bigint) => trapOr(() => said(x, y))];
    }),
  );
}

/** Integers of every size half-way between two floats, or one off: 24 bits, then 10…0, 01…1 or 10…01. */
function nearHalves(random: Random): bigint[] {
  const found: bigint[] = [];
  for (let rest = 1n; rest <= 39n; rest++) {
    for (let i = 0; i < 6; i++) {
      const kept = (1n << 23n) | (BigInt(random.bits()) & 0x7fffffn);
      const half = (kept << rest) + (1n << (rest - 1n));
      for (const value of [half - 1n, half, half + 1n]) found.push(value, BigInt.asUintN(64, -value));
    }
  }
  return found;
}

function trapOr(action: () => string): string {
  try {
    return action();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "trap";
    throw error;
  }
}

test("division, rounding, minimum, maximum and conversion are WebAssembly's", { skip: skipCompiler }, (t) => {
  const random = new Random(71);
  const operations = wasmOperations();
  const bits64 = (): bigint => (BigInt(random.bits()) << 32n) | BigInt(random.bits());
  const some = (list: readonly bigint[], draw: () => bigint): bigint[] => [...list, ...Array.from({ length: 30 }, draw)];
  const pairs: Record<string, bigint[]> = {
    i32: some(I32, () => BigInt(random.bits())),
    i64: some(I64, bits64),
    // Floats of all sizes, and some near those that round.
    f32: [
      ...some(FLOATS.map(bitsOf), () => BigInt(random.bits())),
      ...Array.from({ length: 200 }, () => bitsOf(random.between(-3e7, 3e7))),
    ],
  };
  const cases: { line: string; expected: string }[] = [];
  const add = (name: string, x: bigint, y: bigint): void =>
    void cases.push({ line: `${name} ${x.toString(16)} ${y.toString(16)}`, expected: operations.get(name)!(x, y) });
  for (const name of BINARY_I32) for (const x of pairs.i32!) for (const y of pairs.i32!) add(name, x, y);
  for (const name of BINARY_I64) for (const x of pairs.i64!) for (const y of pairs.i64!) add(name, x, y);
  for (const name of [...UNARY_F32, ...TRUNCATIONS]) for (const x of pairs.f32!) add(name, x, 0n);
  for (const name of BINARY_F32) for (const x of pairs.f32!) for (const y of pairs.f32!.slice(0, 61)) add(name, x, y);
  for (const x of [...pairs.i64!, ...nearHalves(random)]) add(CONVERSION, x, 0n);
  cases.push({ line: "unreachable", expected: "trap" });
  for (const [name, program] of programs) {
    const said = run(
      program,
      cases.map(({ line }) => line),
    );
    const at = said.findIndex((result, index) => result !== cases[index]!.expected);
    if (at >= 0) assert.equal(said[at], cases[at]!.expected, `${name}: ${cases[at]!.line}`);
  }
  const traps = cases.filter(({ expected }) => expected === "trap").length;
  t.diagnostic(`${cases.length} cases, ${traps} of them trap`);
  assert.ok(traps > 100);
});

/** The memory of runtime_operations.c in JavaScript. */
class Memory {
  readonly bytes = Uint8Array.from({ length: MEMORY }, (_, i) => i * 167 + (i >> 8));
  readonly view = new DataView(this.bytes.buffer);
  private readonly segment = Uint8Array.from({ length: 100 }, (_, i) => 255 - i);

  sum(): string {
    let [a, b] = [1, 0];
    for (const byte of this.bytes) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    return (((b << 16) | a) >>> 0).toString(16);
  }

  fill(target: number, value: number, bytes: number): string {
    if (target + bytes > MEMORY) return "trap";
    this.bytes.fill(value, target, target + bytes);
    return this.sum();
  }

  copy(target: number, from: number, bytes: number): string {
    if (target + bytes > MEMORY || from + bytes > MEMORY) return "trap";
    this.bytes.copyWithin(target, from, from + bytes);
    return this.sum();
  }

  init(target: number, from: number, bytes: number): string {
    if (target + bytes > MEMORY || from + bytes > this.segment.length) return "trap";
    this.bytes.set(this.segment.subarray(from, from + bytes), target);
    return this.sum();
  }
}

test("memory.fill, copy and init stop at the ends of memory and segment, in every build", { skip: skipCompiler }, (t) => {
  const random = new Random(72);
  const memory = new Memory();
  const edges = [0, 1, 50, 99, 100, 101, MEMORY - 100, MEMORY - 1, MEMORY, MEMORY + 1, 2 ** 31, 2 ** 32 - 100, 2 ** 32 - 1];
  const number = (): number => (random.unit() < 0.5 ? edges[random.integer(0, edges.length - 1)]! : random.integer(0, 120));
  const expected: string[] = [];
  const lines: string[] = [];
  for (let i = 0; i < 6000; i++) {
    const [name, action] = (
      [
        ["memory.fill", (x, y, z) => memory.fill(x, y, z)],
        ["memory.copy", (x, y, z) => memory.copy(x, y, z)],
        ["memory.init", (x, y, z) => memory.init(x, y, z)],
      ] as [string, (x: number, y: number, z: number) => string][]
    )[i % 3]!;
    const [x, y, z] = [number(), number(), number()] as const;
    lines.push(`${name} ${[x, y, z].map((value) => value.toString(16)).join(" ")}`);
    expected.push(action(x, y, z));
  }
  for (const program of programs.values()) assert.deepEqual(run(program, lines), expected);
  const traps = expected.filter((said) => said === "trap").length;
  t.diagnostic(`${traps} of ${lines.length} trap`);
  assert.ok(traps > 1000 && traps < 5000);
});

test("loads extend and stores cut off as WebAssembly's", { skip: skipCompiler }, () => {
  const random = new Random(73);
  const memory = new Memory();
  const { view } = memory;
  const hex = (value: number | bigint, bits: number): string => BigInt.asUintN(bits, BigInt(value)).toString(16);
  const loads: Record<string, readonly [number, (at: number) => string]> = {
    i32_load: [4, (at) => hex(view.getUint32(at, true), 32)],
    i64_load: [8, (at) => hex(view.getBigUint64(at, true), 64)],
    f32_load: [4, (at) => (Number.isNaN(view.getFloat32(at, true)) ? "nan" : hex(view.getUint32(at, true), 32))],
    i32_load8_s: [1, (at) => hex(view.getInt8(at), 32)],
    i32_load8_u: [1, (at) => hex(view.getUint8(at), 32)],
    i32_load16_s: [2, (at) => hex(view.getInt16(at, true), 32)],
    i32_load16_u: [2, (at) => hex(view.getUint16(at, true), 32)],
    i64_load8_s: [1, (at) => hex(view.getInt8(at), 64)],
    i64_load8_u: [1, (at) => hex(view.getUint8(at), 64)],
    i64_load16_s: [2, (at) => hex(view.getInt16(at, true), 64)],
    i64_load16_u: [2, (at) => hex(view.getUint16(at, true), 64)],
    i64_load32_s: [4, (at) => hex(view.getInt32(at, true), 64)],
    i64_load32_u: [4, (at) => hex(view.getUint32(at, true), 64)],
  };
  const stores: Record<string, readonly [number, (at: number, value: bigint) => void]> = {
    i32_store: [4, (at, value) => view.setUint32(at, Number(value & 0xffffffffn), true)],
    i64_store: [8, (at, value) => view.setBigUint64(at, value, true)],
    f32_store: [4, (at, value) => view.setUint32(at, Number(value & 0xffffffffn), true)],
    i32_store8: [1, (at, value) => view.setUint8(at, Number(value & 0xffn))],
    i32_store16: [2, (at, value) => view.setUint16(at, Number(value & 0xffffn), true)],
    i64_store8: [1, (at, value) => view.setUint8(at, Number(value & 0xffn))],
    i64_store16: [2, (at, value) => view.setUint16(at, Number(value & 0xffffn), true)],
    i64_store32: [4, (at, value) => view.setUint32(at, Number(value & 0xffffffffn), true)],
  };
  const lines: string[] = [];
  const expected: string[] = [];
  const place = (bytes: number): number => bytes * random.integer(0, (MEMORY - 8) / bytes - 1);
  for (let round = 0; round < 60; round++) {
    for (const [name, [bytes, store]] of Object.entries(stores)) {
      const at = place(bytes);
      // Not a NaN, whose bits a processor may change.
      const value = name === "f32_store" ? bitsOf(random.between(-1e9, 1e9)) : (BigInt(random.bits()) << 32n) | BigInt(random.bits());
      store(at + 8, value);
      lines.push(`${name} ${at.toString(16)} ${value.toString(16)}`);
      expected.push(memory.sum());
    }
    for (const [name, [bytes, load]] of Object.entries(loads)) {
      const [base, offset] = [place(bytes), 8];
      lines.push(`${name} ${base.toString(16)} ${offset.toString(16)}`);
      expected.push(load(base + offset));
    }
  }
  for (const program of programs.values()) assert.deepEqual(run(program, lines), expected);
});
