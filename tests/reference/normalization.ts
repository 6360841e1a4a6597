import type { FrontEnd, Normalization } from "../../ts-tools/model/model_types.js";
import { clamp, f32 } from "./rounding.js";

/** A mean of coefficients, and how many frames it counts as. */
export interface WeightedMean {
  mean: Float32Array;
  weight: number;
}

/** A speaker's statistics, as those of the module grow. */
export interface SpeakerStatistics extends WeightedMean {
  frames: number;
}

export function noStatistics(coefficients: number): SpeakerStatistics {
  return { mean: new Float32Array(coefficients), weight: 0, frames: 0 };
}

/** Takes frames, one after another, and returns what the network receives of them: float32 [coefficients]. */
export type Normalizer = (coefficients: Float32Array | undefined) => Float32Array;

/**
 * The running mean of docs/arithmetic.md, section 4, step 7, for one segment. A frame is its coefficients before the clip, float32; undefined is a frame of zeros.
 * `carried` is a speaker's mean from earlier sound. `learned` grows with every frame that has speech,
 * and `heard` counts them. The loudest frame is forgotten by `fading` nepers with each frame, in a stream.
 */
export function normalizer(
  frontEnd: FrontEnd,
  normalization: Normalization,
  carried?: Float32Array,
  learned?: SpeakerStatistics,
  heard = { frames: 0 },
  fading = 0,
): Normalizer {
  const { horizon, startWeight, carriedWeight, energyScale, share, speechRange, speechFloor } = normalization;
  const { coefficients, clip, melBands } = frontEnd;
  const running: WeightedMean = carried
    ? { mean: carried.slice(), weight: f32(carriedWeight) }
    : { mean: Float32Array.from(normalization.mean), weight: f32(startWeight) };
  const decay = f32(1 - 1 / horizon);
  let loudest = -Infinity;

  const include = (target: WeightedMean, row: Float32Array): void => {
    target.weight = f32(f32(target.weight * decay) + 1);
    const step = f32(1 / target.weight);
    target.mean.forEach((mean, k) => {
      target.mean[k] = f32(mean + f32(f32(row[k]! - mean) * step));
    });
  };

  return (frame) => {
    const silence = Float32Array.from({ length: coefficients }, (_, k) => (k === 0 ? -clip : 0));
    if (frame === undefined) return silence;
    const row = frame.slice();
    row[0] = f32(row[0]! * f32(1 / Math.sqrt(2 * melBands)));
    const energy = row[0]!;
    if (energy <= f32(speechFloor)) return silence;
    loudest = Math.max(f32(loudest - fading), energy);
    if (energy > f32(loudest - f32(speechRange))) {
      include(running, row);
      heard.frames++;
      if (learned) {
        include(learned, row);
        learned.frames++;
      }
    }
    return row.map((value, k) => {
      const rest = f32(value - f32(f32(share) * running.mean[k]!));
      return clamp(k === 0 ? f32(rest * f32(energyScale)) : rest, f32(-clip), f32(clip));
    });
  };
}
