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
export function winogradWeights(raw: usize, channels: i32, wide: bool, weights: usize, placeBytes: usize): void {
  const column = (<usize>channels) << 2;
  const row: usize = 3 * column;
  for (let channel = 0; channel < channels; channel++) {
    for (let output: usize = 0; output < 4; output++) {
      const at = raw + ((<usize>channel) << 2) + output;
      let target = weights + ((<usize>(channel >> 1)) << 5) + (output << 2) + ((<usize>(channel & 1)) << 1);
      for (let place = 0; place < 4; place++) {
        const g0 = combined(at, row, place);
        const g1 = combined(at + column, row, place);
        const g2 = combined(at + 2 * column, row, place);
        if (wide) {
          store<i16>(target, 6 * g0);
          store<i16>(target + placeBytes, -4 * (g0 + g1 + g2));
          store<i16>(target + 2 * placeBytes, -4 * (g0 - g1 + g2));
          store<i16>(target + 3 * placeBytes, g0 + 2 * g1 + 4 * g2);
          store<i16>(target + 4 * placeBytes, g0 - 2 * g1 + 4 * g2);
          store<i16>(target + 5 * placeBytes, 24 * g2);
          target += 6 * placeBytes;
        } else {
          store<i16>(target, 2 * g0);
          store<i16>(target + placeBytes, g0 + g1 + g2);
          store<i16>(target + 2 * placeBytes, g0 - g1 + g2);
          store<i16>(target + 3 * placeBytes, 2 * g2);
          target += 4 * placeBytes;
        }
      }
    }
  }
}

/** One row of places from three rows of weights. */
function combined(at: usize, row: usize, place: i32): i32 {
  const g0 = i32(load<i8>(at));
  const g1 = i32(load<i8>(at + row));
  const g2 = i32(load<i8>(at + 2 * row));
  if (place == 0) return 2 * g0;
  if (place == 3) return 2 * g2;
  return place == 1 ? g0 + g1 + g2 : g0 - g1 + g2;
}
