import { addProducts, DUAL_PRODUCTS, FEW_REGISTERS, MANY_REGISTERS, multiplierKind } from "../../target/target";

/** Pairs of one turn of the inner loop: of single products, and of dual ones. The shifts below are their logarithms. */
const UNROLLED: i32 = 4;
//$require UNROLLED is a power of two
const UNROLLED_DUAL: i32 = 8;
//$require UNROLLED_DUAL is a power of two

/** Columns of the next tile of `columns`: never one if there are two. */
export function tileWidth(columns: i32): i32 {
  if (columns <= 3) return columns;
  if (multiplierKind() != MANY_REGISTERS) return 2;
  return columns == 5 || columns == 6 ? 3 : 4;
}

/** The same for the pixels of two rows, an even number, where a tile has whole columns. */
export function pixelTileWidth(pixels: i32): i32 {
  return pixels >= 4 && multiplierKind() == MANY_REGISTERS ? 4 : 2;
}

/** How many of `tiles` of F(2x4, 3x3), two or more, multiplyWidePairs takes next; never one is left. */
export function wideTileWidth(tiles: i32): i32 {
  return tiles == 2 || tiles == 4 ? 2 : 3;
}

/**
 * Matrix products of int16 with int32 sums, modulo 2^32: a tile of columns by four output channels at each of several positions. Input channels come in pairs, so that
 * a processor that has an instruction for two products can use it.
 *
 * width      columns of the tile, as tileWidth() or pixelTileWidth() says
 * values     int16 [positions][16 pairs][width][2]; positions are `valueStep` bytes apart, or 0: all have the same values
 * weights    int16 [pairs][16 positions][4 channels][2]
 * pairs      an even number
 * positions  1 to 16
 * initial    int32 [positions][width]: what the sums of all channels begin with; [width] where all positions have the same values
 * sums       int32 [positions][width][4 channels]; positions are `sumStep` bytes apart
 */
export function multiplyPairs(
  width: i32,
  values: usize,
  valueStep: usize,
  weights: usize,
  pairs: i32,
  positions: i32,
  initial: usize,
  sums: usize,
  sumStep: usize,
): void {
  const kind = multiplierKind();
  if (kind == MANY_REGISTERS) {
    if (width == 4) single4416(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else if (width == 3) single4316(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else if (width == 2) single4216(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else single4116(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
  } else if (kind == DUAL_PRODUCTS) {
    if (width == 3) dual23(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else if (width == 2) dual42(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else dual41(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
  } else {
    if (width == 3) single2316(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else if (width == 2) single4216(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
    else single4116(values, valueStep, weights, pairs, positions, initial, sums, sumStep);
  }
}

/** The same with 24 positions, for kinds without DUAL_PRODUCTS: weights are int16 [pairs][24 positions][4 channels][2], width as wideTileWidth() says. */
export function multiplyWidePairs(
  width: i32,
  values: usize,
  valueStep: usize,
  weights: usize,
  pairs: i32,
  initial: usize,
  sums: usize,
  sumStep: usize,
): void {
  if (width == 3 && multiplierKind() == FEW_REGISTERS) single2324(values, valueStep, weights, pairs, 24, initial, sums, sumStep);
  else if (width == 3) single4324(values, valueStep, weights, pairs, 24, initial, sums, sumStep);
  else single4224(values, valueStep, weights, pairs, 24, initial, sums, sumStep);
}

//$for places in 16, 24
//$for channels in 4, 2
//$for width in 4, 3, 2, 1
/** $width columns by $channels channels at a time, one product after the other; weights have $places positions. */
function single$channels$width$places(
  values: usize,
  valueStep: usize,
  weights: usize,
  pairs: i32,
  positions: i32,
  initial: usize,
  sums: usize,
  sumStep: usize,
): void {
  //$for column in range($width)
  //$for channel in range($channels)
  let sum$column$channel: i32;
  //$end
  let value$column: i32;
  //$end
  let weight: i32;
  //$block addSingle(count)
  //$for pair in range($count)
  //$for half in 0, 2
  //$for column in range($width)
  value$column = i32(load<i16>(value, 4 * ($width * $pair + $column) + $half));
  //$end
  //$for channel in range($channels)
  weight = i32(load<i16>(at, 16 * $places * $pair + 4 * $channel + $half));
  //$for column in range($width)
  sum$column$channel += value$column * weight;
  //$end
  //$end
  //$end
  //$end
  value += 4 * $width * $count;
  at += 16 * $places * $count;
  //$end
  for (; positions > 0; positions--) {
    let target = sums;
    for (let first = 0; first < 4; first += $channels) {
      //$for column in range($width)
      //$for channel in range($channels)
      sum$column$channel = load<i32>(initial, 4 * $column);
      //$end
      //$end
      let value = values;
      let at = weights;
      for (let left = pairs >> 2; left > 0; left--) {
        //$put addSingle($UNROLLED)
      }
      if ((pairs & 2) != 0) {
        //$put addSingle(2)
      }
      //$for column in range($width)
      //$for channel in range($channels)
      store<i32>(target, sum$column$channel, 16 * $column + 4 * $channel);
      //$end
      //$end
      target += 4 * $channels;
      weights += 4 * $channels;
    }
    values += valueStep;
    initial += valueStep >> 4;
    sums += sumStep;
  }
}
//$end
//$end
//$end
//$for channels in 4, 2
//$for width in 3, 2, 1
/** $width columns by $channels channels at a time, two products at once. */
function dual$channels$width(
  values: usize,
  valueStep: usize,
  weights: usize,
  pairs: i32,
  positions: i32,
  initial: usize,
  sums: usize,
  sumStep: usize,
): void {
  //$for column in range($width)
  //$for channel in range($channels)
  let sum$column$channel: i32;
  //$end
  let value$column: i32;
  //$end
  let weight: i32;
  //$block addDual(count)
  //$for pair in range($count)
  //$for column in range($width)
  value$column = load<i32>(value, 4 * ($width * $pair + $column));
  //$end
  //$for channel in range($channels)
  weight = load<i32>(at, 256 * $pair + 4 * $channel);
  //$for column in range($width)
  sum$column$channel = addProducts(sum$column$channel, value$column, weight);
  //$end
  //$end
  //$end
  value += 4 * $width * $count;
  at += 256 * $count;
  //$end
  for (; positions > 0; positions--) {
    let target = sums;
    for (let first = 0; first < 4; first += $channels) {
      //$for column in range($width)
      //$for channel in range($channels)
      sum$column$channel = load<i32>(initial, 4 * $column);
      //$end
      //$end
      let value = values;
      let at = weights;
      for (let left = pairs >> 3; left > 0; left--) {
        //$put addDual($UNROLLED_DUAL)
      }
      if ((pairs & 4) != 0) {
        //$put addDual(4)
      }
      if ((pairs & 2) != 0) {
        //$put addDual(2)
      }
      //$for column in range($width)
      //$for channel in range($channels)
      store<i32>(target, sum$column$channel, 16 * $column + 4 * $channel);
      //$end
      //$end
      target += 4 * $channels;
      weights += 4 * $channels;
    }
    values += valueStep;
    initial += valueStep >> 4;
    sums += sumStep;
  }
}
//$end
//$end
