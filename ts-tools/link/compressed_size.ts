import { brotliCompressSync, gzipSync } from "node:zlib";

/** Larger files are not compressed just to measure them: brotli takes two seconds per MiB of text. */
export const MOST_COMPRESSED_BYTES = 2 ** 22;

/** Bytes of a file, plain and as a web server sends it. */
export interface CompressedSize {
  bytes: number;
  gzip: number;
  brotli: number;
}

export function compressedSize(content: Uint8Array): CompressedSize {
  return { bytes: content.length, gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length };
}
