/**
 * Writes the status codes and input formats of `ts-tools/abi/status.ts` as AssemblyScript: the codes for the module
 * (`assembly/generated/status.ts`), the sentences for the WASI command (`assembly/generated/status_text.ts`).
 */
import { ALL_STATUS, INPUT_FORMAT, SAMPLE_BYTES, STATUS } from "../abi/status.js";
import type { FrontEnd } from "../model/model_types.js";
import { constant, header } from "./source.js";

const HEADER = header("status.ts", "ts-tools/abi/status.ts");

/** `STATUS_<NAME>` and `FORMAT_<NAME>`, one i32 constant each, and `sampleBytes(format)`. */
export function emitStatus(): string {
  const statuses = Object.entries(ALL_STATUS).map(([name, { code }]) => constant(`STATUS_${name}`, "i32", code));
  const formats = Object.entries(INPUT_FORMAT).map(([name, code]) => constant(`FORMAT_${name.toUpperCase()}`, "i32", code));
  return HEADER + statuses.join("") + formats.join("") + sampleBytes();
}

function sampleBytes(): string {
  const cases = Object.entries(SAMPLE_BYTES).map(([name, bytes]) => `  if (format == FORMAT_${name.toUpperCase()}) return ${bytes};\n`);
  return `/** Bytes of one sample of a format; 0 for an unknown format. */\nexport function sampleBytes(format: i32): i32 {\n${cases.join("")}  return 0;\n}\n`;
}

/**
 * `STATUS_TEXTS`, the address of a table of bytes, for the WASI command, which loads a speaker's statistics only if the model normalizes. For each failure: the code
 * without its sign (1..255), the sentence in ASCII, a zero byte. A zero where the next code would stand ends the table.
 */
export function emitStatusText({ normalization }: FrontEnd): string {
  const rows = Object.entries(normalization ? ALL_STATUS : STATUS)
    .filter(([, { code }]) => code !== 0)
    .map(([name, { code, sentence }]) => `  // ${name}: ${sentence}\n  ${statusRow(name, code, sentence).join(", ")},\n`);
  return `${HEADER}export const STATUS_TEXTS: usize = memory.data<u8>([\n${rows.join("")}  0,\n]);\n`;
}

function statusRow(name: string, code: number, sentence: string): number[] {
  if (!Number.isInteger(code) || code >= 0 || code < -255) {
    throw new Error(`ts-tools/abi/status.ts: the code ${code} of ${name} does not fit a byte; use -1 to -255`);
  }
  const text = [...sentence].map((character) => character.charCodeAt(0));
  if (text.some((byte) => byte < 32 || byte > 126)) {
    throw new Error(`ts-tools/abi/status.ts: the sentence of ${name} holds more than printable ASCII; the WASI command cannot print it`);
  }
  return [-code, ...text, 0];
}
