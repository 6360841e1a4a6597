/** The picture of a stream on a terminal, as lines of text. */
import type { LiveAnswer } from "../runtime/live_answer.js";
import { fitted, textWidth } from "../text/text_width.js";
import { visible } from "../text/visible_text.js";
import { type ListenView, MINUTE } from "./listen_history.js";

export interface ScreenOptions {
  columns: number;
  rows: number;
  color: boolean;
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean;
}

/** A bar is no longer than this, however wide the terminal. */
const MOST_BAR = 50;
/** Nor the name of a class. */
const MOST_NAME = 16;
/** Peak where its bar begins, dB of full scale. */
const QUIETEST = -70;

const EIGHTHS = [..." ▏▎▍▌▋▊▉"];

/** Of the emotions that models know, as they are often drawn; others get the rest in turn. */
const COLORS: Readonly<Record<string, string>> = {
  anger: "31",
  disgust: "32",
  happiness: "33",
  sadness: "34",
  fear: "35",
  neutral: "37",
  boredom: "36",
};
const OTHER_COLORS = ["36", "33", "35", "32", "34", "31"];

/** The lines of the picture, none of them wider than the terminal, and not more than it has rows. */
export function drawScreen(view: ListenView, options: ScreenOptions): string[] {
  const width = Math.max(1, options.columns - 1);
  const rows = Math.max(1, options.rows - 1);
  const pen = new Pen(view.classes, options);
  const head = headLine(view, pen, width);
  const level = levelLine(view, pen, width);
  const bars = view.classes.map((name, index) => barLine(view, pen, width, name, index));
  const strip = [stripLine(view, pen, width), captionLine(pen, width)];
  // A low terminal has what matters most.
  const pictures: string[][] = [
    [head, level, "", ...bars, "", ...strip],
    [head, level, ...bars, ...strip],
    [head, level, ...strip],
    [head, strip[0]!],
    [head],
  ];
  return pictures.find((lines) => lines.length <= rows) ?? [head];
}

/** Paints if it may. */
class Pen {
  readonly unicode: boolean;
  readonly letters: readonly string[];
  readonly #color: boolean;
  readonly #codes: readonly string[];

  constructor(classes: readonly string[], { color, unicode }: ScreenOptions) {
    this.unicode = unicode;
    this.letters = lettersOf(classes);
    this.#color = color;
    this.#codes = classes.map((name, index) => COLORS[name] ?? OTHER_COLORS[index % OTHER_COLORS.length]!);
  }

