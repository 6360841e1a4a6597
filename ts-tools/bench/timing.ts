/** One row of a benchmark, as `--json` prints it. */
export interface Measurement {
  subject: "light-sernet" | "tensorflow.js";
  engine: "node" | "wasmtime";
  /** Which of our builds; absent for peers. */
  build?: "scalar";
  precision: "float32" | "int8";
  stage: "frontend" | "network" | "total";
  medianMs: number;
  minMs: number;
  runs: number;
}

/** Something to time. `run` is one inference and returns the milliseconds of each stage that it can tell. */
export interface Subject {
  name: Measurement["subject"];
  engine: Measurement["engine"];
  build?: "scalar";
  precision: Measurement["precision"];
  run(): Promise<Partial<Record<Measurement["stage"], number>>>;
}

/**
 * Times the subjects in turn, one run of each and again, so that a slow moment of the machine meets all of them; every round begins with another
 * subject, so that none is always the one behind a process that was started. The first `warmUp` rounds do not count.
 */
export async function interleave(
  subjects: readonly Subject[],
  runs: number,
  warmUp: number,
  tell: (round: number, rounds: number) => void,
): Promise<Measurement[]> {
  const times = subjects.map(() => new Map<Measurement["stage"], number[]>());
  for (let round = 0; round < warmUp + runs; round++) {
    tell(round, warmUp + runs);
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (round + turn) % subjects.length;
      const stages = await subjects[index]!.run();
      if (round < warmUp) continue;
      for (const [stage, ms] of Object.entries(stages) as [Measurement["stage"], number][]) {
        const list = times[index]!.get(stage) ?? [];
        times[index]!.set(stage, [...list, ms]);
      }
    }
  }
  return subjects.flatMap(({ name, engine, build, precision }, index) =>
    [...times[index]!].map(([stage, list]) => ({
      subject: name,
      engine,
      ...(build && { build }),
      precision,
      stage,
      medianMs: median(list),
      minMs: Math.min(...list),
      runs: list.length,
    })),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
