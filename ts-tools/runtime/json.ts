import { shortenFloat32 } from "./float32.js";
import type { Recognition } from "./result.js";

/** One line of JSON for a recording, keys in the documented order; floats read back to the same float32. */
export function recognitionJson(file: string, recognition: Recognition): string {
  const { label, confidence, accepted, probabilities, logits, segments, model, timing } = recognition;
  return JSON.stringify({
    file,
    label,
    confidence: shortenFloat32(confidence),
    accepted,
    probabilities: shorten(probabilities),
    ...(logits && { logits }),
    segments: segments.map((segment) => ({
      startMs: segment.startMs,
      endMs: segment.endMs,
      label: segment.label,
      confidence: shortenFloat32(segment.confidence),
      accepted: segment.accepted,
      probabilities: shorten(segment.probabilities),
      logits: segment.logits,
    })),
    model: { id: model.id, sha256: model.sha256 },
    timing: {
      decodeMs: thousandths(timing.decodeMs),
      frontendMs: thousandths(timing.frontendMs),
      networkMs: thousandths(timing.networkMs),
    },
  });
}

function shorten(probabilities: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, shortenFloat32(value)]));
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
