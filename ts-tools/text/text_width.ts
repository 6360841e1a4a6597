/** How many columns of a terminal a text takes. */

/** Letters of East Asia and pictures: two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
/** Marks on the letter before, joiners and selectors: none. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

function columnsOf(character: string): number {
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The columns of a text without control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** As much of the text as fits, filled with spaces to exactly that many columns. */
export function fitted(text: string, columns: number): string {
  let width = 0;
  let fitting = "";
  for (const character of text) {
    const more = columnsOf(character);
    if (width + more > columns) break;
    width += more;
    fitting += character;
  }
  return fitting + " ".repeat(columns - width);
}
