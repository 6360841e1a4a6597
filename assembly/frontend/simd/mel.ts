import { MEL } from "../../generated/memory_map";
import { LOG_FLOOR, MEL_BANDS } from "../../generated/model";
import { LN_2, ROOT_HALF_BITS } from "../ln";

/** Four bands at a time; the rest of the region after the last band is overwritten. */
export function melLogarithm(): void {
  const floor = f32x4.splat(LOG_FLOOR);
  for (let at = MEL; at < MEL + (MEL_BANDS << 2); at += 16) v128.store(at, ln(f32x4.add(v128.load(at), floor)));
}

/** The scalar `ln` of four numbers. */
function ln(v: v128): v128 {
  const rootHalf = i32x4.splat(ROOT_HALF_BITS);
  const bits = i32x4.sub(v, rootHalf);
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), rootHalf);
  const f = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(f, f32x4.add(f32x4.splat(2), f));
  const z = f32x4.mul(s, s);
  const third: f32 = 1.0 / 3.0;
  const fifth: f32 = 1.0 / 5.0;
  const seventh: f32 = 1.0 / 7.0;
  const ninth: f32 = 1.0 / 9.0;
  let p = f32x4.add(f32x4.mul(z, f32x4.splat(ninth)), f32x4.splat(seventh));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(fifth));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(third));
  const twice = f32x4.mul(f32x4.splat(2), s);
  return f32x4.add(f32x4.mul(e, f32x4.splat(LN_2)), f32x4.add(twice, f32x4.mul(f32x4.mul(twice, z), p)));
}
