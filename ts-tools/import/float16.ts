/** IEEE 754 half precision (1 sign, 5 exponent, 10 fraction bits) to float32; every half is exact in float32. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToNumber);
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
