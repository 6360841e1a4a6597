import { brotliCompressSync, gzipSync } from "node:zlib";

/** Bytes of a file as a web server sends it. */
export interface CompressedSize {
  bytes: number;
  gzip: number;
  brotli: number;
}

export function compressedSize(content: Uint8Array): CompressedSize {
  return { bytes: content.length, gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length };
}
