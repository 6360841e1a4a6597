import { visible } from "./visible_text.js";

/**
 * A foreign text as a code span of Markdown: nothing in it acts as markup, HTML, a link or a mention. The fence is longer than any run of backticks inside.
 * Not for table cells: "|" ends a cell even inside a code span.
 */
export function codeSpan(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // Markdown strips one space from each side of such a span.
  const room = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${room}${shown}${room}${fence}`;
}

/** A table: the first column is text, the others are numbers. Cells are written as they are: none may contain "|". */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = header.map((_, column) => (column === 0 ? "---" : "---:"));
  return [header, rule, ...rows].map(line).join("\n");
}
