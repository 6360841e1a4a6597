import { loadPair } from "./widen_weights";

/**
 * The weight transform of four output channels, G g G', scaled to integers: rows, then columns.
 *
 * F(2x2, 3x3), four times as large: 2 g0, g0 + g1 + g2, g0 - g1 + g2, 2 g2. At most 9 * 127.
 *
 * Wide, F(4x4, 3x3), 576 times as large: 6 g0, -4 (g0 + g1 + g2), -4 (g0 - g1 + g2), g0 + 2 g1 + 4 g2, g0 - 2 g1 + 4 g2, 12 g2. At most 12 * 12 * 127; the last
 * is half of what the scale requires; winogradOutput() doubles its products.
 *
 * raw       int8 [3 rows][3 columns][channels][4], as in a weight group
 * channels  even
 * weights   int16 [4 x 4 or 6 x 6 positions][channels / 2][8 output channels][2]: address of the first of the four; positionBytes from one position to the next
 */
export function winogradWeights(wide: bool, raw: usize, channels: i32, weights: usize, positionBytes: usize): void {
  const positions = wide ? 6 : 4;
  const column = (<usize>channels) << 2;
  // One row of positions after another: written all at once, they would be at distances that share cache lines.
  for (let position = 0; position < positions; position++) {
    let target = weights;
    for (let at = raw; at < raw + column; at += 8) {
      const g0 = combinedRows(wide, at, 3 * column, position);
      const g1 = combinedRows(wide, at + column, 3 * column, position);
      const g2 = combinedRows(wide, at + 2 * column, 3 * column, position);
      for (let other = 0; other < positions; other++) {
        v128.store(target + <usize>other * positionBytes, combined(wide, g0, g1, g2, other));
      }
      target += 32;
    }
    weights += <usize>positions * positionBytes;
  }
}

function combinedRows(wide: bool, at: usize, row: usize, position: i32): v128 {
  return combined(wide, loadPair(at), loadPair(at + row), loadPair(at + 2 * row), position);
}

/** The combination of three weights at a position of a row or column. */
function combined(wide: bool, g0: v128, g1: v128, g2: v128, position: i32): v128 {
  if (position == 0) return i16x8.mul(g0, i16x8.splat(wide ? 6 : 2));
  if (position == (wide ? 5 : 3)) return i16x8.mul(g2, i16x8.splat(wide ? 12 : 2));
  const middle = position <= 2 ? g1 : i16x8.shl(g1, 1);
  const outer = i16x8.add(g0, position <= 2 ? g2 : i16x8.shl(g2, 2));
  const sum = position & 1 ? i16x8.add(outer, middle) : i16x8.sub(outer, middle);
  return wide && position <= 2 ? i16x8.mul(sum, i16x8.splat(-4)) : sum;
}
