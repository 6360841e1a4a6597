/** Lines on a terminal that are drawn in place, again and again. The cursor is hidden meanwhile, and always comes back. */
import { textWidth } from "../text/text_width.js";

/** Whether the terminal shows more than ASCII, as its locale says. */
export function showsUnicode(environment: NodeJS.ProcessEnv = process.env, platform: string = process.platform): boolean {
  const { LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM, TERM } = environment;
  if (TERM === "linux") return false;
  if (platform === "win32") return Boolean(WT_SESSION) || TERM_PROGRAM === "vscode";
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colors of the lines
const COLORS = /\u001b\[[0-9;]*m/g;

/** A terminal, or what stands in for one. */
export interface Terminal {
  columns?: number;
  write(text: string): unknown;
}

export class LiveScreen {
  readonly #terminal: Terminal;
  /** Columns of each line that stands there. */
  #drawn: number[] = [];
  #isOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Replaces what was drawn before. */
  draw(lines: readonly string[]): void {
    const home = this.#home();
    const hide = this.#isOpen ? "" : HIDE_CURSOR;
    this.#isOpen = true;
    this.#drawn = lines.map((line) => textWidth(line.replace(COLORS, "")));
    this.#terminal.write(`${hide}${home}${lines.map((line) => `${line}${CLEAR_LINE_END}`).join("\n")}${CLEAR_BELOW}`);
  }

  /** Leaves what was drawn, with the cursor on the line after it. draw() begins anew. */
  leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#drawn = [];
    this.#terminal.write(`\u001b[0m${SHOW_CURSOR}\n`);
  }

  /** To the begin of the first line, which may have been wrapped: the terminal may be narrower than it was. */
  #home(): string {
    if (this.#drawn.length === 0) return "";
    const { columns = 80 } = this.#terminal;
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : "\r";
  }
}
