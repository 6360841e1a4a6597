import { PCM_FORMATS, type PcmFormat, type PcmPiece } from "./pcm.js";
import type { Decoded } from "./piece_decoder.js";

/** Decoded channels as interleaved bytes. Lossless sound becomes the integers that it was, left-justified in 16 or 24 bits; other sound stays float32. */
export function pcmOf({ channelData, samplesDecoded, sampleRate, bitDepth }: Decoded): PcmPiece {
  const format = formatFor(bitDepth);
  const channels = channelData.length;
  const width = PCM_FORMATS[format].bytes;
  const bytes = Buffer.alloc(samplesDecoded * channels * width);
  // The decoder divides its integers by the largest one of that many bits.
  const [largest, shift] = bitDepth === undefined ? [1, 1] : [2 ** (bitDepth - 1) - 1, 2 ** (8 * width - bitDepth)];
  for (const [channel, samples] of channelData.entries()) {
    for (let index = 0, at = channel * width; index < samplesDecoded; index++, at += channels * width) {
      if (format === "f32") bytes.writeFloatLE(samples[index]!, at);
      else bytes.writeIntLE(Math.round(samples[index]! * largest) * shift, at, width);
    }
  }
  return { layout: { format, channels, sampleRate }, bytes };
}

function formatFor(bitDepth: number | undefined): PcmFormat & ("s16" | "s24" | "f32") {
  if (bitDepth === undefined || bitDepth > 24) return "f32";
  return bitDepth <= 16 ? "s16" : "s24";
}
