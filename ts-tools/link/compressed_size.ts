import { brotliCompressSync, gzipSync } from "node:zlib";

/** Bytes of a larger file are not compressed to measure them: brotli takes two seconds for one MiB of text. */
export const MOST_COMPRESSED_BYTES = 2 ** 22;

/** Bytes of a file as a web server sends it. */
export interface CompressedSize {
  bytes: number;
  gzip: number;
  brotli: number;
}

export function compressedSize(content: Uint8Array): CompressedSize {
  return { bytes: content.length, gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length };
}
