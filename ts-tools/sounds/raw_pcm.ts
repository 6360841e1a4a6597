import type { SoundLayout } from "../runtime/converter.js";
import type { PcmPiece } from "./pcm.js";

/** Raw samples without any header, as they are: the module leaves out an incomplete last frame, with a warning. */
export async function* rawPcm(
  pieces: AsyncIterable<Uint8Array>,
  layout: SoundLayout,
  warn: (sentence: string) => void,
): AsyncGenerator<PcmPiece> {
  for await (const bytes of noticeWav(pieces, warn)) yield { layout, bytes };
}

/** The pieces as they are; warns if they are a WAV file. */
export async function* noticeWav(pieces: AsyncIterable<Uint8Array>, warn: (sentence: string) => void): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const piece of pieces) {
    if (isFirst && Buffer.from(piece.subarray(0, 4)).toString("latin1") === "RIFF")
      warn("this begins as a WAV file does, and its header is read as sound; leave --format and --rate out to read it as a WAV file");
    isFirst = false;
    yield piece;
  }
}
