import { exp } from "./exp";

/** 1 / (1 + exp(-x)), where exp() takes nothing above 0. */
export function logistic(x: f32): f32 {
  const e = exp(-abs<f32>(x));
  return (x < 0 ? e : 1) / (1 + e);
}
