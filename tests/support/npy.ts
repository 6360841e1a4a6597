import { readFileSync } from "node:fs";

/** A float32 array of NumPy with its shape, row major. */
export interface NpyFloat32 {
  shape: number[];
  values: Float32Array;
}

/** Reads a `.npy` file of versions 1 to 3 that holds little-endian float32 in row-major order. */
export function readNpyFloat32(file: string): NpyFloat32 {
  const bytes = readFileSync(file);
  if (bytes.length < 12 || bytes.toString("latin1", 0, 6) !== "\x93NUMPY")
    throw new Error(`${file} is not a .npy file; save it with numpy.save.`);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString("latin1", start, end);
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (shapeText === undefined || !/'descr':\s*'<f4'/.test(header) || !/'fortran_order':\s*False/.test(header)) {
    throw new Error(`${file} does not hold row-major little-endian float32; save it as numpy.ascontiguousarray(a, "<f4").`);
  }
  const shape = shapeText
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - end < 4 * count)
    throw new Error(`${file} is cut short: shape ${shape.join("x")} needs ${4 * count} bytes; copy it again.`);
  return { shape, values: Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(end + 4 * i)) };
}
