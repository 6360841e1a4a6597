/** Characters that are invisible or that control a terminal: names must not contain them, and messages show them as escapes. */

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, marks that change the direction of text, zero-width characters, and halves of surrogate
 * pairs. Not included: the joiners of Persian, Indic scripts and emoji, and the selectors of an emoji's style.
 */
export const HIDDEN_CHARACTER = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const HIDDEN_CHARACTERS = new RegExp(HIDDEN_CHARACTER.source, "gu");
const BUT_LINE_ENDS = new RegExp(`(?!\\n)${HIDDEN_CHARACTER.source}`, "gu");

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** As JSON writes it: \u001b; two escapes for a character beyond U+FFFF. */
function escaped(character: string): string {
  const unit = (index: number): string => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return SHORT[character] ?? Array.from({ length: character.length }, (_, index) => unit(index)).join("");
}

/**
 * A foreign text (a name, a file name, a message) as one line that shows all of its characters and does not control a terminal. It may also be JSON:
 * JSON.stringify leaves some hidden characters alone, but only inside strings, where the escape means the same.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, escaped);
}

/** The same for a text of several lines. */
export function visibleLines(text: string): string {
  return text.replace(BUT_LINE_ENDS, escaped);
}

/** Plain data in which every string, field names included, is made visible. */
export function visibleTexts<T>(value: T): T {
  return mapTexts(value) as T;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === "string") return visible(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [visible(name), mapTexts(item)]));
}

const MOST_SHOWN = 60;

/** Any value for a message, at most MOST_SHOWN characters: as JSON where possible. */
export function shown(value: unknown): string {
  const text = visible(jsonOf(value));
  if (text.length <= MOST_SHOWN) return text;
  return `${text.slice(0, MOST_SHOWN - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}

function jsonOf(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "function") return "a function";
  if (value === undefined) return "missing";
  try {
    return JSON.stringify(value) ?? "an object";
  } catch {
    // It is circular, nested too deeply, or holds something that JSON cannot express.
    return Array.isArray(value) ? "a list" : "an object";
  }
}
