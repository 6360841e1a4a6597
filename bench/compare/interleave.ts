/** Something to time: `run` does everything once and returns the milliseconds of each part that it can tell apart. */
export interface Runner {
  run(): Promise<Readonly<Record<string, number>>>;
}

/** Milliseconds by part, one for each run. */
export type Times = Map<string, number[]>;

/**
 * Times the runners in turn, one run of each and again, so that a slow moment of the machine affects all of them; every round begins with another
 * one, so that none always runs after the same neighbor and with its caches. The first `warmUp` rounds do not count.
 */
export async function interleave(
  runners: readonly Runner[],
  runs: number,
  warmUp: number,
  tell: (round: number, rounds: number) => void = () => {},
): Promise<Times[]> {
  const times = runners.map((): Times => new Map());
  for (let round = 0; round < warmUp + runs; round++) {
    tell(round, warmUp + runs);
    for (let turn = 0; turn < runners.length; turn++) {
      const index = (round + turn) % runners.length;
      const parts = await runners[index]!.run();
      if (round < warmUp) continue;
      for (const [part, ms] of Object.entries(parts)) {
        const list = times[index]!.get(part);
        if (list) list.push(ms);
        else times[index]!.set(part, [ms]);
      }
    }
  }
  return times;
}
