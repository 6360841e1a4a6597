import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { Random } from "../support/random.js";
import { noise } from "../support/sounds.js";

const RATE = 16_000;

/** The recordings that ship, at other volumes, with pauses, noise and zeros between them: the same in every run. */
export function talk(seconds: number): Int16Array {
  const examples = join(repositoryRoot, "examples");
  const emodb = readdirSync(join(examples, "emodb")).filter((name) => name.endsWith(".wav"));
  const recordings = ["long.wav", "speech.wav", ...emodb.map((name) => join("emodb", name))].map((name) =>
    readPcmWav(join(examples, name)),
  );
  const random = new Random(20);
  const below = (count: number): number => Math.floor(count * random.unit());
  const all = new Int16Array(seconds * RATE);
  for (let at = 0; at < all.length; ) {
    const recording = recordings[below(recordings.length)]!;
    const gain = 10 ** (-below(40) / 20);
    const spoken = recording.map((sample) => Math.round(gain * sample)).subarray(0, all.length - at);
    all.set(spoken, at);
    at += spoken.length;
    const pause = Math.min(below(10 * RATE), all.length - at);
    // Zeros, a quiet room, a loud one.
    const amplitude = [0, 0, 20, 300][below(4)]!;
    if (amplitude > 0) all.set(noise(pause, amplitude, at + 1), at);
    at += pause;
  }
  return all;
}
