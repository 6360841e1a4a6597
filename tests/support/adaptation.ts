/** A speaker's statistics as bytes, read and written from their documentation (docs/arithmetic.md, section 8); shares no code with the product. */

export interface BlobParts {
  frontEnd: number;
  frames: number;
  weight: number;
  mean: Float32Array;
}

export function parseBlob(blob: Uint8Array): BlobParts {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  return {
    frontEnd: view.getInt32(8, true),
    frames: view.getInt32(12, true),
    weight: view.getFloat32(16, true),
    mean: Float32Array.from({ length: (blob.length - 20) / 4 }, (_, k) => view.getFloat32(20 + 4 * k, true)),
  };
}

export function blobOf({ frontEnd, frames, weight, mean }: BlobParts): Uint8Array {
  const blob = new Uint8Array(20 + 4 * mean.length);
  const view = new DataView(blob.buffer);
  blob.set(new TextEncoder().encode("LSA1"));
  view.setInt32(8, frontEnd, true);
  view.setInt32(12, frames, true);
  view.setFloat32(16, weight, true);
  mean.forEach((value, k) => void view.setFloat32(20 + 4 * k, value, true));
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
