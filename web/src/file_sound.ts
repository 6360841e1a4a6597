/** A sound file as the stream needs it: int16 samples at 16 kHz, in pieces. */
import { Converter, type SoundLayout } from "../../ts-tools/runtime/converter.js";
import type { Engine } from "../../ts-tools/runtime/engine.js";
import { WavInput } from "../../ts-tools/runtime/wav_input.js";

/** Takes the bytes of a file. */
export interface SoundInput {
  push(piece: Uint8Array): void;
  finish(): void;
}

/** What a file has in it. */
export interface SoundSink {
  /** Once, before the samples. */
  begin(layout: SoundLayout): void;
  /** Views of the module's memory, valid only during the call. */
  push(samples: Int16Array): void;
}

/** The module reads the header and the samples of a WAV file. */
export function wavSound(engine: Engine, sink: SoundSink): SoundInput {
  const converter = new Converter(engine, (samples) => sink.push(samples));
  const wav = new WavInput(engine, {
    begin(layout) {
      converter.begin(layout);
      sink.begin(layout);
    },
    push: (bytes) => converter.push(bytes),
  });
  return {
    push: (piece) => void wav.push(piece),
    finish() {
      wav.end();
      converter.finish();
    },
  };
}

/** Samples that the page decoded. */
export function decodedSound(engine: Engine, layout: SoundLayout, sink: SoundSink): SoundInput {
  const converter = new Converter(engine, (samples) => sink.push(samples));
  converter.begin(layout);
  sink.begin(layout);
  return { push: (piece) => converter.push(piece), finish: () => void converter.finish() };
}
