import { type PcmLayout, type PcmPiece, pcmFrameBytes } from "./pcm.js";
import { inFrames } from "./whole_frames.js";

/** Raw samples without any header, in pieces of whole frames. What is left over at the end is left out, with a warning. */
export async function* rawPcm(
  pieces: AsyncIterable<Uint8Array>,
  layout: PcmLayout,
  warn: (sentence: string) => void,
): AsyncGenerator<PcmPiece> {
  const frames = inFrames(layout);
  for await (const piece of noticeWav(pieces, warn)) {
    const bytes = frames.push(piece);
    if (bytes.length > 0) yield { layout, bytes };
  }
  if (frames.left > 0)
    warn(
      `${bytesText(frames.left)} at the end ${frames.left === 1 ? "is" : "are"} not a whole frame of ${bytesText(pcmFrameBytes(layout))}, and left out; check --format and --channels`,
    );
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

const bytesText = (count: number): string => (count === 1 ? "1 byte" : `${count} bytes`);
