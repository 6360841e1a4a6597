/**
 * Writes the status codes and input formats of `ts-tools/abi/status.ts` as AssemblyScript: the codes for the module
 * (`assembly/generated/status.ts`), the sentences for the WASI command (`assembly/generated/status_text.ts`).
 */
import { ALL_STATUS, INPUT_FORMAT, SAMPLE_BYTES, STATUS, WARNING } from "../abi/status.js";
import type { FrontEnd } from "../model/model_types.js";
import { constant, header } from "./source.js";

const HEADER = header("status.ts", "ts-tools/abi/status.ts");

/** `STATUS_<NAME>`, `WARNING_<NAME>` and `FORMAT_<NAME>`, one i32 constant each, and `sampleBytes(format)`. */
export function emitStatus(): string {
  const statuses = Object.entries(ALL_STATUS).map(([name, { code }]) => constant(`STATUS_${name}`, "i32", code));
  const formats = Object.entries(INPUT_FORMAT).map(([name, code]) => constant(`FORMAT_${name.toUpperCase()}`, "i32", code));
  const warnings = Object.entries(WARNING).map(([name, { bit }]) => constant(`WARNING_${name}`, "i32", bit));
  return HEADER + statuses.join("") + warnings.join("") + formats.join("") + sampleBytes();
}

function sampleBytes(): string {
  const cases = Object.entries(SAMPLE_BYTES).map(([name, bytes]) => `  if (format == FORMAT_${name.toUpperCase()}) return ${bytes};\n`);
  return `/** Bytes of one sample of a format; 0 for an unknown format. */\nexport function sampleBytes(format: i32): i32 {\n${cases.join("")}  return 0;\n}\n`;
}

/**
 * For the WASI command, which loads a speaker's statistics only if the model normalizes: tables of bytes. Of each entry its code, the texts in ASCII, each ended by a
 * zero byte; a zero where the next code would stand ends the table. `STATUS_TEXTS`: the code without its sign (1..255), the sentence. `WARNING_TEXTS`: 1 + the
 * position of the bit, the name, the sentence.
 */
export function emitStatusText({ normalization }: FrontEnd): string {
  const statuses = Object.entries(normalization ? ALL_STATUS : STATUS).filter(([, { code }]) => code !== 0);
  return (
    HEADER +
    table(
      "STATUS_TEXTS",
      statuses.map(([name, { code, sentence }]) => row(name, -code, [sentence])),
    ) +
    table(
      "WARNING_TEXTS",
      Object.entries(WARNING).map(([name, { bit, sentence }]) => row(name, 1 + Math.log2(bit), [name, sentence])),
    )
  );
}

function table(name: string, rows: readonly string[]): string {
  return `export const ${name}: usize = memory.data<u8>([\n${rows.join("")}  0,\n]);\n`;
}

function row(name: string, code: number, texts: readonly string[]): string {
  if (!Number.isInteger(code) || code < 1 || code > 255) {
    throw new Error(`ts-tools/abi/status.ts: the code ${code} of ${name} does not fit a byte; use 1 to 255`);
  }
  const bytes = texts.flatMap((text) => [...Array.from(text, (character) => character.charCodeAt(0)), 0]);
  if (bytes.some((byte) => byte !== 0 && (byte < 32 || byte > 126))) {
    throw new Error(`ts-tools/abi/status.ts: the text of ${name} holds more than printable ASCII; the WASI command cannot print it`);
  }
  return `  // ${name}: ${texts.join(": ")}\n  ${[code, ...bytes].join(", ")},\n`;
}
