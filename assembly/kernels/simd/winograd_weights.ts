import { loadPair } from "./widen_weights";

/**
 * Weights of four output channels to those of Winograd's F(2x2, 3x3), four times as large: 2G g 2G', with 2G g = (2 g0, g0 + g1 + g2, g0 - g1 + g2, 2 g2)
 * on rows, then columns. At most 9 * 127.
 *
 * Wide, to those of F(2x4, 3x3), 48 times as large: on columns 24G = (6 g0, -4 (g0 + g1 + g2), -4 (g0 - g1 + g2), g0 + 2 g1 + 4 g2, g0 - 2 g1 + 4 g2,
 * 24 g2). At most 24 * 3 * 127.
 *
 * raw       int8 [3 rows][3 columns][channels][4], as a tile has them
 * channels  even
 * weights   int16 [4 x 4 or 4 x 6 places][channels / 2][8 output channels][2]: where the first of the four lies; a place is `placeBytes` long
 */
export function winogradWeights(wide: bool, raw: usize, channels: i32, weights: usize, placeBytes: usize): void {
  const column = (<usize>channels) << 2;
  // One row of places after the other: all of them at once would be written at distances that share their lines of cache.
  for (let place = 0; place < 4; place++) {
    let target = weights;
    for (let at = raw; at < raw + column; at += 8) {
      const g0 = combined(at, 3 * column, place);
      const g1 = combined(at + column, 3 * column, place);
      const g2 = combined(at + 2 * column, 3 * column, place);
      if (wide) storeWide(target, placeBytes, g0, g1, g2);
      else storeNarrow(target, placeBytes, g0, g1, g2);
      target += 32;
    }
    weights += (wide ? 6 : 4) * placeBytes;
  }
}

function storeNarrow(target: usize, placeBytes: usize, g0: v128, g1: v128, g2: v128): void {
  const outer = i16x8.add(g0, g2);
  v128.store(target, i16x8.shl(g0, 1));
  v128.store(target + placeBytes, i16x8.add(outer, g1));
  v128.store(target + 2 * placeBytes, i16x8.sub(outer, g1));
  v128.store(target + 3 * placeBytes, i16x8.shl(g2, 1));
}

function storeWide(target: usize, placeBytes: usize, g0: v128, g1: v128, g2: v128): void {
  const outer = i16x8.add(g0, g2);
  const far = i16x8.add(g0, i16x8.shl(g2, 2));
  const twice = i16x8.shl(g1, 1);
  v128.store(target, i16x8.mul(g0, i16x8.splat(6)));
  v128.store(target + placeBytes, i16x8.mul(i16x8.add(outer, g1), i16x8.splat(-4)));
  v128.store(target + 2 * placeBytes, i16x8.mul(i16x8.sub(outer, g1), i16x8.splat(-4)));
  v128.store(target + 3 * placeBytes, i16x8.add(far, twice));
  v128.store(target + 4 * placeBytes, i16x8.sub(far, twice));
  v128.store(target + 5 * placeBytes, i16x8.mul(g2, i16x8.splat(24)));
}

/** One row of places from three rows of weights. */
function combined(at: usize, row: usize, place: i32): v128 {
  if (place == 0) return i16x8.shl(loadPair(at), 1);
  if (place == 3) return i16x8.shl(loadPair(at + 2 * row), 1);
  const outer = i16x8.add(loadPair(at), loadPair(at + 2 * row));
  return place == 1 ? i16x8.add(outer, loadPair(at + row)) : i16x8.sub(outer, loadPair(at + row));
}
