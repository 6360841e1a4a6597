/** Numbers and answers as the page words them. */
import type { FileResult, LiveAnswer, ModuleBuild } from "./protocol.js";

export const BUILD_NAMES: Readonly<Record<ModuleBuild, string>> = { scalar: "scalar", simd: "SIMD", relaxed: "relaxed SIMD" };

export function percent(share: number): string {
  const value = 100 * share;
  return `${value.toFixed(value >= 99.95 || value === 0 ? 0 : 1)} %`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 100_000 ? 2 : 1)} s`;
}

export function duration(milliseconds: number): string {
  return milliseconds < 10
    ? `${milliseconds.toFixed(1)} ms`
    : milliseconds < 10_000
      ? `${Math.round(milliseconds)} ms`
      : seconds(milliseconds);
}

/** An answer as two lines: the headline, and what it rests on. */
export interface Wording {
  headline: string;
  detail: string;
}

export function liveWording(answer: LiveAnswer): Wording {
  const heard = `over ${seconds(answer.heardMs)}, ${percent(answer.speechShare)} of it speech`;
  if (answer.state === "listening" || answer.label === null) return { headline: "listening", detail: "nobody speaks" };
  if (answer.state === "uncertain")
    return { headline: "uncertain", detail: `most like ${answer.label}, ${percent(answer.confidence)}, ${heard}` };
  return { headline: answer.label, detail: `${percent(answer.confidence)}, ${heard}` };
}

export function fileWording({ label, confidence, accepted, windows, durationMs }: FileResult): Wording {
  const over = `over all ${seconds(durationMs)}, ${windows === 1 ? "one window" : `${windows} windows`}`;
  if (!accepted) return { headline: "uncertain", detail: `most like ${label}, ${percent(confidence)}, ${over}` };
  return { headline: label, detail: `${percent(confidence)}, ${over}` };
}
