/** Characters that nobody sees, or that do something to what shows them: in names they are refused, before a person they are written out. */

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, the marks that turn the direction of a line, what has no width, and halves of surrogate
 * pairs. Not among them: the joiners that Persian, Indic scripts and emoji are spelled with, and the selectors of an emoji's look.
 */
export const HIDDEN_CHARACTER = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const HIDDEN_CHARACTERS = new RegExp(HIDDEN_CHARACTER.source, "gu");
const BUT_LINE_ENDS = new RegExp(`(?!\\n)${HIDDEN_CHARACTER.source}`, "gu");

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** As JSON writes it: \u001b, two of them beyond U+FFFF. */
function escaped(character: string): string {
  const unit = (index: number): string => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return SHORT[character] ?? Array.from({ length: character.length }, (_, index) => unit(index)).join("");
}

/**
 * A text from elsewhere (a name, a file's name, a message) as one line that shows all of its characters and does nothing to a terminal. So too the JSON of any
 * value: JSON.stringify leaves some hidden characters as they are, but in texts alone, where the escape means the same.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, escaped);
}

/** The same of a text of several lines. */
export function visibleLines(text: string): string {
  return text.replace(BUT_LINE_ENDS, escaped);
}

/** Plain data with every text in it, the names of fields among them, made visible. */
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

/** Any value for a sentence, short: as JSON where it has one. */
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
    // It goes in a circle, is nested too deeply, or holds what JSON has no word for.
    return Array.isArray(value) ? "a list" : "an object";
  }
}
