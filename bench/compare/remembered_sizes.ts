/** A cache of compressed sizes: brotli takes a minute for ONNX Runtime's 14 MB. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { type CompressedSize, compressedSize } from "../../ts-tools/link/compressed_size.js";
import { benchFolder } from "./places.js";

const FILE = "compressed_sizes.json";

/** Sizes by the SHA-256 of the content; they are kept in .bench/ if that exists. */
export class RememberedSizes {
  readonly #file: string;
  readonly #sizes: Record<string, CompressedSize>;

  private constructor(file: string, sizes: Record<string, CompressedSize>) {
    this.#file = file;
    this.#sizes = sizes;
  }

  static async open(folder = benchFolder()): Promise<RememberedSizes> {
    const file = path.join(folder, FILE);
    const text = await readFile(file, "utf8").catch(() => "{}");
    return new RememberedSizes(file, JSON.parse(text) as Record<string, CompressedSize>);
  }

  of(content: Uint8Array): CompressedSize {
    const hash = createHash("sha256").update(content).digest("hex");
    this.#sizes[hash] ??= compressedSize(content);
    return this.#sizes[hash];
  }

  keep(): void {
    try {
      writeWhole(this.#file, JSON.stringify(this.#sizes));
    } catch {
      // Without .bench/ they are computed again next time.
    }
  }
}
