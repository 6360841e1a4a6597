/** Sign bits of four bytes. */
const SIGNS: u32 = 0x80808080;

/**
 * Four rows of activations d0..d3 as `convolveWinograd` multiplies them, int8: d0 - d2, d1 + d2 - 128, d2 - d1, d1 - d3. Four bytes at a time: activations have
 * seven bits, so a set eighth bit catches what a difference would borrow from the next byte, and a sum carries nothing.
 *
 * rows      addresses [4], u32, of uint8 [rowBytes], 0..127
 * out       int8 [4][rowBytes]
 * rowBytes  a multiple of 4
 */
export function transformRows(rows: usize, out: usize, rowBytes: usize): void {
  let row0 = <usize>load<u32>(rows);
  let row1 = <usize>load<u32>(rows, 4);
  let row2 = <usize>load<u32>(rows, 8);
  let row3 = <usize>load<u32>(rows, 12);
  for (const end = out + rowBytes; out < end; out += 4) {
    const d1 = load<u32>(row1);
    const d2 = load<u32>(row2);
    const at2 = out + (rowBytes << 1);
    store<u32>(out, ((load<u32>(row0) | SIGNS) - d2) ^ SIGNS);
    store<u32>(out + rowBytes, (d1 + d2) ^ SIGNS);
    store<u32>(at2, ((d2 | SIGNS) - d1) ^ SIGNS);
    store<u32>(at2 + rowBytes, ((d1 | SIGNS) - load<u32>(row3)) ^ SIGNS);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
  }
}
