/** Texts of the user in C sources. */
import { visible } from "../text/visible_text.js";

/** Names are user input. A backslash at the end, or its trigraph, would join two lines. */
export function commentText(text: string): string {
  return visible(text)
    .replace(/\*(?=\/)|\/(?=\*)/g, "$& ")
    .replace(/\?(?=\?)/g, "? ")
    .replace(/\\$/, "\\ ");
}

/** The text of a string literal. ??/ would be a trigraph. All but printable ASCII is written in octal, so that the compiler's character set does not matter. */
export function cString(text: string): string {
  const octal = (letter: string): string => Array.from(Buffer.from(letter), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return text.replace(/[\\"?]/g, "\\$&").replace(/[^ -~]/gu, octal);
}
