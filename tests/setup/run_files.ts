/** Test files side by side, each in a run of its own of node:test, so that a file may wait for something while others go on. */
import { run } from "node:test";
import { compiledFile } from "./test_files.js";

/** What node:test reports of a run. */
export type Event = { type: string; data: { nesting?: number; file?: string; message?: string } };

/** Files must not begin before this has ended. */
export interface Wait {
  names: readonly string[];
  until: Promise<unknown>;
}

async function eventsOf(name: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of run({ files: [compiledFile(name)], concurrency: 1 }) as AsyncIterable<Event>) events.push(event);
  return events;
}

/**
 * The events of each file at once, in the order in which the files end. They begin in the order of `names`, but for those that wait. `concurrency` says how many
 * at a time, and is asked again when one has ended.
 */
export async function* runFiles(names: readonly string[], concurrency: () => number, wait: Wait): AsyncGenerator<Event[]> {
  const left = [...names];
  const running = new Map<string, Promise<{ name: string; events: Event[] }>>();
  let waited = false;
  const until = wait.until.then(() => {
    waited = true;
    return undefined;
  });
  while (left.length + running.size > 0) {
    while (running.size < concurrency()) {
      const at = left.findIndex((name) => waited || !wait.names.includes(name));
      if (at < 0) break;
      const [name] = left.splice(at, 1) as [string];
      running.set(
        name,
        eventsOf(name).then((events) => ({ name, events })),
      );
    }
    const ended = await Promise.race(waited ? running.values() : [...running.values(), until]);
    if (!ended) continue;
    running.delete(ended.name);
    yield ended.events;
  }
}
