/**
 * Which instructions this engine has. The probes are the smallest modules that use one of them, and the result must be correct: V8 11.3 (Node 20) has relaxed SIMD
 * behind a flag, and its baseline compiler computes a different dot product. The bytes are those of
 *
 *     (module (func (param v128) (drop (i32x4.dot_i16x8_s (local.get 0) (local.get 0)))))
 *     (module (func (export "dot") (param i32 i32 i32) (result i32) (i32x4.extract_lane 0 (i32x4.relaxed_dot_i8x16_i7x16_add_s (i32x4.splat (local.get 0)) (i32x4.splat (local.get 1)) (i32x4.splat (local.get 2))))))
 */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const SIMD_BODY = [0x0a, 0x0c, 0x01, 0x0a, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd, 0xba, 0x01, 0x1a, 0x0b];
const DOT_BODY = [0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x11, 0x20, 0x01, 0xfd, 0x11, 0x20, 0x02, 0xfd, 0x11];
const DOT_EXPORT = [0x07, 0x07, 0x01, 0x03, 0x64, 0x6f, 0x74, 0x00, 0x00];

export const PROBES = {
  simd: Uint8Array.from([...HEADER, 0x01, 0x05, 0x01, 0x60, 0x01, 0x7b, 0x00, 0x03, 0x02, 0x01, 0x00, ...SIMD_BODY]),
  relaxed: Uint8Array.from([
    ...HEADER,
    ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, 0x03, 0x02, 0x01, 0x00],
    ...DOT_EXPORT,
    ...[...DOT_BODY, 0xfd, 0x93, 0x02, 0xfd, 0x1b, 0x00, 0x0b],
  ]),
} as const;

/** Whether a feature is there; not where WebAssembly is forbidden. */
export function engineHas(feature: keyof typeof PROBES): boolean {
  if (!compilesAtAll() || !WebAssembly.validate(PROBES[feature])) return false;
  return feature === "simd" || relaxedDotIsRight();
}

/** Whether the smallest module there is can be compiled: a policy may forbid it, and then it says so here. */
export function compilesAtAll(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.from(HEADER)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/** 1000 + (-3 * 100) + (5 * 50) + (7 * 25) + (-11 * 127) */
function relaxedDotIsRight(): boolean {
  const { dot } = new WebAssembly.Instance(new WebAssembly.Module(PROBES.relaxed)).exports;
  return (dot as (weights: number, values: number, sum: number) => number)(0xf50705fd, 0x7f193264, 1000) === -272;
}
