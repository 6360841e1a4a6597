/** Who speaks in the utterances of a dataset, and a random order of what else that person says. */

import { classOfFolder, emodbSpeaker } from "./labels.js";
import { randomBits } from "./random_bits.js";
import { type DataSet, firstOfPlaces } from "./utterances.js";

/** Of the golden ratio: neighboring seeds draw nothing alike. */
const SEED_FACTOR = 0x9e3779b1;

/**
 * The speaker of an utterance: the one in an EMO-DB file name; otherwise the folders above it, inside the dataset, that are not named after a class, joined with
 * "/". Undefined if there are none.
 *
 * `place` is the path from the dataset's folder to the file, with "/" and without its extension.
 */
export function speakerOf(place: string, classes: readonly string[]): string | undefined {
  const folders = place.split("/").slice(0, -1);
  return emodbSpeaker(place) ?? (folders.filter((folder) => classOfFolder(folder, classes) === undefined).join("/") || undefined);
}

/** For utterances of a dataset, other files of their speakers. */
export class Speakers {
  readonly #seed: number;
  readonly #speakers: readonly (string | undefined)[];
  readonly #files = new Map<string, string[]>();
  /** Of the files in the dataset. */
  readonly #indices: ReadonlyMap<string, number>;

  constructor({ utterances }: DataSet, classes: readonly string[], seed: number) {
    this.#seed = seed;
    this.#speakers = utterances.map((utterance) => firstOfPlaces(utterance, (place) => speakerOf(place, classes)));
    this.#indices = new Map(utterances.map(({ file }, index) => [file, index]));
    utterances.forEach(({ file }, index) => {
      const speaker = this.#speakers[index];
      if (speaker === undefined) return;
      const files = this.#files.get(speaker);
      if (files) files.push(file);
      else this.#files.set(speaker, [file]);
    });
  }

  /** The speaker of a file; throws if that is not known. */
  of(file: string): string {
    const speaker = this.#speakers[this.#indices.get(file) ?? -1];
    if (speaker !== undefined) return speaker;
    throw new Error(
      `${file}: who speaks is not known; put recordings into folders of speakers as well (anger/SPEAKER/x.wav), or give them EMO-DB's names (03a01Fa.wav)`,
    );
  }

  /** All other files of the same speaker, in random order: the same for the same dataset and seed, whatever else is evaluated. */
  othersOf(file: string): string[] {
    const others = this.#files.get(this.of(file))!.filter((other) => other !== file);
    const bits = randomBits(Math.imul(this.#seed, SEED_FACTOR) + this.#indices.get(file)!);
    for (let last = others.length - 1; last > 0; last--) {
      const drawn = Math.floor((bits() / 2 ** 32) * (last + 1));
      [others[last], others[drawn]] = [others[drawn]!, others[last]!];
    }
    return others;
  }
}
