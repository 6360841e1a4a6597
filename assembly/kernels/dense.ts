/**
 * One output of a fully connected layer: bias + sum of features * weights.
 *
 * features   int16 [inputs], 0..32767
 * weights    int8 [inputs]
 */
export function dense(features: usize, weights: usize, inputs: i32, bias: i32): i32 {
  let sum = bias;
  const end = weights + <usize>inputs;
  while (weights < end) {
    sum += i32(load<i16>(features)) * i32(load<i8>(weights));
    features += 2;
    weights++;
  }
  return sum;
}
