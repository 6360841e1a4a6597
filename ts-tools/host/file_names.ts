/**
 * Names of files that are not UTF-8, which Linux allows: as text, each byte that does not belong to a UTF-8 character is the lone surrogate U+DC00 + byte, as in
 * Python's os.fsdecode(). Such a text is what all functions here pass around; messages and JSON show it as \udcXX, where XX is the byte.
 */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";

/** The file name that means standard input. */
export const STDIN = "-";

/** With the flag u, the halves of surrogate pairs do not match. */
const BYTE = /[\udc80-\udcff]/u;
const REPLACED = "\ufffd";
const LONGEST_CHARACTER = 4;

/** The text of a name's bytes. */
export function nameOfBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes(REPLACED) || isUtf8(bytes)) return text;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    name += length === 0 ? String.fromCharCode(0xdc00 + bytes[at]!) : bytes.toString("utf8", at, at + length);
    at += Math.max(1, length);
  }
  return name;
}

/** Bytes of the UTF-8 character at that place; 0 if there is none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= LONGEST_CHARACTER && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}

/** A name or path as node:fs needs it: bytes if it is not UTF-8. */
export function systemPath(name: string): string | Buffer {
  if (process.platform === "win32" || !BYTE.test(name)) return name;
  return Buffer.concat(
    [...name].map((character) => (BYTE.test(character) ? Buffer.of(character.charCodeAt(0) & 0xff) : Buffer.from(character))),
  );
}

/**
 * A name for a table, which cannot hold lone surrogates: each byte that is not UTF-8 is written \udcXX, as in JSON. Backslashes before it, and before text that looks
 * like it, are doubled, so that two names never become equal.
 */
export function tableName(name: string): string {
  return name
    .replace(/(\\+)(?=[\udc80-\udcff]|udc[89a-f][0-9a-f])/gu, "$1$1")
    .replace(/[\udc80-\udcff]/gu, (byte) => `\\u${byte.charCodeAt(0).toString(16)}`);
}

/** The arguments of this process, as texts of names: Node replaces bytes that are not UTF-8, but Linux still has them. */
export function programArguments(): string[] {
  const given = process.argv.slice(2);
  if (process.platform !== "linux" || !given.some((argument) => argument.includes(REPLACED))) return given;
  try {
    const all = splitAtZeros(readFileSync("/proc/self/cmdline")).map(nameOfBytes);
    return given.length > all.length ? given : all.slice(all.length - given.length);
  } catch {
    return given;
  }
}

function splitAtZeros(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return [...parts, bytes.subarray(at)];
    parts.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return parts;
}
