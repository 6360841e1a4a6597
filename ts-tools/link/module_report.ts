import { type CompressedSize, compressedSize, MOST_COMPRESSED_BYTES } from "./compressed_size.js";
import { type CodeReport, readCode } from "./instructions.js";
import { type DataSegment, type MemoryLimits, readDataSegments, readMemory, readSections, type Section } from "./sections.js";

/** What is inside a WebAssembly file. */
export interface ModuleReport {
  bytes: number;
  /** Bytes to download; missing for modules larger than MOST_COMPRESSED_BYTES. */
  gzip?: number;
  brotli?: number;
  sections: Section[];
  imports: string[];
  /** Names with their kinds. */
  exports: { name: string; kind: string }[];
  memory?: MemoryLimits;
  segments: DataSegment[];
  code: CodeReport;
}

export function moduleReport(bytes: Uint8Array<ArrayBuffer>): ModuleReport {
  const sections = readSections(bytes);
  // Throws for an invalid module: what follows trusts the counts in it.
  const module = new WebAssembly.Module(bytes);
  const memory = readMemory(bytes, sections);
  return {
    ...sizesOf(bytes),
    sections,
    imports: WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${from}.${name} (${kind})`),
    exports: WebAssembly.Module.exports(module).map(({ name, kind }) => ({ name, kind })),
    ...(memory && { memory }),
    segments: readDataSegments(bytes, sections),
    code: readCode(bytes, sections),
  };
}

function sizesOf(bytes: Uint8Array): Pick<ModuleReport, keyof CompressedSize> {
  return bytes.length > MOST_COMPRESSED_BYTES ? { bytes: bytes.length } : compressedSize(bytes);
}
