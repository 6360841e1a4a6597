/** Waveform, speech gate and probabilities: one function each, which draws what is seen of a session. */
import { PARTS } from "../columns.js";
import type { Session } from "../session.js";
import { type Band, type Layout, placeOf, type View } from "./layout.js";
import type { Theme } from "./theme.js";

type Context = CanvasRenderingContext2D;

/** From one answer to the next. */
const ANSWER_MS = 512;

export function drawWaveform(context: Context, theme: Theme, layout: Layout, view: View, { columns }: Session): void {
  const { top, height } = layout.waveform;
  const middle = top + height / 2;
  context.fillStyle = theme.line;
  context.fillRect(layout.left, middle - 0.5, layout.width - layout.left, 1);
  context.fillStyle = theme.accent;
  const { first, end } = seenColumns(columns, view);
  const msPerPart = columns.msPerColumn / PARTS;
  const widthOfPart = Math.max(1, Math.ceil(((layout.width - layout.left) * msPerPart) / (view.to - view.from)));
  // A pixel has the extremes of all parts in it.
  let [pixel, low, high] = [Number.NaN, 0, 0];
  const flush = (): void => {
    if (Number.isNaN(pixel) || pixel < layout.left) return;
    const y = middle - Math.min(1, high) * (height / 2);
    context.fillRect(pixel, y, 1, Math.max(1, (Math.min(1, high) - Math.max(-1, low)) * (height / 2)));
  };
  for (let part = first * PARTS; part < end * PARTS; part++) {
    const place = part % (columns.capacity * PARTS);
    const x = Math.floor(placeOf(layout, view, part * msPerPart));
    for (let next = x; next < x + widthOfPart; next++) {
      if (next !== pixel) {
        flush();
        [pixel, low, high] = [next, 0, 0];
      }
      low = Math.min(low, columns.peaks[place * 2]!);
      high = Math.max(high, columns.peaks[place * 2 + 1]!);
    }
  }
  flush();
}

/** Where the gate hears somebody speak. */
export function drawSpeech(context: Context, theme: Theme, layout: Layout, view: View, { columns }: Session): void {
  const { top, height } = layout.speech;
  context.fillStyle = theme.line;
  context.fillRect(layout.left, top + height - 1, layout.width - layout.left, 1);
  context.fillStyle = theme.speech;
  const { first, end } = seenColumns(columns, view);
  let began: number | undefined;
  for (let column = first; column <= end; column++) {
    const speaking = column < end && columns.speaking[column % columns.capacity] === 1;
    if (speaking && began === undefined) began = column;
    if (speaking || began === undefined) continue;
    const [from, to] = [began, column].map((edge) => placeOf(layout, view, edge * columns.msPerColumn)) as [number, number];
    context.fillRect(from, top, to - from, height);
    began = undefined;
  }
}

/** A bar for each answer and class, at the newest sound that the answer is about; those of an answer that is not accepted are pale. */
export function drawProbabilities(context: Context, theme: Theme, layout: Layout, view: View, session: Session): void {
  const { classes } = session.model;
  for (const { top, height } of layout.rows) {
    context.fillStyle = theme.line;
    context.fillRect(layout.left, top + height - 1, layout.width - layout.left, 1);
  }
  context.fillStyle = theme.accent;
  // The newest first: of hours of answers a few are seen.
  for (let answer = session.answers.length - 1; answer >= 0; answer--) {
    const { endMs: end, state, label, probabilities } = session.answers[answer]!;
    if (end <= view.from) break;
    if (end - ANSWER_MS >= view.to || state === "listening") continue;
    const from = Math.max(layout.left, placeOf(layout, view, end - ANSWER_MS));
    const width = Math.max(1, Math.min(layout.width, placeOf(layout, view, end)) - from - 1);
    for (const [index, name] of classes.entries()) {
      const { top, height } = layout.rows[index]!;
      const bar = (probabilities[name] ?? 0) * (height - 1);
      context.globalAlpha = state === "label" ? (name === label ? 1 : 0.6) : 0.35;
      context.fillRect(from, top + height - 1 - bar, width, bar);
    }
  }
  context.globalAlpha = 1;
}

export function drawAxis(context: Context, theme: Theme, layout: Layout, view: View): void {
  const { top, height } = layout.axis;
  const stepMs = axisStep(view.to - view.from, Math.max(2, (layout.width - layout.left) / 64));
  context.fillStyle = theme.muted;
  context.textBaseline = "middle";
  for (let time = Math.ceil(view.from / stepMs) * stepMs; time <= view.to; time += stepMs) {
    const x = placeOf(layout, view, time);
    const text = timeText(time);
    const half = context.measureText(text).width / 2;
    context.fillRect(x, top, 1, 4);
    context.fillText(text, Math.min(layout.width - 2 * half, Math.max(layout.left, x - half)), top + height / 2 + 3);
  }
}

export function drawNames(context: Context, theme: Theme, layout: Layout, classes: readonly string[]): void {
  const write = (text: string, { top, height }: Band): void => context.fillText(text, 0, top + height / 2);
  context.textBaseline = "middle";
  context.fillStyle = theme.muted;
  write("waveform", layout.waveform);
  write("mel bands", layout.mel);
  write("speech", layout.speech);
  context.fillStyle = theme.text;
  for (const [index, name] of classes.entries()) write(name, layout.rows[index]!);
}

export function seenColumns(columns: Session["columns"], view: View): { first: number; end: number } {
  const first = Math.max(columns.first, Math.floor(view.from / columns.msPerColumn));
  return { first, end: Math.max(first, Math.min(columns.count, Math.ceil(view.to / columns.msPerColumn))) };
}

/** 1.5 s, or 2:30 after two minutes. */
function timeText(milliseconds: number): string {
  const seconds = Number((milliseconds / 1000).toFixed(1));
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** The distance of ticks, a round number of seconds. */
function axisStep(spanMs: number, most: number): number {
  const least = spanMs / most;
  return [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 120_000, 300_000].find((step) => step >= least) ?? 600_000;
}
