/** NumPy's file format `.npy`, versions 1 to 3: arrays of floats. */

export interface NpyArray {
  shape: number[];
  /** Row major, whatever the order in the file. */
  values: Float64Array<ArrayBuffer>;
}

/** An archive, which .npz files are. */
const ZIP = "PK\x03\x04";
const MAGIC = "\x93NUMPY";
/** A header of version 1 has 16 bits for its length; of an array of floats it is far shorter in every version. */
const MOST_HEADER_BYTES = 65536;
/** The data begins at a multiple of that. */
const ALIGNMENT = 64;

const READERS: Readonly<Record<string, [bytes: number, read: (view: DataView, at: number) => number]>> = {
  "<f2": [2, (view, at) => float16(view.getUint16(at, true))],
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  ">f4": [4, (view, at) => view.getFloat32(at, false)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
  ">f8": [8, (view, at) => view.getFloat64(at, false)],
};

/** The array in a file's bytes. Throws one sentence, to be read after the file's name, if it is damaged or not of floats. */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text(0, ZIP.length) === ZIP) throw new Error("this is an .npz archive, not a .npy file; save the array alone with numpy.save");
  if (bytes.length < 12 || text(0, MAGIC.length) !== MAGIC) throw new Error("this is not a .npy file; save the array with numpy.save");
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end - start > MOST_HEADER_BYTES || end > bytes.length) throw damaged("its header is cut short");
  const header = text(start, end);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (order === undefined || sizes === undefined) throw damaged("its header has no shape or order");
  const reader = READERS[type ?? ""];
  if (reader === undefined) {
    const found = type === undefined ? "a record or object type" : `type ${type}`;
    throw new Error(`its elements have ${found}; save floats, as in numpy.save(file, features.astype("float32"))`);
  }
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number.parseFloat);
  return { shape, values: elements(view, end, shape, order === "True", reader) };
}

function elements(
  view: DataView,
  start: number,
  shape: readonly number[],
  fortran: boolean,
  [size, read]: (typeof READERS)[string],
): Float64Array<ArrayBuffer> {
  const count = shape.reduce((product, length) => product * length, 1);
  if (!(count * size <= view.byteLength - start)) throw damaged(`its shape ${shapeText(shape)} needs more bytes than the file has`);
  const values = new Float64Array(count);
  if (!fortran) return values.map((_, index) => read(view, start + index * size));
  // The first index moves fastest: count through the file with one index for each axis.
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const index = shape.map(() => 0);
  for (let element = 0; element < count; element++) {
    values[index.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)] = read(view, start + element * size);
    for (let axis = 0; axis < shape.length && ++index[axis]! === shape[axis]; axis++) index[axis] = 0;
  }
  return values;
}

function damaged(what: string): Error {
  return new Error(`this .npy file is damaged (${what}); save or copy it again`);
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** A file with a float32 array, row major. */
export function npyOf(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((10 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(start + 4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, letter] of [...`${MAGIC}\x01\x00`].entries()) bytes[index] = letter.charCodeAt(0);
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10);
  values.forEach((value, index) => {
    view.setFloat32(start + 4 * index, value, true);
  });
  return bytes;
}
