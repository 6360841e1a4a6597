/** Tasks that wait for their turn, or are done and wait for it, for each that runs: a bound on what is in memory. */
const WAITING_FOR_EACH = 64;

/**
 * Runs a task for each item, `jobs` of them at the same time, and passes on their results in the order of the items. With one job the next task begins when the caller
 * asks for its result. A task must not fail.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  jobs: number,
  task: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const most = jobs === 1 ? 1 : WAITING_FOR_EACH * jobs;
  const begun: Promise<Result>[] = [];
  let next = 0;
  let running = 0;
  const begin = (): void => {
    while (next < items.length && running < jobs && begun.length < most) {
      running++;
      begun.push(
        task(items[next++]!).finally(() => {
          running--;
          if (jobs > 1) begin();
        }),
      );
    }
  };
  for (begin(); begun.length > 0; begin()) {
    const result = await begun[0]!;
    begun.shift();
    yield result;
  }
}
