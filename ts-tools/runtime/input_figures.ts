import { WARNING, type WarningCode, warningsIn } from "../abi/status.js";
import type { Engine } from "./engine.js";
import type { InputFigures } from "./result.js";

/** The module's figures of the sound that was pushed, with more WARNING bits that are known of it. */
export function readInputFigures(engine: Engine, moreWarnings: number): InputFigures {
  const [durationMs, sampleRate, channels, peak, rms, clipped, warnings] = engine.int32(engine.exports.inputFigures(), 7);
  return {
    durationMs: durationMs!,
    sampleRate: sampleRate!,
    channels: channels!,
    peak: peak! / 1e4,
    rmsDb: rms! / 100,
    clippedShare: clipped! / 1e6,
    warnings: warningsIn(warnings! | moreWarnings),
  };
}

/** What the warnings mean. */
export function warningSentences(codes: readonly WarningCode[]): string[] {
  return codes.map((code) => WARNING[code].sentence);
}
