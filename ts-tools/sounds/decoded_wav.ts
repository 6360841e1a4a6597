import type { SoundLayout } from "../runtime/converter.js";
import { type PcmPiece, wavHeader } from "./pcm.js";

/** Bytes of decoded sound that are held until its length is known: three minutes of stereo at 48 kHz. */
const MOST_HELD_BYTES = 2 ** 26;

/**
 * Decoded sound as the bytes of a WAV file. Its header says the length, which is known only when all is decoded: until then it is held. What is longer than
 * can be held is decoded twice, the first time to count; or, if it cannot be decoded again, its header says that the length is not known.
 */
export async function* wavOfDecoded(
  decode: (warn: (sentence: string) => void) => AsyncIterable<PcmPiece>,
  canDecodeAgain: boolean,
  warn: (sentence: string) => void,
  mostHeldBytes = MOST_HELD_BYTES,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let layout: SoundLayout | undefined;
  let count = 0;
  let isHeld = true;
  for await (const piece of decode(warn)) {
    layout ??= piece.layout;
    count += piece.bytes.length;
    if (isHeld) held.push(piece.bytes);
    else if (!canDecodeAgain) yield piece.bytes;
    if (!isHeld || count <= mostHeldBytes) continue;
    isHeld = false;
    if (!canDecodeAgain) {
      yield wavHeader(layout, undefined);
      yield* held;
    }
    held.length = 0;
  }
  if (layout === undefined || !(isHeld || canDecodeAgain)) return;
  yield wavHeader(layout, count);
  if (isHeld) yield* held;
  // The first time has warned of everything.
  else for await (const piece of decode(() => {})) yield piece.bytes;
}
