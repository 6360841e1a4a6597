/** Sound without end on standard input: raw samples, or a WAV file whose header does not know its length. */

import { Engine } from "../runtime/engine.js";
import { RecognizerError } from "../runtime/errors.js";
import type { SoundLayout } from "../runtime/sound_layout.js";
import { WavInput } from "../runtime/wav_input.js";
import { noticeWav } from "../sounds/raw_pcm.js";

/** Receives the sound. */
export interface SoundTarget {
  /** What the bytes that follow are. */
  begin(layout: SoundLayout): Promise<void> | void;
  /** Bytes of sound, cut anywhere. */
  push(bytes: Uint8Array): Promise<void> | void;
  /** Something is wrong with the sound, which is used all the same. */
  warn(sentence: string): void;
}

/** Hands on the sound of raw samples. Returns whether there was any. */
export async function readRawSound(pieces: AsyncIterable<Uint8Array>, layout: SoundLayout, target: SoundTarget): Promise<boolean> {
  let begun = false;
  for await (const bytes of noticeWav(pieces, (sentence) => target.warn(sentence))) {
    if (bytes.length === 0) continue;
    if (!begun) await target.begin(layout);
    begun = true;
    await target.push(bytes);
  }
  return begun;
}

/** Hands on the sound of a WAV file, whose header the module reads. Returns whether there was any; throws a sentence for what is not a WAV file. `stopped`: whether the input was ended before its end. */
export async function readWavSound(
  pieces: AsyncIterable<Uint8Array>,
  module: WebAssembly.Module,
  target: SoundTarget,
  stopped: () => boolean,
): Promise<boolean> {
  let layout: SoundLayout | undefined;
  let sound: Uint8Array[] = [];
  const wav = new WavInput(await Engine.create(module), {
    begin: (found) => {
      layout = found;
    },
    push: (bytes) => void sound.push(bytes),
  });
  let begun = false;
  for await (const bytes of pieces) {
    const more = wav.push(bytes);
    if (layout && !begun) {
      begun = true;
      await target.begin(layout);
    }
    for (const part of sound) await target.push(part);
    sound = [];
    if (!more) break;
  }
  if (!begun && !stopped()) wav.end();
  return begun;
}

/** An error of the input as a sentence of this command. */
export function inputError(error: unknown): unknown {
  if (!(error instanceof RecognizerError)) return error;
  const { status, message } = error;
  const raw = status === "WAV_NOT_RIFF" ? "; for raw samples, say what they are: --format s16le --rate 16000" : "";
  return status === "EMPTY_FILE" || status === "WAV_NO_DATA" || status === "WAV_EMPTY"
    ? noSound(error)
    : new Error(`standard input: ${message}${raw}`, { cause: error });
}

/** The error for an input without any sound. */
export const noSound = (cause?: unknown): Error =>
  new Error("standard input has ended before any sound came; check the recorder and its microphone", { cause });

/**
 * The pieces of a stream until it ends, or until `stop` is kept, which does not wait for the next piece. `stop` lives as long as the stream, so it has one reaction:
 * with Promise.race it would have one more for each piece, and each of them would keep its piece in memory.
 */
export async function* piecesUntil(stream: AsyncIterable<Uint8Array>, stop: Promise<void>): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  let isStopped = false;
  let endWait = (): void => {};
  void stop.then(() => {
    isStopped = true;
    endWait();
  });
  while (!isStopped) {
    // After the stop nobody waits for the piece, whose failure then does not matter.
    const result = await new Promise<IteratorResult<Uint8Array> | undefined>((resolve, reject) => {
      endWait = () => resolve(undefined);
      pieces.next().then(resolve, reject);
    });
    if (result === undefined || result.done) return;
    yield result.value;
  }
}
