/** The picture of a sound over time: waveform, mel spectrogram, speech gate and probabilities, drawn as they come. */
import type { Columns } from "../columns.js";
import { LIVE_SECONDS, type Session } from "../session.js";
import { layOut, placeOf, type View } from "./layout.js";
import { Spectrogram } from "./spectrogram.js";
import { colorOf, readTheme, type Theme } from "./theme.js";
import { drawAxis, drawNames, drawProbabilities, drawSpeech, drawWaveform, seenColumns } from "./tracks.js";

/** Milliseconds between two drawings for people who want less motion. */
const CALM_MS = 500;

const SPAN_MS = 1000 * LIVE_SECONDS;

export class Chart {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #theme: Theme;
  #session: Session | undefined;
  #classes: readonly string[] = [];
  #spectrogram: { columns: Columns; picture: Spectrogram } | undefined;
  #asked = false;
  #drawnAt = 0;
  #playedMs: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    this.#theme = readTheme(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#theme = readTheme(canvas);
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement!);
  }

  setClasses(classes: readonly string[]): void {
    this.#classes = classes;
    this.draw();
  }

  show(session: Session): void {
    this.#session = session;
    this.#playedMs = undefined;
    this.draw();
  }

  /** Where the player is. */
  set playedMs(timeMs: number | undefined) {
    this.#playedMs = timeMs;
    this.draw();
  }

  /** Draws with the next picture of the screen. */
  draw(): void {
    if (this.#asked) return;
    this.#asked = true;
    const wait = this.#calm.matches && this.#session?.running ? Math.max(0, this.#drawnAt + CALM_MS - performance.now()) : 0;
    const next = (): number => requestAnimationFrame(() => this.#drawNow());
    if (wait > 0) setTimeout(next, wait);
    else next();
  }

  #drawNow(): void {
    this.#asked = false;
    this.#drawnAt = performance.now();
    const session = this.#session;
    const width = this.#canvas.parentElement!.clientWidth;
    const layout = layOut(width, this.#classes.length);
    const context = this.#context;
    this.#resize(width, layout.height);
    context.clearRect(0, 0, width, layout.height);
    context.font = `12px ${this.#theme.font}`;
    drawNames(context, this.#theme, layout, this.#classes);
    const view = this.#view(session);
    drawAxis(context, this.#theme, layout, view);
    this.#drawMel(session, layout, view);
    if (session === undefined) return;
    drawWaveform(context, this.#theme, layout, view, session);
    drawSpeech(context, this.#theme, layout, view, session);
    drawProbabilities(context, this.#theme, layout, view, session);
    if (this.#playedMs !== undefined) {
      context.fillStyle = this.#theme.text;
      context.fillRect(placeOf(layout, view, this.#playedMs), 0, 1, layout.axis.top);
    }
  }

  #drawMel(session: Session | undefined, layout: ReturnType<typeof layOut>, view: View): void {
    const { top, height } = layout.mel;
    this.#context.fillStyle = colorOf(this.#theme, 0);
    this.#context.fillRect(layout.left, top, layout.width - layout.left, height);
    if (session === undefined) return;
    const { columns } = session;
    if (this.#spectrogram?.columns !== columns) this.#spectrogram = { columns, picture: new Spectrogram(columns) };
    const { first, end } = seenColumns(columns, view);
    if (end === first) return;
    const [x, right] = [first, end].map((column) => placeOf(layout, view, column * columns.msPerColumn)) as [number, number];
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(layout.left, top, layout.width - layout.left, height);
    this.#context.clip();
    this.#spectrogram.picture.draw(this.#context, this.#theme, first, end, { x, y: top, width: right - x, height });
    this.#context.restore();
  }

  /** A whole file; of the microphone the last seconds, or for people who want less motion a page that fills up, and then the next one. */
  #view(session: Session | undefined): View {
    if (session?.kind === "file") return { from: 0, to: Math.max(1000, session.durationMs) };
    const now = session?.durationMs ?? 0;
    const from = this.#calm.matches ? Math.floor(now / SPAN_MS) * SPAN_MS : Math.max(0, now - SPAN_MS);
    return { from, to: from + SPAN_MS };
  }

  #resize(width: number, height: number): void {
    const ratio = devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width === pixelWidth && this.#canvas.height === pixelHeight) return;
    this.#canvas.width = pixelWidth;
    this.#canvas.height = pixelHeight;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}
