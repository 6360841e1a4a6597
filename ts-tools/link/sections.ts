/**
 * The one reader of module files: for `inspect`, and for the check of a finished build. WebAssembly.Module does not tell the sizes of sections or what is in the
 * code. Neither does binaryen: it turns the code into a tree with other instructions. Besides, a damaged file makes it print to stderr and set the exit code.
 */
import { BinaryReader } from "./binary_reader.js";

const NAMES = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];

/** One section of a WebAssembly binary. */
export interface Section {
  id: number;
  /** "code", "data", ...; for a custom section its own name. */
  name: string;
  /** Where its content begins, and how long it is. */
  offset: number;
  bytes: number;
}

/** Compilers write a dozen, but millions of empty ones fit into a file. */
const MOST_SECTIONS = 1000;
/** Of a custom section's name, which is shown in a table. */
const MOST_NAME_BYTES = 1000;

/** The sections of a module in their order; throws when the bytes are not a module. */
export function readSections(bytes: Uint8Array): Section[] {
  const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  if (magic.some((value, index) => bytes[index] !== value)) throw new Error("this is not a WebAssembly module, version 1");
  const reader = new BinaryReader(bytes, magic.length);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const size = reader.unsigned();
    const offset = reader.position;
    if (offset + size > bytes.length) throw new Error("the module is truncated; build it again");
    if (sections.length === MOST_SECTIONS) {
      throw new Error(`the module has more than ${MOST_SECTIONS.toLocaleString("en-US")} sections; remove its custom sections`);
    }
    const name = id === 0 ? customName(new BinaryReader(bytes, offset, offset + size)) : (NAMES[id] ?? `section ${id}`);
    sections.push({ id, name, offset, bytes: size });
    reader.skip(size);
  }
  return sections;
}

function customName(reader: BinaryReader): string {
  const length = new BinaryReader(reader.bytes, reader.position, reader.end).unsigned();
  if (length > MOST_NAME_BYTES) {
    const most = MOST_NAME_BYTES.toLocaleString("en-US");
    throw new Error(`the module has a custom section whose name is longer than ${most} bytes; remove that section`);
  }
  return reader.text();
}

export interface DataSegment {
  passive: boolean;
  bytes: number;
  /** Where an active segment goes, if that is a constant. */
  address?: number;
}

/** The data segments, in their order. */
export function readDataSegments(bytes: Uint8Array, sections: readonly Section[]): DataSegment[] {
  const reader = sectionReader(bytes, sections, "data");
  if (!reader) return [];
  return Array.from({ length: reader.unsigned() }, () => {
    const flags = reader.unsigned();
    if (flags === 2) reader.unsigned();
    const address = flags === 1 ? undefined : readConstant(reader);
    const size = reader.unsigned();
    reader.skip(size);
    return { passive: flags === 1, bytes: size, ...(address !== undefined && { address }) };
  });
}

/** Limits of a memory, in pages. */
export interface MemoryLimits {
  initial: number;
  maximum?: number;
}

/** The module's own memory; undefined when it has none or imports it. */
export function readMemory(bytes: Uint8Array, sections: readonly Section[]): MemoryLimits | undefined {
  const reader = sectionReader(bytes, sections, "memory");
  if (!reader || reader.unsigned() === 0) return undefined;
  const flags = reader.byte();
  const initial = reader.unsigned();
  return flags & 1 ? { initial, maximum: reader.unsigned() } : { initial };
}

/** The names of all exports. */
export function readExportNames(bytes: Uint8Array, sections: readonly Section[]): string[] {
  const reader = sectionReader(bytes, sections, "export");
  return Array.from({ length: reader?.unsigned() ?? 0 }, () => {
    const name = reader!.text();
    reader!.skip(1); // its kind
    reader!.unsigned(); // its index
    return name;
  });
}

/** The value types of the module's own globals. */
export function readGlobalTypes(bytes: Uint8Array, sections: readonly Section[]): number[] {
  const reader = sectionReader(bytes, sections, "global");
  return Array.from({ length: reader?.unsigned() ?? 0 }, () => {
    const type = reader!.byte();
    reader!.skip(1); // whether it is mutable
    readConstant(reader!);
    return type;
  });
}

/** A reader of a section's content; undefined when the module does not have the section. */
export function sectionReader(bytes: Uint8Array, sections: readonly Section[], name: string): BinaryReader | undefined {
  const section = sections.find((candidate) => candidate.id !== 0 && candidate.name === name);
  return section && new BinaryReader(bytes, section.offset, section.offset + section.bytes);
}

/** The value of a constant expression `i32.const n end`; anything else is skipped and undefined. */
function readConstant(reader: BinaryReader): number | undefined {
  const opcode = reader.byte();
  const value = opcode === 0x41 || opcode === 0x42 ? reader.signed() : undefined;
  if (opcode === 0x43 || opcode === 0x44) reader.skip(opcode === 0x43 ? 4 : 8);
  while (opcode !== 0x0b && reader.byte() !== 0x0b);
  return opcode === 0x41 ? value : undefined;
}
