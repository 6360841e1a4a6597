import { REQUANTIZATION_BYTES } from "../../generated/record_layouts";

/**
 * Bias, ReLU and the running sums of the global average.
 *
 * products   int32 [pixels][productChannels]
 * channels   a multiple of 4
 * requantization   a record for every four channels, see requantization.ts
 * totals     int32 [channels]: the sums so far
 */
export function poolPixels(products: usize, pixels: i32, channels: i32, productChannels: i32, requantization: usize, totals: usize): void {
  const zero = i32x4.splat(0);
  for (let channel = 0; channel < channels; channel += 4) {
    const bias = v128.load(requantization);
    let total = v128.load(totals);
    let at = products + ((<usize>channel) << 2);
    for (let pixel = 0; pixel < pixels; pixel++) {
      total = i32x4.add(total, i32x4.max_s(i32x4.add(v128.load(at), bias), zero));
      at += (<usize>productChannels) << 2;
    }
    v128.store(totals, total);
    totals += 16;
    requantization += REQUANTIZATION_BYTES;
  }
}
