/** Makes a case that finds something smaller: what was damaged is repaired, or cut away, as long as the same is found. */
import type { Case } from "./target.js";

const MILLISECONDS = 4_000;

/** What is found, without what differs from case to case. */
export function signatureOf(found: string): string {
  const [message = "", ...frames] = found.split("\n");
  const frame = frames.find((line) => /^\s+at .*(ts-tools|node_modules)/.test(line)) ?? "";
  return `${message.replaceAll(/"(?:\\.|[^"\\])*"/g, '""')} ${frame.replaceAll(/\(?file:.*\/(ts-tools|node_modules)/g, "$1")}`
    .replaceAll(/-?\d[\d.,e+-]*/g, "N")
    .slice(0, 240);
}

/** `keep` is called with each smaller case, so that one that never ends loses nothing. */
export async function smaller(
  files: Case,
  seeds: readonly Case[],
  found: (files: Case) => Promise<string | undefined>,
  keep: (files: Case) => void,
): Promise<void> {
  const signature = await found(files);
  if (signature === undefined) return;
  const end = performance.now() + MILLISECONDS;
  let best = files;
  for (const name of files.keys()) {
    for (const attempt of attempts(
      () => best.get(name)!,
      seeds.map((seed) => seed.get(name)).filter((seed) => seed !== undefined),
    )) {
      if (performance.now() > end) return;
      const candidate = new Map([...best, [name, attempt] as const]);
      if ((await found(candidate)) !== signature) continue;
      best = candidate;
      keep(best);
    }
  }
}

/** `now` is the best so far: an attempt begins with it. */
function* attempts(now: () => Uint8Array, seeds: readonly Uint8Array[]): Generator<Uint8Array> {
  const distance = (seed: Uint8Array): number => seed.reduce((sum, byte, at) => sum + Number(byte !== now()[at]), 0);
  const seed = seeds.filter(({ length }) => length === now().length).sort((a, b) => distance(a) - distance(b))[0];
  if (seed) {
    yield seed;
    for (let width = 1024; width >= 1; width = Math.floor(width / 8)) {
      for (let at = 0; at < seed.length; at += width) {
        if (now().length !== seed.length || Buffer.compare(now().subarray(at, at + width), seed.subarray(at, at + width)) === 0) continue;
        const repaired = now().slice();
        repaired.set(seed.subarray(at, at + width), at);
        yield repaired;
      }
    }
    return;
  }
  for (let share = 2; share <= 1024; share *= 2) {
    const width = Math.max(1, Math.floor(now().length / share));
    for (let at = 0; at < now().length; ) {
      const before = now().length;
      yield Buffer.concat([now().subarray(0, at), now().subarray(at + width)]);
      if (now().length === before) at += width;
    }
  }
}
