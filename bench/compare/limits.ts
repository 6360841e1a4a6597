/**
 * What a multiplying instruction reaches at most in an engine on this machine: a register tile of independent sums, as in the kernels, with the loads of
 * both operands from a few kilobytes, and nothing else.
 */
import type { ModuleBuild } from "../../ts-tools/model/builds.js";
import { assemble } from "./assemble.js";

export interface LimitKernel {
  /** As WebAssembly calls it. */
  instruction: string;
  build: ModuleBuild;
  /** The register tile, values times vectors (or words) of weights, and how a value is loaded. */
  tile: string;
  /** Multiply-accumulates of one step of the loop. */
  macs: number;
  /** The module: `run(steps)` does that many steps. */
  text: string;
}

interface Instruction {
  instruction: string;
  build: ModuleBuild;
  /** Of one application. */
  macs: number;
  type: "v128" | "i64";
  loads: readonly ValueLoad[];
  loadWeight: string;
  weightBytes: number;
  multiplyAdd(sum: string, value: string, weight: string): string;
}

/** How a value comes into a register. */
interface ValueLoad {
  load: string;
  bytes: number;
  /** Steps that are unrolled. */
  unrolled: number;
}

/** Values as they are, or each four times in memory. Cranelift loads whatever an iteration reads before it multiplies, so with more steps it has too few registers. */
const VECTOR_LOADS: readonly ValueLoad[] = [
  { load: "v128.load32_splat", bytes: 4, unrolled: 2 },
  { load: "v128.load", bytes: 16, unrolled: 1 },
];
const vectors = { type: "v128", loads: VECTOR_LOADS, loadWeight: "v128.load", weightBytes: 16 } as const;
const INSTRUCTIONS: readonly Instruction[] = [
  {
    // Two products in one multiplication: assembly/kernels/convolve_packed.template.ts.
    instruction: "i64.mul",
    build: "scalar",
    macs: 2,
    type: "i64",
    loads: [{ load: "i64.load8_u", bytes: 1, unrolled: 2 }],
    loadWeight: "i64.load32_s",
    weightBytes: 4,
    multiplyAdd: (sum, value, weight) => `(i64.add ${sum} (i64.mul ${value} ${weight}))`,
  },
  {
    ...vectors,
    instruction: "i32x4.dot_i16x8_s",
    build: "simd",
    macs: 8,
    multiplyAdd: (sum, value, weight) => `(i32x4.add ${sum} (i32x4.dot_i16x8_s ${value} ${weight}))`,
  },
  {
    ...vectors,
    instruction: "i32x4.relaxed_dot_i8x16_i7x16_add_s",
    build: "relaxed",
    macs: 16,
    multiplyAdd: (sum, value, weight) => `(i32x4.relaxed_dot_i8x16_i7x16_add_s ${weight} ${value} ${sum})`,
  },
  {
    // A 16-bit lane holds the sum of two products; it is widened at once.
    ...vectors,
    instruction: "i16x8.relaxed_dot_i8x16_i7x16_s",
    build: "relaxed",
    macs: 16,
    multiplyAdd: (sum, value, weight) =>
      `(i32x4.add ${sum} (i32x4.extadd_pairwise_i16x8_s (i16x8.relaxed_dot_i8x16_i7x16_s ${weight} ${value})))`,
  },
];

/** Values by vectors; the fastest of them is the limit. */
const SIMD_TILES = [
  [2, 4],
  [4, 2],
  [5, 2],
] as const;
const SCALAR_TILES = [
  [2, 2],
  [4, 1],
] as const;
/** Steps until the loop returns to the first operands: they stay in the nearest cache. */
const SPAN = 64;

export function limitKernels(): LimitKernel[] {
  return INSTRUCTIONS.flatMap((instruction) => {
    const tiles: readonly (readonly [number, number])[] = instruction.type === "i64" ? SCALAR_TILES : SIMD_TILES;
    return instruction.loads.flatMap((value) => tiles.map(([values, weights]) => kernel(instruction, value, values, weights)));
  });
}

/** Steps of one run: a few milliseconds on any machine of today. */
export function limitSteps({ build, macs }: LimitKernel): number {
  const multiplies = build === "scalar" ? 8e6 : 60e6;
  return SPAN * Math.round(multiplies / macs / SPAN);
}

export async function assembleLimit(kernel: LimitKernel): Promise<Uint8Array> {
  return assemble(`${kernel.instruction} ${kernel.tile}`, kernel.text);
}

function kernel(instruction: Instruction, value: ValueLoad, values: number, weights: number): LimitKernel {
  const { type, loadWeight, weightBytes, multiplyAdd } = instruction;
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const stride = SPAN * value.bytes;
  const firstWeight = 16 * Math.ceil((values * stride) / 16);
  const sums = range(values * weights).map((index) => `$s${index}`);
  const step = (unrolled: number): string =>
    [
      ...range(weights).map(
        (j) => `(local.set $w${j} (${loadWeight} offset=${firstWeight + (unrolled * weights + j) * weightBytes} (local.get $weight)))`,
      ),
      ...range(values).flatMap((i) => [
        `(local.set $v (${value.load} offset=${i * stride + unrolled * value.bytes} (local.get $value)))`,
        ...range(weights).map((j) => {
          const sum = sums[i * weights + j]!;
          return `(local.set ${sum} ${multiplyAdd(`(local.get ${sum})`, "(local.get $v)", `(local.get $w${j})`)})`;
        }),
      ]),
    ].join("\n        ");
  const add = type === "v128" ? "i32x4.add" : "i64.add";
  const total = sums.slice(1).reduce((sum, name) => `(${add} ${sum} (local.get ${name}))`, `(local.get ${sums[0]})`);
  const result = type === "v128" ? `(i32x4.extract_lane 0 ${total})` : `(i32.wrap_i64 ${total})`;
  const locals = [...sums, "$v", ...range(weights).map((j) => `$w${j}`)].map((name) => `(local ${name} ${type})`).join(" ");
  const text = `(module (memory 1)
  (func (export "run") (param $steps i32) (result i32)
    (local $value i32) (local $weight i32) (local $left i32) ${locals}
    (loop $outer
      (local.set $value (i32.const 0))
      (local.set $weight (i32.const 0))
      (local.set $left (i32.const ${SPAN / value.unrolled}))
      (loop $inner
        ${range(value.unrolled).map(step).join("\n        ")}
        (local.set $value (i32.add (local.get $value) (i32.const ${value.unrolled * value.bytes})))
        (local.set $weight (i32.add (local.get $weight) (i32.const ${value.unrolled * weights * weightBytes})))
        (br_if $inner (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (br_if $outer (i32.gt_s (local.tee $steps (i32.sub (local.get $steps) (i32.const ${SPAN}))) (i32.const 0))))
    ${result}))
`;
  return {
    instruction: instruction.instruction,
    build: instruction.build,
    tile: `${values}x${weights} ${value.load}`,
    macs: instruction.macs * values * weights,
    text,
  };
}
