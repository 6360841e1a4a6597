import type { BinaryReader } from "./binary_reader.js";
import { type Section, sectionReader } from "./sections.js";

/** What the code of a module may use beyond the first version of WebAssembly. */
export type FeatureName =
  | "sign extension"
  | "saturating conversion"
  | "bulk memory"
  | "reference types"
  | "tail calls"
  | "SIMD"
  | "relaxed SIMD";

export interface CodeReport {
  functions: number;
  instructions: number;
  /** Instructions of each feature; only features that are used. */
  features: Partial<Record<FeatureName, number>>;
  memorySize: number;
  memoryGrow: number;
}

/** What sees the code of a module: the first byte of every instruction, and the value types of the functions' locals. */
export interface CodeVisitor {
  instruction(opcode: number): void;
  locals(type: number): void;
}

/** Walks over all code; throws at an instruction that it does not know. */
export function readCode(bytes: Uint8Array, sections: readonly Section[], visitor?: CodeVisitor): CodeReport {
  const report: CodeReport = { functions: 0, instructions: 0, features: {}, memorySize: 0, memoryGrow: 0 };
  const reader = sectionReader(bytes, sections, "code");
  if (!reader) return report;
  report.functions = reader.unsigned();
  for (let index = 0; index < report.functions; index++) {
    const size = reader.unsigned();
    const end = reader.position + size;
    for (let groups = reader.unsigned(); groups > 0; groups--) {
      reader.unsigned(); // how many
      const type = reader.byte();
      visitor?.locals(type);
    }
    while (reader.position < end) {
      visitor?.instruction(reader.bytes[reader.position]!);
      readInstruction(reader, report);
    }
  }
  return report;
}

function readInstruction(reader: BinaryReader, report: CodeReport): void {
  const opcode = reader.byte();
  report.instructions++;
  const feature = opcode === 0xfc ? readMiscellaneous(reader) : opcode === 0xfd ? readVector(reader) : readPlain(reader, opcode);
  if (feature) report.features[feature] = (report.features[feature] ?? 0) + 1;
  if (opcode === 0x3f) report.memorySize++;
  if (opcode === 0x40) report.memoryGrow++;
}

/** Skips what follows an opcode of one byte. */
function readPlain(reader: BinaryReader, opcode: number): FeatureName | undefined {
  const between = (first: number, last: number): boolean => opcode >= first && opcode <= last;
  if (between(0x02, 0x04) || between(0x0c, 0x0d) || opcode === 0x10 || between(0x20, 0x26)) reader.unsigned();
  else if (opcode === 0x0e) skipNumbers(reader, reader.unsigned() + 1);
  else if (opcode === 0x11) skipNumbers(reader, 2);
  else if (opcode === 0x1c) skipNumbers(reader, reader.unsigned());
  else if (between(0x28, 0x3e)) skipAddress(reader);
  else if (between(0x3f, 0x42)) reader.unsigned();
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
  else if (between(0xc0, 0xc4)) return "sign extension";
  else if (between(0x12, 0x13)) {
    skipNumbers(reader, opcode - 0x11);
    return "tail calls";
  } else if (between(0xd0, 0xd2)) {
    if (opcode !== 0xd1) reader.unsigned();
    return "reference types";
  } else if (!between(0x45, 0xbf) && ![0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode)) throw unknownInstruction(opcode);
  return undefined;
}

/** Instructions with the prefix 0xfc. */
function readMiscellaneous(reader: BinaryReader): FeatureName {
  const code = reader.unsigned();
  if (code <= 7) return "saturating conversion";
  if (code > 17) throw unknownInstruction(0xfc, code);
  skipNumbers(reader, [8, 10, 12, 14].includes(code) ? 2 : 1);
  return code <= 14 ? "bulk memory" : "reference types";
}

/** Instructions with the prefix 0xfd. */
function readVector(reader: BinaryReader): FeatureName {
  const code = reader.unsigned();
  if (code <= 11 || (code >= 84 && code <= 93)) skipAddress(reader);
  if (code === 12 || code === 13) reader.skip(16);
  if ((code >= 21 && code <= 34) || (code >= 84 && code <= 91)) reader.skip(1);
  if (code > 0x113) throw unknownInstruction(0xfd, code);
  return code >= 0x100 ? "relaxed SIMD" : "SIMD";
}

/** Alignment, the memory's index if bit 6 of the alignment is set, and offset. */
function skipAddress(reader: BinaryReader): void {
  if (reader.unsigned() & 64) reader.unsigned();
  reader.unsigned();
}

function skipNumbers(reader: BinaryReader, count: number): void {
  for (; count > 0; count--) reader.unsigned();
}

function unknownInstruction(...codes: number[]): Error {
  return new Error(
    `the code has an instruction that this version does not know (${codes.map((code) => `0x${code.toString(16)}`).join(" ")})`,
  );
}
