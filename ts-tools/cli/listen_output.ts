/** How a stream is shown: as lines of JSON for programs, as lines of text, or as a picture on a terminal. */
import { once } from "node:events";
import { LiveScreen, showsUnicode } from "../host/live_screen.js";
import { mayColor, printJson, printPainted, printWarnings } from "../host/terminal.js";
import type { LiveAnswer } from "../runtime/live_answer.js";
import { liveAnswerFields } from "../runtime/live_json.js";
import type { LiveFrame, LiveHandlers } from "../runtime/live_options.js";
import { ListenHistory } from "./listen_history.js";
import { answerWords, drawScreen } from "./listen_screen.js";

/** Is told what happens. */
export interface ListenOutput extends LiveHandlers {
  /** Is kept when there is room for more, or when nobody waits for the reader any more. */
  written(givenUp: AbortSignal): Promise<void>;
  warn(sentence: string): void;
  /** The stream has ended, or will not go on. */
  end(): void;
}

export type ListenFormat = "json" | "text" | "screen";

/** JSON unless a person looks at it; without a picture where the terminal cannot move its cursor. */
export function listenFormat(json: boolean): ListenFormat {
  if (json || process.stdout.isTTY !== true) return "json";
  return process.env.TERM === "dumb" ? "text" : "screen";
}

export function listenOutput(format: ListenFormat, model: { id: string; classes: readonly string[] }): ListenOutput {
  if (format === "screen") return new ListenPicture(model.id, model.classes);
  return format === "json" ? jsonLines : textLines;
}

async function written(givenUp: AbortSignal): Promise<void> {
  if (!process.stdout.writableNeedDrain || givenUp.aborted) return;
  await once(process.stdout, "drain", { signal: givenUp }).catch((error: unknown) => {
    if (!givenUp.aborted) throw error;
  });
}

/** Is kept when all that was printed has gone: true; or when nobody waits for the reader any more: false. */
export function allWritten(givenUp: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (givenUp.aborted) resolve(process.stdout.writableLength === 0);
    givenUp.addEventListener("abort", () => resolve(false), { once: true });
    process.stdout.write("", () => resolve(true));
  });
}

const warn = (sentence: string): void => printWarnings("standard input", [sentence]);

const jsonLines: ListenOutput = {
  onAnswer: (answer) => printJson(JSON.stringify({ event: "answer", ...liveAnswerFields(answer) })),
  onSpeechStart: ({ timeMs }) => printJson(JSON.stringify({ event: "speechStart", timeMs })),
  onSpeechEnd: ({ timeMs }) => printJson(JSON.stringify({ event: "speechEnd", timeMs })),
  written,
  warn,
  end: () => {},
};

const seconds = (timeMs: number): string => `${(timeMs / 1000).toFixed(3)} s`;

const textLines: ListenOutput = {
  onAnswer: (answer) => printPainted(`${seconds(answer.timeMs)}: ${answerWords(answer)}`),
  written,
  warn,
  end: () => {},
};

/** From one picture to the next, in milliseconds. */
const REDRAW_MS = 100;

class ListenPicture implements ListenOutput {
  readonly #history: ListenHistory;
  readonly #screen = new LiveScreen(process.stdout);
  readonly #timer: NodeJS.Timeout;
  readonly #redraw = (): void => this.#draw();
  readonly #leave = (): void => this.#screen.leave();
  readonly #stop = (): void => {
    this.#screen.leave();
    process.kill(process.pid, "SIGSTOP");
  };

  constructor(model: string, classes: readonly string[]) {
    this.#history = new ListenHistory(model, classes);
    this.#timer = setInterval(this.#redraw, REDRAW_MS);
    process.stdout.on("resize", this.#redraw);
    // Whatever ends the process, the cursor comes back.
    process.on("exit", this.#leave);
    if (process.platform !== "win32") process.on("SIGTSTP", this.#stop).on("SIGCONT", this.#redraw);
    this.#draw();
  }

  onAnswer = (answer: LiveAnswer): void => this.#history.answer(answer);

  onFrame = ({ timeMs, peakDb, speaking }: LiveFrame): void => this.#history.frame(timeMs, peakDb, speaking);

  written(): Promise<void> {
    return Promise.resolve();
  }

  /** Above the picture. */
  warn(sentence: string): void {
    this.#screen.leave();
    warn(sentence);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#history.end();
    this.#draw();
    this.#screen.leave();
    process.stdout.off("resize", this.#redraw);
    process.off("exit", this.#leave).off("SIGTSTP", this.#stop).off("SIGCONT", this.#redraw);
  }

  #draw(): void {
    const { columns = 80, rows = 24 } = process.stdout;
    this.#screen.draw(drawScreen(this.#history.view(), { columns, rows, color: mayColor(), unicode: showsUnicode() }));
  }
}
