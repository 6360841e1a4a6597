/** Bounds checks in front of straight runs of loads and stores: they stop a program exactly when the memory's own end would have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import fc from "fast-check";
import { GUARD, type Guarded, guardAccesses } from "../../ts-tools/firmware/guard_accesses.js";
import { FEATURES } from "../../ts-tools/link/link.js";
import { type BuiltModel, buildPlan } from "../module/built_model.js";
import { type Case, NARROW, PATH_CASES, THOROUGH } from "../module/cases.js";
import { assertSame } from "../module/compare.js";
import { Instance, plainSound, type Sound } from "../module/instance.js";
import { voice } from "../support/sounds.js";
import { assemble, type GuardFunction, GuardStop, newTally, type Tally, wrongGuards, wrongGuardsOfBinary } from "./guarded.js";
import { PAGE, pointerValue, program } from "./random_programs.js";
import { instanceOf } from "./sync_instance.js";

const RUNS = THOROUGH ? 20000 : 1500;
/** Executed guards to executed accesses of the module: a third was measured. */
const GUARDS_TO_ACCESSES = 0.4;

/** Values of the pointers of a program's runs. */
const inputs = fc.array(fc.tuple(pointerValue, pointerValue, pointerValue), { minLength: 6, maxLength: 8, size: "max" });

function property(tally: Tally, guard?: GuardFunction) {
  return fc.property(program, inputs, (tree, pointers) => {
    const wrong = wrongGuards(tree, pointers, tally, guard);
    if (wrong !== undefined) throw new Error(wrong);
  });
}

test("random programs stop at a guard exactly when they trap without guards, and else do the same", (t) => {
  const tally = newTally();
  fc.assert(property(tally), { seed: 31, numRuns: RUNS });
  t.diagnostic(JSON.stringify(tally));
  const runs = tally.ended + tally.stopped;
  assert.ok(runs > 5 * RUNS && tally.refused < 0.1 * RUNS, "most programs were run");
  assert.ok(Math.min(tally.ended, tally.stopped) > 0.3 * runs, "a fair share of the runs ended, and a fair share was stopped");
  assert.ok(tally.guards > 0.2 * tally.accesses && tally.guards < 0.6 * tally.accesses, "some accesses have a guard, some share one");
});

/** Guards that are wrong, so that the property above must fail; the last stops too soon. */
const WRONG_GUARDS: Readonly<Record<string, GuardFunction>> = {
  "never stops": (base) => base,
  "knows no end": (base) => stopBeyond(base, base, 1),
  "is wrong by a byte": (base, end) => stopBeyond(base, base, end - 1),
  "takes addresses as signed": (base, end) => (base + end > PAGE ? stopBeyond(base, PAGE, 1) : base),
  "wraps around": (base, end) => stopBeyond(base, (base + end) >>> 0, 0),
  "returns another base": (base, end) => stopBeyond(base, base, end) & -8,
  "stops a byte too soon": (base, end) => stopBeyond(base, base, end + 1),
};

function stopBeyond(base: number, address: number, bytes: number): number {
  if ((address >>> 0) + bytes > PAGE) throw new GuardStop();
  return base;
}

for (const [name, guard] of Object.entries(WRONG_GUARDS)) {
  test(`the property fails with a guard that ${name}`, () => {
    const { failed, errorInstance } = fc.check(property(newTally(), guard), { seed: 31, numRuns: RUNS, endOnFailure: true });
    assert.ok(failed);
    assert.match((errorInstance as Error).message, /without guards/);
  });
}

/** A function of two pointers, with a third local and a label around it. */
const functionOf = (body: string): string => `(module (memory (export "memory") 1 1) (global (export "global") (mut i32) (i32.const 0))
  (func $other (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "run") (param $p i32) (param $q i32) (param $r i32) (result i32) ${body} (i32.const 5)))`;

const load = (offset: number, pointer = "(local.get $p)"): string => `(i32.load offset=${offset} ${pointer})`;
const read = (offset: number, pointer?: string): string => `(drop ${load(offset, pointer)})`;
const count = (body: string): Pick<Guarded, "accesses" | "guards"> => {
  // The function after "run" has one of each.
  const { accesses, guards } = guardAccesses(assemble(functionOf(body)), PAGE);
  return { accesses: accesses - 1, guards: guards - 1 };
};

