/** Finds the recipe that computed somebody's features of a known sound. */
import type { Matrix } from "./cepstrum.js";
import { type Difference, difference, Target } from "./difference.js";
import { FloatFrontEnd } from "./float_front_end.js";
import { MOST_FRAMES_CUT } from "./frame_alignment.js";
import { type Choices, choices, libraryRecipes, type Recipe } from "./recipe.js";
import type { SearchTime } from "./search_time.js";

export interface Sound {
  /** At the model's rate. */
  samples: Int16Array;
  sampleRate: number;
  /** Of a window of the model. */
  windowSamples: number;
}

export interface Found {
  recipe: Recipe;
  /** The choices in which it differs from ours; without any of them the difference is larger. */
  changed: (keyof Recipe)[];
  /** What is left between the features and those of the recipe. */
  left: Difference;
  /** Frames that it has more than the features have. */
  missing: number;
}

interface Tried {
  recipe: Recipe;
  distance: number;
}

type DistanceOf = (recipe: Recipe) => number;
type Choice = keyof Recipe;

/** What shapeDistance() does not see, or hardly. */
const LATE: readonly Choice[] = ["level", "melNorm", "log", "dct", "lifter", "first", "statistics", "clip"];
/** A sound this many times as long as a window is not tried as a whole. */
const LONGEST_WHOLE = 4;
/** A search looks at about this many frames; what it finds is then checked with all of them. */
const FRAMES_SEARCHED = 36;
/** Features with a shapeDistance() above this are of another sound: known front ends, however different, stay below 0.75. */
const ANOTHER_SOUND = 0.88;
/** With a shapeDistance() below this the mel bands are right. */
const SAME_SHAPE = 1e-4;
/** Less is not an improvement. */
const LEAST_GAIN = 1e-6;
/** A change that makes the mean difference smaller by less than this part, or by less than this, explains nothing. */
const WORTH = { part: 0.2, absolute: 1e-4 };
/** A mean difference that needs no further search. */
const SAME = 1e-3;

/** The recipe nearest to these features: tried are changes of `ours` first, then of what libraries do by themselves. */
export function findRecipe(sound: Sound, features: Matrix, ours: Recipe, time: SearchTime): Found {
  const stride = Math.max(1, Math.floor(features.frames / FRAMES_SEARCHED));
  const sparse = new RecipeSearch(sound, features, ours, { stride, time });
  const all = stride === 1 ? sparse : new RecipeSearch(sound, features, ours, { stride: 1, time });
  let best: Found | undefined;
  for (const recipe of sparse.candidates()) {
    let found = all.pruned(recipe);
    // Means over all frames are not those of some.
    if (stride > 1 && found.left.mean > SAME && !time.isOver()) found = all.pruned(all.nearest(recipe));
    if (best === undefined || found.left.mean < best.left.mean) best = found;
    if (best.left.mean <= SAME) break;
  }
  return best ?? all.pruned(ours);
}

class RecipeSearch {
  readonly #frontEnd: FloatFrontEnd;
  readonly #target: Target;
  /** Frames of the user's features, all of them. */
  readonly #frames: number;
  readonly #time: SearchTime;
  readonly #ours: Recipe;
  readonly #choices: Choices;
  readonly #names: readonly Choice[];

  constructor(
    { samples, windowSamples, sampleRate }: Sound,
    features: Matrix,
    ours: Recipe,
    { stride, time }: { stride: number; time: SearchTime },
  ) {
    this.#time = time;
    this.#frontEnd = new FloatFrontEnd(samples, windowSamples, sampleRate, stride);
    this.#target = new Target(everyFrame(features, stride));
    this.#frames = features.frames;
    this.#ours = ours;
    const all = choices(ours);
    this.#choices = samples.length <= LONGEST_WHOLE * windowSamples ? all : { ...all, place: ["center", "start"] };
    this.#names = Object.keys(all) as Choice[];
  }

  /** Near ours, if the number of frames may be right; then near whichever start has the most similar features. */
  *candidates(): Generator<Recipe> {
    const distance = this.#shapeDistance(this.#ours);
    const triesOurs = this.#frontEnd.frames(this.#ours) === this.#frames && distance < ANOTHER_SOUND;
    if (triesOurs) yield this.nearest(this.#likeShape(this.#ours));
    const starts = [this.#ours, ...libraryRecipes(this.#ours)].map((start) => this.#framed(start));
    starts.sort((a, b) => a.distance - b.distance);
    for (const start of starts) {
      if (this.#time.isOver() || start.distance >= ANOTHER_SOUND) return;
      if (!triesOurs || start.recipe !== this.#ours) yield this.nearest(this.#likeShape(start.recipe));
    }
  }

  /** The nearest recipe that single changes lead to. */
  nearest(start: Recipe): Recipe {
    return this.#descend(start, this.#names, this.#distance).recipe;
  }

  /** The same as far as scales and shifts of the columns do not matter. */
  #likeShape(start: Recipe): Recipe {
    const names = this.#names.filter((name) => !LATE.includes(name));
    for (let best = start; ; ) {
      const near = this.#descend(best, names, this.#shapeDistance);
      if (near.distance <= SAME_SHAPE) return near.recipe;
      best = this.#least(near, this.#melBands(near.recipe), this.#shapeDistance).recipe;
      if (best === near.recipe) return best;
    }
  }

  #features(recipe: Recipe): Matrix {
    this.#time.count();
    return this.#frontEnd.features(recipe, this.#target.features.columns);
  }

  readonly #distance = (recipe: Recipe): number => this.#target.distance(this.#features(recipe));
  readonly #shapeDistance = (recipe: Recipe): number => this.#target.shapeDistance(this.#features({ ...recipe, clip: undefined }));

  /** The recipe with the length, hop and place of frames that fits best, of those that have about as many frames. */
  #framed(start: Recipe): Tried {
    return this.#least(this.#tried(start, this.#shapeDistance), this.#framings(start), this.#shapeDistance);
  }

  #tried(recipe: Recipe, distanceOf: DistanceOf): Tried {
    return { recipe, distance: distanceOf(recipe) };
  }

