import { badArgument } from "./errors.js";
import type { SoundPiece } from "./recording_options.js";

/** Where the pieces of a recording come from. */
export type SoundSource = AsyncIterable<SoundPiece> | Iterable<SoundPiece> | ReadableStream<SoundPiece>;

/** The pieces of a source, in their order. If the caller stops, so does the source. */
export function pieces(source: SoundSource): AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof source === "object" && source !== null && !ArrayBuffer.isView(source)) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return source;
    if (typeof (source as ReadableStream).getReader === "function") return readAll(source as ReadableStream);
  }
  throw badArgument("the source", "a stream, or something else that can be iterated, of samples or bytes", source);
}

/** Not every browser can iterate a ReadableStream. */
async function* readAll(stream: ReadableStream<SoundPiece>): AsyncGenerator<SoundPiece> {
  const reader = stream.getReader();
  let complete = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      complete = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!complete) await reader.cancel();
  }
}
