import { visible } from "./visible_text.js";

/**
 * A text from elsewhere in Markdown, as a code span: nothing in it is markup, HTML, a link or a mention. The fence is longer than any run of backticks inside.
 * Not for a table's cell, which ends at "|" inside of a code span too.
 */
export function codeSpan(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // Of a span that begins or ends with a backtick, or that is blank at both ends, one space a side is taken off.
  const room = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${room}${shown}${room}${fence}`;
}
