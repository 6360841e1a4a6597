/** A sound file as the stream needs it: int16 samples at 16 kHz, in pieces. */
import type { InputFormat } from "../../ts-tools/abi/status.js";
import { Converter, type SoundLayout } from "../../ts-tools/runtime/converter.js";
import type { Engine } from "../../ts-tools/runtime/engine.js";
import { WavInput } from "../../ts-tools/runtime/wav_input.js";

/** Where pieces of a file go. */
export interface SoundInput {
  push(piece: Uint8Array): void;
  finish(): void;
}

/** The module reads the header and the samples of a WAV file. `sink` gets views that are valid only during the call. */
export function wavSound(engine: Engine, sink: (samples: Int16Array) => void): SoundInput {
  const converter = new Converter(engine, sink);
  const wav = new WavInput(engine, converter);
  return {
    push: (piece) => void wav.push(piece),
    finish() {
      wav.end();
      converter.finish();
    },
  };
}

/** Samples that the page decoded. */
export function decodedSound(
  engine: Engine,
  layout: SoundLayout & { format: InputFormat },
  sink: (samples: Int16Array) => void,
): SoundInput {
  const converter = new Converter(engine, sink);
  converter.begin(layout);
  return { push: (piece) => converter.push(piece), finish: () => void converter.finish() };
}
