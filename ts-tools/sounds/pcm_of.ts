import { SAMPLE_BYTES } from "../abi/status.js";
import type { PcmPiece } from "./pcm.js";
import type { Decoded } from "./piece_decoder.js";

/** Decoded channels as interleaved bytes. Lossless sound becomes the integers that it was, left-justified in 16, 24 or 32 bits; other sound stays float32. */
export function pcmOf({ channelData, samplesDecoded, sampleRate, bitDepth }: Decoded): PcmPiece {
  const format = formatFor(bitDepth);
  const channels = channelData.length;
  const width = SAMPLE_BYTES[format];
  const bytes = Buffer.alloc(samplesDecoded * channels * width);
  const factor = bitDepth === undefined ? 1 : 2 ** (8 * width - bitDepth);
  for (const [channel, samples] of channelData.entries()) {
    for (let index = 0, at = channel * width; index < samplesDecoded; index++, at += channels * width) {
      if (format === "f32") bytes.writeFloatLE(samples[index]!, at);
      else bytes.writeIntLE(samples[index]! * factor, at, width);
    }
  }
  return { layout: { format, channels, sampleRate }, bytes };
}

function formatFor(bitDepth: number | undefined): "s16" | "s24" | "s32" | "f32" {
  if (bitDepth === undefined) return "f32";
  return bitDepth <= 16 ? "s16" : bitDepth <= 24 ? "s24" : "s32";
}