test("a straight run of loads off one pointer has one guard, whatever their order", () => {
  const offsets = fc.array(fc.integer({ min: 0, max: PAGE - 4 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(offsets, fc.boolean(), (run, together) => {
      const body = together
        ? `(drop ${run.map((at) => load(at)).reduce((sum, next) => `(i32.add ${sum} ${next})`)})`
        : run.map((at) => read(at)).join("");
      assert.deepEqual(count(body), { accesses: run.length, guards: 1 });
    }),
    { seed: 32, numRuns: 100 },
  );
});

/** How many guards are placed: more would cost time, fewer leave something unchecked. */
const COUNTS: readonly (readonly [name: string, guards: number, body: string])[] = [
  [
    "stores and loads share a guard",
    1,
    `(i32.store (local.get $p) ${load(8)}) (i64.store offset=100 (local.get $p) (i64.const 1)) ${read(3)}`,
  ],
  ["two pointers", 2, `${read(0)} ${read(0, "(local.get $q)")} ${read(8)} ${read(8, "(local.get $q)")}`],
  ["an assignment between", 2, `${read(0)} (local.set $p (local.get $q)) ${read(0)}`],
  ["an assignment in an operand", 2, `${read(0)} (drop (i32.add ${load(0, "(local.tee $p (local.get $q))")} ${load(4)}))`],
  ["an address that is not a local", 2, `${read(0, load(0))}`],
  ["in an arm, after a guard that covers it", 1, `${read(8)} (if (local.get $q) (then ${read(0)}))`],
  ["in an arm, after a guard that does not", 2, `${read(0)} (if (local.get $q) (then ${read(8)}))`],
  ["in two arms and after them", 3, `(if (local.get $q) (then ${read(0)}) (else ${read(0)})) ${read(0)}`],
  ["after arms that assign", 2, `${read(0)} (if (local.get $q) (then (local.set $p (i32.const 9)))) ${read(0)}`],
  ["in a loop, of a pointer that stays", 1, `${read(8)} (loop $l ${read(0)} (br_if $l (local.get $q)))`],
  [
    "in a loop, of a pointer that moves",
    2,
    `${read(8)} (loop $l ${read(0)} (br_if $l (local.tee $p (i32.add (local.get $p) (i32.const 4)))))`,
  ],
  ["after a break", 2, `(block $b ${read(0)} (br_if $b (local.get $q)) ${read(8)})`],
  ["after a break, covered", 1, `(block $b ${read(8)} (br_if $b (local.get $q)) ${read(0)})`],
  ["in an arm, up to the guard's last byte", 1, `${read(0)} (if (local.get $q) (then (drop (i32.load16_u offset=2 (local.get $p)))))`],
  ["in an arm, a byte further", 2, `${read(0)} (if (local.get $q) (then (drop (i32.load16_u offset=3 (local.get $p)))))`],
  ["after the end of a block that is left", 2, `(block $b (br_if $b (local.get $q)) ${read(8)}) ${read(0)}`],
  ["in a block that nothing leaves", 1, `(block ${read(0)}) ${read(8)}`],
  ["after a return", 2, `${read(0)} (if (local.get $q) (then (return (i32.const 1)))) ${read(8)}`],
  ["after a call", 1, `${read(0)} (drop (call $other (local.get $q))) ${read(8)}`],
  ["a constant address", 0, `${read(8, "(i32.const 1000)")} ${read(0, `(i32.const ${PAGE - 4})`)}`],
  [
    "a masked address",
    0,
    `${read(0, "(i32.and (local.get $p) (i32.const 0xfffc))")} ${read(99, "(i32.and (i32.const 0xff) (local.get $p))")}`,
  ],
  ["a masked address beyond the memory", 1, read(1, "(i32.and (local.get $p) (i32.const 0xfffc))")],
  ["a shifted address", 0, read(0, "(i32.shl (i32.shr_u (local.get $p) (i32.const 18)) (i32.const 2))")],
  ["a shifted address beyond the memory", 1, read(1, "(i32.shl (i32.shr_u (local.get $p) (i32.const 18)) (i32.const 2))")],
  ["a sum", 0, read(0, `(i32.add (i32.and (local.get $p) (i32.const 255)) (i32.const ${PAGE - 259}))`)],
  ["a sum beyond the memory", 1, read(0, `(i32.add (i32.and (local.get $p) (i32.const 255)) (i32.const ${PAGE - 258}))`)],
  ["a shift by more bits than there are", 1, read(0, "(i32.shr_u (local.get $p) (i32.const 33))")],
  ["a shift by bits that are not known", 1, read(0, "(i32.shr_u (local.get $p) (local.get $q))")],
  ["a sum that may wrap around", 1, read(0, "(i32.add (i32.const -4) (i32.and (local.get $p) (i32.const 255)))")],
  ["a shift that may lose bits", 1, read(0, "(i32.shl (i32.and (local.get $p) (i32.const 255)) (i32.const 32))")],
];

for (const [name, guards, body] of COUNTS) {
  test(`guards: ${name}: ${guards}`, () => assert.equal(count(body).guards, guards));
}

/** Around what is executed in any case, and in which order. */
const PLACES: readonly (readonly [name: string, body: string])[] = [
  [
    "a block in an operand assigns the pointer of the next",
    `(drop (i32.add (block $b (result i32) (local.set $p (local.get $q)) (br_if $b (i32.const 1) (local.get $r))) ${load(0)}))`,
  ],
  [
    "an `if` in an operand assigns it",
    `(drop (i32.add (if (result i32) (local.get $r) (then (local.tee $p (local.get $q))) (else (i32.const 0))) ${load(0)}))`,
  ],
  [
    "a loop in an operand assigns it",
    `(drop (i32.add (loop $l (result i32) (local.set $p (local.get $q)) (br_if $l (i32.eqz (local.tee $q (i32.or (local.get $q) (i32.const 1))))) (i32.const 1)) ${load(0)}))`,
  ],
  [
    "a break in an operand leaves what comes after",
    `(block $b (drop (i32.add (if (result i32) (local.get $r) (then (br $b)) (else (i32.const 1))) ${load(0)})))`,
  ],
  [
    "a break with a value in an operand leaves what comes after",
    `(drop (block $b (result i32) (i32.add (br_if $b (i32.const 1) (local.get $r)) ${load(0)})))`,
  ],
  [
    "a return in an operand leaves what comes after",
    `(drop (i32.add (if (result i32) (local.get $r) (then (return (i32.const 1))) (else (i32.const 1))) ${load(0)}))`,
  ],
  ["a break with a value and a condition that loads", `(drop (block $b (result i32) (br_if $b ${load(0)} ${load(0, "(local.get $q)")})))`],
  [
    "a break with a value that loads, and a condition that assigns the pointer",
    `(drop (block $b (result i32) (br_if $b ${load(0)} ${load(0, "(local.tee $p (local.get $q))")})))`,
  ],
  ["an arm without a block", `(if (local.get $r) (then ${read(0)})) ${read(8, "(local.get $q)")}`],
  [
    "the value that is stored assigns the pointer",
    `(i32.store (local.get $p) (local.tee $p (local.get $q))) (i32.store (local.get $p) (i32.const 1))`,
  ],
  [
    "a loop assigns at its end what it reads at its begin",
    `(loop $l ${read(0)} (local.set $p (local.get $q)) (br_if $l (i32.gt_s (local.tee $r (i32.shr_s (local.get $r) (i32.const 24))) (i32.const 0))))`,
  ],
  ["a table of breaks", `(block $a (block $b (br_table $a $b (local.get $r))) ${read(0)}) ${read(0, "(local.get $q)")}`],
  ["unreachable after an arm", `(if (local.get $r) (then (unreachable))) ${read(0)}`],
  ["nothing in an arm", `(if (local.get $r) (then (nop)) (else ${read(0)})) ${read(0, "(local.get $q)")}`],
];
const VALUES = [0, 1, 100, PAGE - 12, PAGE - 4, PAGE - 3, PAGE, 0x40000000, -4, -1];
const ALL_VALUES = VALUES.flatMap((p) => VALUES.flatMap((q) => [0, 1, 2, 0x7fffffff].map((r) => [p, q, r])));

for (const [name, body] of PLACES) {
  test(`right places: ${name}`, () => {
    const tally = newTally();
    assert.equal(wrongGuardsOfBinary(assemble(functionOf(body)), ALL_VALUES, tally), undefined);
    assert.ok(tally.ended > 20 && tally.stopped > 20, JSON.stringify(tally));
  });
}

test("a constant address outside the memory is refused, up to its last byte", () => {
  const at = (address: number, offset = 0) => assemble(functionOf(read(offset, `(i32.const ${address})`)));
  for (const [address, offset] of [
    [996, 0],
    [0, 996],
    [500, 496],
  ] as const)
    assert.equal(guardAccesses(at(address, offset), 1000).accesses, 2);
  for (const [address, offset] of [
    [997, 0],
    [0, 997],
    [1000, 0],
    [PAGE, 0],
    [-1, 0],
    [-4, 8],
    [0, 0xffffffff],
  ] as const)
    assert.throws(() => guardAccesses(at(address, offset), 1000), /is outside the memory/);
});

test("an offset that alone leads outside is refused: in C, no guard is made for it", () => {
  for (const offset of [997, 1000, PAGE, 0x7fffffff, 0xfffffffc, 0xffffffff])
    assert.throws(() => guardAccesses(assemble(functionOf(read(offset))), 1000), /is outside the memory/, `offset ${offset}`);
});

/** What the pass knows nothing of. */
const UNKNOWN: Readonly<Record<string, string>> = {
  "memory.grow": "(drop (memory.grow (i32.const 1)))",
  "memory.size": "(drop (memory.size))",
  "data.drop": "(data.drop $data)",
  call_indirect: "(drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0)))",
  return_call: "(return_call $other (i32.const 1))",
  "v128.load": "(drop (i32x4.extract_lane 0 (v128.load (local.get $p))))",
  "v128.load alone": "(drop (v128.load (local.get $p)))",
  "v128.store": "(v128.store (local.get $p) (v128.const i32x4 0 0 0 0))",
  "v128.load32_zero": "(drop (v128.load32_zero (local.get $p)))",
  "v128.load8_lane": "(drop (v128.load8_lane 0 (local.get $p) (v128.const i32x4 0 0 0 0)))",
  "i32.atomic.load": "(drop (i32.atomic.load (local.get $p)))",
  "i32.atomic.rmw.add": "(drop (i32.atomic.rmw.add (local.get $p) (i32.const 1)))",
  "table.get": "(drop (ref.is_null (table.get $table (i32.const 0))))",
  try: "(try (do (nop)) (catch_all (nop)))",
};

for (const [name, instruction] of Object.entries(UNKNOWN)) {
  test(`refused: ${name}`, () => {
    const text = functionOf(instruction).replace("(func $other", '(data $data "abc") (table $table 1 funcref) (func $other');
    assert.throws(() => guardAccesses(assemble(text), PAGE), /is not listed in ts-tools\/firmware\/expressions\.ts|not valid WebAssembly/);
  });
}

test("refused: a second memory", () => {
  const text = functionOf(`(drop (i32.load $second (local.get $p)))`).replace("(func $other", "(memory $second 1) (func $other");
  assert.throws(() => guardAccesses(assemble(text), PAGE), /is not listed in ts-tools\/firmware\/expressions\.ts|not valid WebAssembly/);
});

test("refused: a function that calls itself", () => {
  for (const name of ["$other", "$third"]) {
    const text = functionOf("").replace("(func $other", `(func $third (param i32) (result i32) (call $other (local.get 0))) (func $other`);
    const recursive = text.replace("(i32.load (local.get 0))", `(call ${name} (local.get 0))`);
    assert.throws(() => guardAccesses(assemble(recursive), PAGE), /itself/);
  }
});

test("refused: a value that is stored and leaves the function or a block", () => {
  for (const leaving of ["(return (i32.const 1))", "(br $b)", "(unreachable)"]) {
    const value = `(if (result i32) (local.get $q) (then (i32.const 1)) (else ${leaving}))`;
    assert.throws(
      () => guardAccesses(assemble(functionOf(`(block $b (i32.store (local.get $p) ${value}))`)), PAGE),
      /leaves the function or a block/,
    );
  }
});

interface Executed {
  accesses: number;
  /** The first byte after the highest that was accessed. */
  end: number;
  /** Accesses at addresses that are not multiples of their size. */
  unaligned: number;
}

/** The module, which counts every load and store that it executes. */
function counting(binary: Uint8Array, executed: Executed): Instance {
  const module = binaryen.readBinary(binary);
  module.setFeatures(FEATURES);
  module.runPasses(["instrument-memory"]);
  const instrumented = module.emitBinary() as Uint8Array<ArrayBuffer>;
  module.dispose();
  const address = (_: number, bytes: number, offset: number, pointer: number): number => {
    const at = (pointer >>> 0) + offset;
    executed.accesses++;
    executed.end = Math.max(executed.end, at + bytes);
    if (at % bytes !== 0) executed.unaligned++;
    return pointer;
  };
  const value = (_: number, given: number | bigint): number | bigint => given;
  const names = WebAssembly.Module.imports(new WebAssembly.Module(instrumented)).map(({ name }) => name);
  return instanceOf(new WebAssembly.Module(instrumented), {
    env: Object.fromEntries(names.map((name) => [name, name.endsWith("_ptr") ? address : value])),
  });
}

async function assertGuardedModel(plan: Case, sounds: readonly Sound[]): Promise<string> {
  const built: BuiltModel = await buildPlan(plan);
  const plain = await Instance.create(built.embedded);
  const memoryBytes = plain.exports.memoryNeeded();
  const { binary, accesses, guards } = guardAccesses(built.embedded, memoryBytes);
  let calls = 0;
  const guard: GuardFunction = (base, end) => {
    calls++;
    if ((base >>> 0) + end > memoryBytes) throw new GuardStop();
    return base;
  };
  const guarded = instanceOf(new WebAssembly.Module(binary), { [GUARD.module]: { [GUARD.base]: guard } });
  const executed: Executed = { accesses: 0, end: 0, unaligned: 0 };
  const counted = counting(built.embedded, executed);
  for (const sound of sounds) {
    const expected = plain.classify(sound);
    for (const actual of [guarded.classify(sound), counted.classify(sound)]) {
      assert.equal(actual.level, expected.level, sound.name);
      assertSame(`${sound.name}: logits`, actual.logits, expected.logits);
      assertSame(`${sound.name}: probabilities`, actual.probabilities, expected.probabilities);
    }
  }
  assert.ok(Buffer.from(guarded.bytes()).equals(Buffer.from(plain.bytes())), "the pages are the same");
  // Every guard was strict to the byte, and the last byte was used.
  assert.equal(executed.end, memoryBytes);
  assert.equal(executed.unaligned, 0);
  assert.ok(calls < GUARDS_TO_ACCESSES * executed.accesses, `${calls} guards for ${executed.accesses} accesses`);
  return `${guards} guards for ${accesses} accesses in the code, ${calls} for ${executed.accesses} executed (${(calls / executed.accesses).toFixed(3)})`;
}

for (const plan of [...PATH_CASES.slice(0, 2), NARROW]) {
  test(`${plan.name}: guards that know the module's last byte do not change the answers`, async (t) => {
    const count = plan.frontEnd.windowSamples;
    const sounds = [
      plainSound("voice", voice(count)),
      plainSound("short, at another rate", voice(Math.round(0.7 * count), 22050), 22050),
      plainSound(
        "full scale",
        Int16Array.from({ length: count + 99 }, (_, i) => (i % 80 < 40 ? 32767 : -32768)),
      ),
      plainSound("empty", new Int16Array(0)),
    ];
    t.diagnostic(await assertGuardedModel(plan, plan === NARROW ? sounds.slice(0, 1) : sounds));
  });
}
