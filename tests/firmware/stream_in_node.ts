/** What a module in Node says of a stream, as hosts/cortex-m/stream.c prints it, and what the programs of the stream hear. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnswerExports, ModuleExports, StreamExports } from "../../ts-tools/abi/exports.js";
import { STREAM_ANSWER, STREAM_EVENT, STREAM_STATE } from "../../ts-tools/abi/stream.js";
import type { ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { Instance, ok } from "../module/instance.js";
import { shippedBuild } from "../support/shipped_build.js";
import { bytesOf } from "./workplace.js";

/** A line of stream.c for an answer. Floats are the bits of float32. */
export interface StreamAnswerLine {
  ms: number;
  state: string;
  label?: string;
  accepted: boolean;
  frames: number;
  answered: number;
  changed: number;
  speaking: boolean;
  heard: number;
  speech: number;
  lastFrame: number;
  peak: number;
  level: number;
  logits: number[];
  /** Of the probabilities, activation, valence and voice. */
  bits: number[];
}

/** Or for a beginning or an end of speech. */
export interface StreamEventLine {
  event: string;
}

export type StreamLine = StreamAnswerLine | StreamEventLine;

const FIELDS = Object.keys(STREAM_ANSWER) as (keyof typeof STREAM_ANSWER)[];

/** The words of streamAnswer(). */
export type StreamWords = Readonly<Record<keyof typeof STREAM_ANSWER, number>>;

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/** A module with a stream. */
export class StreamInstance {
  private constructor(
    readonly node: Instance,
    readonly classes: readonly string[],
  ) {}

  static async create(model: ShippedModel): Promise<StreamInstance> {
    const { out } = await shippedBuild(model);
    const { classes } = JSON.parse(readFileSync(join(out, "model.json"), "utf8")) as { classes: string[] };
    return new StreamInstance(await Instance.create(new Uint8Array(readFileSync(join(out, "light-sernet.wasm")))), classes);
  }

  get exports(): ModuleExports & StreamExports & AnswerExports {
    return this.node.exports as ModuleExports & StreamExports & AnswerExports;
  }

  words(): StreamWords {
    const values = this.node.int32(this.exports.streamAnswer(), FIELDS.length);
    return Object.fromEntries(FIELDS.map((name, index) => [name, values[index]!])) as Record<keyof typeof STREAM_ANSWER, number>;
  }

  line(): StreamAnswerLine {
    const { FRAMES, SPEAKING, LEVEL, CHANGED, ANSWERED, STATE, LABEL, ACCEPTED, HEARD, SPEECH, LAST_FRAME, PEAK } = this.words();
    const { activation, valence, voice } = this.exports;
    const { logits, probabilities } = this.node.answer();
    const more = [activation, valence, voice].flatMap((value) => (value ? [value()] : []));
    return {
      ms: 16 * ANSWERED + 48,
      state: Object.keys(STREAM_STATE)[STATE]!,
      ...(LABEL >= 0 && { label: this.classes[LABEL]! }),
      accepted: ACCEPTED === 1,
      frames: FRAMES,
      answered: ANSWERED,
      changed: CHANGED,
      speaking: SPEAKING === 1,
      heard: HEARD,
      speech: SPEECH,
      lastFrame: LAST_FRAME,
      peak: bitsOf(PEAK / 32768),
      level: bitsOf(Math.fround(LEVEL / 100)),
      logits: [...logits],
      bits: [...probabilities, ...more].map(bitsOf),
    };
  }

  /** All lines of a stream, pushed in pieces of `piece` samples; and those of its end. */
  stream(samples: Int16Array, piece = 256): { pushed: StreamLine[]; finished: StreamLine[] } {
    const pushed: StreamLine[] = [];
    const bytes = bytesOf(samples);
    ok(this.exports.startStream(), "startStream");
    for (let at = 0; at < bytes.length; at += 2 * piece) {
      const part = bytes.subarray(at, at + 2 * piece);
      this.node.bytes().set(part, this.exports.inputAddress());
      ok(this.exports.pushStream(part.length), "pushStream");
      const events = this.exports.streamEvents();
      if (events & (STREAM_EVENT.SPEECH_BEGAN | STREAM_EVENT.SPEECH_ENDED))
        pushed.push({ event: events & STREAM_EVENT.SPEECH_ENDED ? "speech ended" : "speech began" });
      if (events & STREAM_EVENT.ANSWER) pushed.push(this.line());
    }
    const finished: StreamLine[] = [];
    while (ok(this.exports.finishStream(), "finishStream") > 0) finished.push(this.line());
    return { pushed, finished };
  }

  /** The lines of stream_driver.c. */
  numbers(samples: Int16Array, piece = 256): string[] {
    return this.lines(samples, piece).flatMap((line) => ("state" in line ? [this.numbersOf(line)] : []));
  }

  numbersOf({ answered, state, label, accepted, heard, speech, lastFrame, level, logits, bits }: StreamAnswerLine): string {
    const place = label === undefined ? -1 : this.classes.indexOf(label);
    const first = [answered, STREAM_STATE[state as keyof typeof STREAM_STATE], place, Number(accepted), heard, speech, lastFrame, level];
    return [...first, ...logits, ...bits.slice(0, this.classes.length)].join(" ");
  }

  /** All of them. */
  lines(samples: Int16Array, piece = 256): StreamLine[] {
    const { pushed, finished } = this.stream(samples, piece);
    return [...pushed, ...finished];
  }
}

/** The quiet room of stream.c. */
export function quietRoom(count: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 29) - 4;
  });
}

export const joined = (...parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

/** That somebody begins to speak, is heard, and stops. */
export function assertWorthComparing(lines: readonly StreamLine[]): void {
  const states = new Set(lines.map((line) => ("state" in line ? line.state : line.event)));
  for (const state of ["listening", "uncertain", "speech began", "speech ended"]) assert.ok(states.has(state), `there is no "${state}"`);
}
