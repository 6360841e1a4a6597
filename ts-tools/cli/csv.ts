import { shortestFloat32 } from "../runtime/float32.js";

/**
 * Spreadsheets run a cell that begins with one of these (the last four are full-width) as a formula, and file names and class names may begin so. A quote before
 * it makes it text; a cell that already begins with quotes gets one more, so that removing one quote always restores the original.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A row of RFC 4180 without its line end. No spreadsheet takes its texts for formulas; its numbers read back to the same float32. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells.map((cell) => (typeof cell === "number" ? shortestFloat32(cell) : textCell(cell))).join(",");
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  // In some countries spreadsheets separate cells by semicolons.
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