  /** The nearest of some recipes, `start` if none is nearer. */
  #least(start: Tried, recipes: Iterable<Recipe>, distanceOf: DistanceOf): Tried {
    let best = start;
    if (start.distance <= LEAST_GAIN) return best;
    for (const recipe of recipes) {
      if (this.#time.isOver()) break;
      const other = this.#tried(recipe, distanceOf);
      if (other.distance < best.distance - LEAST_GAIN) best = other;
    }
    return best;
  }

  /** Number and limits of the bands make up for each other, so that the right ones are found together only. */
  *#melBands(start: Recipe): Generator<Recipe> {
    const { melBands: counts, melLowHz: lows, melHighHz: highs } = this.#choices;
    for (const melBands of counts)
      for (const melLowHz of lows) for (const melHighHz of highs) yield { ...start, melBands, melLowHz, melHighHz };
  }

  *#framings(start: Recipe): Generator<Recipe> {
    const { frameSamples: lengths, hopSamples: hops, padding: paddings, place: places } = this.#choices;
    for (const place of places)
      for (const padding of paddings)
        for (const hopSamples of hops)
          for (const frameSamples of lengths) {
            const recipe = fitting({ ...start, place, padding, hopSamples, frameSamples });
            if (Math.abs(this.#frontEnd.frames(recipe) - this.#frames) <= MOST_FRAMES_CUT) yield recipe;
          }
  }

  /** Makes the best change of a single choice, as long as one is better than none. */
  #descend(start: Recipe, names: readonly Choice[], distanceOf: DistanceOf): Tried {
    for (let best = this.#tried(start, distanceOf); ; ) {
      const next = this.#least(best, this.#neighbors(best.recipe, names), distanceOf);
      if (next === best) return best;
      best = next;
    }
  }

  /** Every change of a single choice. */
  #neighbors(recipe: Recipe, names: readonly Choice[]): Recipe[] {
    return names
      .flatMap((name) => this.#choices[name].filter((value) => value !== recipe[name]).map((value) => ({ ...recipe, [name]: value })))
      .map(fitting)
      .filter((other) => this.#frontEnd.frames(other) > 0 && hasUsualTransform(other));
  }

  /** The recipe without the changes that explain nothing. */
  pruned(recipe: Recipe): Found {
    let best = recipe;
    let left = this.#left(best);
    for (const name of this.#changes(best)) {
      const without = fitting({ ...best, [name]: this.#ours[name] });
      if (this.#frontEnd.frames(without) !== this.#frontEnd.frames(best)) continue;
      const then = this.#left(without);
      if (then.mean <= left.mean / (1 - WORTH.part) || then.mean <= left.mean + WORTH.absolute) [best, left] = [without, then];
    }
    return { recipe: best, changed: this.#changes(best), left, missing: this.#frontEnd.frames(best) - this.#frames };
  }

  #left(recipe: Recipe): Difference {
    return difference(this.#features(recipe), this.#target.features);
  }

  #changes(recipe: Recipe): Choice[] {
    return this.#names.filter((name) => recipe[name] !== this.#ours[name]);
  }
}

function everyFrame({ frames, columns, values }: Matrix, stride: number): Matrix {
  const rows = Array.from({ length: Math.ceil(frames / stride) }, (_, row) => row * stride);
  const kept = new Float64Array(rows.length * columns);
  for (const [row, t] of rows.entries()) kept.set(values.subarray(t * columns, (t + 1) * columns), row * columns);
  return { frames: rows.length, columns, values: kept };
}

const powerFrom = (samples: number): number => 2 ** Math.ceil(Math.log2(samples));

/** A transform is at least as long as a frame. */
function fitting(recipe: Recipe): Recipe {
  const { frameSamples, fftSamples } = recipe;
  return fftSamples >= frameSamples ? recipe : { ...recipe, fftSamples: powerFrom(frameSamples) };
}

/** A power of two, of at most 2,048 points or twice what a frame needs; or as long as the frame. */
function hasUsualTransform({ frameSamples, fftSamples }: Recipe): boolean {
  if (fftSamples === frameSamples) return true;
  return fftSamples === powerFrom(fftSamples) && fftSamples <= Math.max(2048, 2 * powerFrom(frameSamples));
}
