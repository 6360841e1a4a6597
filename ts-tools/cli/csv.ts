import { shortestFloat32 } from "../runtime/float32.js";

/**
 * Spreadsheets run a cell as a formula that begins with one of these (the last four are the wide forms), and file names and class names may. A quote in front
 * makes it text; a cell that already looks like that gets one more, so that a reader who takes one quote off has what was written.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A row of RFC 4180, without its line end: texts that no spreadsheet takes for formulas, and float32 numbers that read back to the same float32. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells.map((cell) => (typeof cell === "number" ? shortestFloat32(cell) : textCell(cell))).join(",");
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  // Some countries' spreadsheets part cells at semicolons.
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
