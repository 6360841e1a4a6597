/** Rows as aligned columns for a terminal; columns of numbers, where some cells may be empty, to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = [header, ...rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)))];
  const numeric = header.map((_, column) => isNumeric(rows.map((row) => row[column])));
  const widths = header.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  const pad = (cell: string, column: number) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!));
  return texts.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd()).join("\n");
}

function isNumeric(cells: readonly (string | number | undefined)[]): boolean {
  return cells.some((cell) => typeof cell === "number") && cells.every((cell) => typeof cell === "number" || cell === "");
}