  paint(code: string, text: string): string {
    return this.#color && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  /** In the color of a class. */
  ofClass(index: number, text: string, bold = false): string {
    return this.paint(`${bold ? "1;" : ""}${this.#codes[index] ?? "37"}`, text);
  }

  dim(text: string): string {
    return this.paint("2", text);
  }

  /** A bar of a share of `columns`, always that wide. */
  bar(share: number, columns: number): string {
    const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
    if (!this.unicode) return "#".repeat(Math.round(eighths / 8)).padEnd(columns);
    const whole = Math.floor(eighths / 8);
    return `${"█".repeat(whole)}${eighths % 8 === 0 ? "" : EIGHTHS[eighths % 8]}`.padEnd(columns);
  }
}

/** A letter for each class, of its name if possible, so that no two have the same. */
export function lettersOf(classes: readonly string[]): string[] {
  const taken = new Set<string>();
  return classes.map((name) => {
    const own = [...name.toLowerCase()].filter(
      (letter) => /^\p{L}$/u.test(letter) && textWidth(letter) === 1 && letter.toUpperCase().length === 1,
    );
    const letter = [...own, ..."abcdefghijklmnopqrstuvwxyz0123456789"].find((candidate) => !taken.has(candidate)) ?? "?";
    taken.add(letter);
    return letter;
  });
}

const percent = (value: number): string => `${Math.round(100 * value)} %`;

function clock(timeMs: number): string {
  const seconds = Math.floor(timeMs / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** Time, answer, and at the right whether somebody speaks. */
function headLine({ classes, timeMs, answer, speaking, peakDb, ended }: ListenView, pen: Pen, width: number): string {
  const dot = pen.unicode ? "● " : "* ";
  const state = ended ? "ended" : peakDb === undefined ? "no sound yet" : speaking ? `${dot}speech` : "silence";
  const time = clock(timeMs);
  const said = answer === undefined ? "listening" : answerWords(answer);
  const room = width - time.length - 2;
  const showsState = room >= textWidth(said) + 2 + textWidth(state);
  const text = fitted(said, Math.max(0, Math.min(room, showsState ? room - textWidth(state) : room)));
  const painted =
    answer?.label == null
      ? pen.dim(text)
      : answer.accepted
        ? pen.ofClass(classes.indexOf(answer.label), text, true)
        : pen.paint("33", text);
  return room < 1
    ? fitted(time, width)
    : `${time}  ${painted}${showsState ? (speaking && !ended ? pen.paint("32", state) : pen.dim(state)) : ""}`;
}

/** The answer in words: as `classify` says it. */
export function answerWords({ state, label, confidence }: LiveAnswer): string {
  if (label === null) return "listening";
  const said = `${visible(label)} ${percent(confidence)}`;
  return state === "label" ? said : `uncertain (${said})`;
}

/** A name, a bar and a number, each as far as there is room. */
function meterLine(
  width: number,
  columns: { name: string; number: string; nameWidth: number; numberWidth: number; bar: (columns: number) => string },
): string {
  const { name, number, nameWidth, numberWidth, bar } = columns;
  const room = width - nameWidth - numberWidth - 2;
  if (room >= 3) return `${fitted(name, nameWidth)} ${bar(Math.min(room, MOST_BAR))} ${number.padStart(numberWidth)}`;
  const left = width - numberWidth - 1;
  return left >= 1 ? `${fitted(name, left)} ${number.padStart(numberWidth)}` : fitted(name, width);
}

const NUMBER_WIDTH = 6;

const nameWidthOf = (classes: readonly string[]): number =>
  Math.max("level".length, Math.min(MOST_NAME, ...[Math.max(...classes.map((name) => textWidth(visible(name)) + 2))]));

function levelLine({ classes, peakDb, speaking }: ListenView, pen: Pen, width: number): string {
  const share = peakDb === undefined ? 0 : 1 - peakDb / QUIETEST;
  const number = peakDb === undefined ? "" : `${Math.max(QUIETEST, Math.min(0, Math.round(peakDb)))} dB`;
  const bar = (columns: number): string => pen.paint(speaking ? "32" : "2", pen.bar(share, columns));
  return meterLine(width, { name: "level", number, nameWidth: nameWidthOf(classes), numberWidth: NUMBER_WIDTH, bar });
}

function barLine({ classes, answer }: ListenView, pen: Pen, width: number, name: string, index: number): string {
  const value = answer?.probabilities[name] ?? 0;
  const isLabel = answer?.label === name;
  const number = answer?.label == null ? "" : percent(value);
  const bar = (columns: number): string => pen.ofClass(index, pen.bar(value, columns));
  const line = { name: `${pen.letters[index]} ${visible(name)}`, number, nameWidth: nameWidthOf(classes), numberWidth: NUMBER_WIDTH, bar };
  const text = meterLine(width, line);
  return isLabel && answer.accepted ? pen.paint("1", text) : text;
}

/** Answers that share a cell, so that a minute fits. */
const answersInCell = (width: number): number => Math.ceil(MINUTE / width);

/**
 * The last minute, the newest at the right: a letter for each answer, a capital one if it is accepted, a small one if it is uncertain, a dot while nobody speaks. Where
 * several answers share a cell, it has the surest. Cells keep their answers as they move.
 */
function stripLine({ classes, history, answers }: ListenView, pen: Pen, width: number): string {
  const each = answersInCell(width);
  const first = answers - history.length;
  const cells = new Map<number, LiveAnswer>();
  for (const [index, answer] of history.entries()) {
    const cell = Math.floor((first + index) / each);
    const before = cells.get(cell);
    if (before === undefined || sureness(answer) > sureness(before)) cells.set(cell, answer);
  }
  const painted = [...cells.values()].slice(-width).map((answer) => {
    if (answer.label === null) return pen.dim(pen.unicode ? "·" : ".");
    const index = classes.indexOf(answer.label);
    const letter = pen.letters[index] ?? "?";
    return answer.accepted ? pen.ofClass(index, letter.toUpperCase(), true) : pen.ofClass(index, letter);
  });
  return `${" ".repeat(Math.max(0, Math.min(width, Math.ceil(MINUTE / each)) - painted.length))}${painted.join("")}`;
}

const sureness = ({ label, accepted, confidence }: LiveAnswer): number => (label === null ? -1 : confidence + (accepted ? 1 : 0));

function captionLine(pen: Pen, width: number): string {
  const cells = Math.min(width, Math.ceil(MINUTE / answersInCell(width)));
  const [from, to] = ["1 minute ago", "now"];
  if (cells < from.length + to.length + 1) return pen.dim(fitted("last minute", width).trimEnd());
  return pen.dim(`${from}${" ".repeat(cells - from.length - to.length)}${to}`);
}
