/**
 * Rows of uint8 to int16, one after another.
 *
 * rows    addresses [count], u32, of uint8 [bytes]; up to 15 bytes after them may be read
 * out     int16 [count][bytes]; up to 30 bytes after the last are overwritten
 */
export function widenRows(rows: usize, count: i32, bytes: i32, out: usize): void {
  for (let row = 0; row < count; row++) {
    const source = <usize>load<u32>(rows + ((<usize>row) << 2));
    for (let at: usize = 0; at < <usize>bytes; at += 16) {
      const values = v128.load(source + at);
      v128.store(out + (at << 1), i16x8.extend_low_i8x16_u(values));
      v128.store(out + (at << 1), i16x8.extend_high_i8x16_u(values), 16);
    }
    out += (<usize>bytes) << 1;
  }
}
