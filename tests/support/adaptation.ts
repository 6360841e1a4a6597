/** A speaker's statistics as bytes, read and written from their documentation (docs/arithmetic.md, section 8); shares no code with the product. */

export interface BlobParts {
  frontEnd: number;
  frames: number;
  weight: number;
  mean: Float32Array;
  /** Only in "LSA2". */
  answer?: { network: number; weight: number; mean: Float32Array };
}

/** `classes` is 0 for a model without speakerAnswers. */
export function parseBlob(blob: Uint8Array, classes = 0): BlobParts {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const end = classes === 0 ? blob.length : blob.length - 8 - 4 * classes;
  const floats = (from: number, to: number) =>
    Float32Array.from({ length: (to - from) / 4 }, (_, k) => view.getFloat32(from + 4 * k, true));
  return {
    frontEnd: view.getInt32(8, true),
    frames: view.getInt32(12, true),
    weight: view.getFloat32(16, true),
    mean: floats(20, end),
    ...(classes > 0 && {
      answer: { network: view.getInt32(blob.length - 4, true), weight: view.getFloat32(end, true), mean: floats(end + 4, blob.length - 4) },
    }),
  };
}

export function blobOf({ frontEnd, frames, weight, mean, answer }: BlobParts): Uint8Array {
  const end = 20 + 4 * mean.length;
  const blob = new Uint8Array(end + (answer ? 8 + 4 * answer.mean.length : 0));
  const view = new DataView(blob.buffer);
  blob.set(new TextEncoder().encode(answer ? "LSA2" : "LSA1"));
  view.setInt32(8, frontEnd, true);
  view.setInt32(12, frames, true);
  view.setFloat32(16, weight, true);
  mean.forEach((value, k) => void view.setFloat32(20 + 4 * k, value, true));
  if (answer) {
    view.setInt32(blob.length - 4, answer.network, true);
    view.setFloat32(end, answer.weight, true);
    answer.mean.forEach((value, c) => void view.setFloat32(end + 4 + 4 * c, value, true));
  }
  return withChecksum(blob);
}

/** A copy with the checksum that belongs to its bytes. */
export function withChecksum(blob: Uint8Array): Uint8Array {
  const copy = blob.slice();
  new DataView(copy.buffer).setUint32(4, crc32(copy.subarray(8)), true);
  return copy;
}

/** CRC-32 of IEEE 802.3, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
