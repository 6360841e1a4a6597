/** How large the page is on its way to a browser. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn } from "./build_page.js";

export interface PageSizes {
  /** Of a first visit: all files of the page, its examples, and the largest build of the micro model. */
  packedBytes: number;
  files: number;
}

/** Sizes of a built page, each file packed by gzip. */
export function pageSizes(folder: string): PageSizes {
  const packed = (name: string): number => gzipSync(readFileSync(path.join(folder, name)), { level: 9 }).length;
  const names = filesIn(folder);
  const micro = names.filter((name) => /^models\/[^/]+\/micro\//.test(name)).map(packed);
  const page = names.filter((name) => !name.startsWith("models/") && name !== "LICENSE.txt").map(packed);
  return { packedBytes: page.reduce((sum, bytes) => sum + bytes, Math.max(...micro)), files: page.length + 1 };
}
