/** Turns times into rows of the report. */
import { median } from "../../ts-tools/host/median.js";
import type { ModuleBuild } from "../../ts-tools/model/builds.js";
import type { Times } from "./interleave.js";
import { limitKernels, limitSteps } from "./limits.js";
import type { EngineName, Identity, Limit, Measurement, Stage } from "./measurement.js";

export function measuredRows(identity: Identity, times: Times): Measurement[] {
  const { subject, engine, build, precision, variant } = identity;
  return [...times].map(([stage, list]) => ({
    subject,
    engine,
    ...(build && { build }),
    precision,
    ...(variant !== undefined && { variant }),
    stage: stage as Stage,
    medianMs: median(list),
    minMs: Math.min(...list),
    runs: list.length,
  }));
}

export function coldRows(identity: Identity, variant: string | undefined, times: Times): Measurement[] {
  const { variant: _, ...rest } = identity;
  return measuredRows({ ...rest, ...(variant !== undefined && { variant }) }, times);
}

/** Of every instruction the tile that is fastest in the median. */
export function limitRows(engine: EngineName, times: Times): Limit[] {
  const best = new Map<string, Limit>();
  for (const kernel of limitKernels()) {
    const list = times.get(`${kernel.instruction} ${kernel.tile}`);
    if (list === undefined) continue;
    const speed = (ms: number): number => gmacs(kernel.macs * limitSteps(kernel), ms);
    const { instruction, build } = kernel;
    const row = { engine, instruction, build, medianGmacs: speed(median(list)), maxGmacs: speed(Math.min(...list)), runs: list.length };
    if (row.medianGmacs > (best.get(instruction)?.medianGmacs ?? 0)) best.set(instruction, row);
  }
  return [...best.values()];
}

/** Rows of networks with their speed, and ours with how much of the limit that is. */
export function withLimits(
  rows: readonly Measurement[],
  limits: readonly Limit[],
  multiplies: { defined: number; real: Record<string, number> },
): Measurement[] {
  return rows.map((row) => {
    if (row.stage !== "network") return row;
    const effectiveGmacs = gmacs(multiplies.defined, row.medianMs);
    if (row.build === undefined) return { ...row, effectiveGmacs };
    const realGmacs = gmacs(multiplies.real[row.build] ?? 0, row.medianMs);
    const limit = limitOf(limits, row.engine, row.build);
    return { ...row, effectiveGmacs, realGmacs, ...(limit !== undefined && { shareOfLimit: realGmacs / limit }) };
  });
}

/** What the instruction reaches that does nearly all of a build's multiplications: the relaxed build uses its own one in the 1x1 layer only. */
function limitOf(limits: readonly Limit[], engine: EngineName, build: ModuleBuild): number | undefined {
  const measured = build === "relaxed" ? "simd" : build;
  const own = limits.filter((limit) => limit.engine === engine && limit.build === measured).map(({ medianGmacs }) => medianGmacs);
  return own.length > 0 ? Math.max(...own) : undefined;
}

function gmacs(multiplies: number, ms: number): number {
  return multiplies / ms / 1e6;
}
