/** How often answers are correct, as counts and shares. */

/** What a model answered, as indices in its classes. */
export interface Answer {
  label: number;
  answered: number;
}

/** Counts of answers. */
export interface Confusion {
  classes: number;
  /** [true class, answered class], row by row. */
  counts: Uint32Array;
}

export interface Scores {
  /** Weighted accuracy: the share of correct answers. */
  wa: number;
  /** Unweighted average recall: the mean recall of the classes that occur. */
  ua: number;
  /** Macro F1: the mean F1 of the classes that occur or were answered. */
  f1: number;
}

interface ClassCounts {
  occurs: number;
  answered: number;
  right: number;
}

export function confusionOf(answers: readonly Answer[], classes: number): Confusion {
  const counts = new Uint32Array(classes * classes);
  for (const { label, answered } of answers) counts[label * classes + answered]!++;
  return { classes, counts };
}

/** From 0 to 1; NaN when there are no answers. */
export function scoresOf(confusion: Confusion): Scores {
  const classes = countClasses(confusion);
  const occurring = classes.filter(({ occurs }) => occurs > 0);
  const involved = classes.filter(({ occurs, answered }) => occurs + answered > 0);
  return {
    wa: sum(classes.map(({ right }) => right)) / sum(classes.map(({ occurs }) => occurs)),
    ua: mean(occurring.map(({ right, occurs }) => right / occurs)),
    f1: mean(involved.map(({ right, occurs, answered }) => (2 * right) / (occurs + answered))),
  };
}

/** The recall of every class; null for a class that does not occur. */
export function recallsOf(confusion: Confusion): (number | null)[] {
  return countClasses(confusion).map(({ right, occurs }) => (occurs > 0 ? right / occurs : null));
}

function countClasses({ classes, counts }: Confusion): ClassCounts[] {
  return Array.from({ length: classes }, (_, index) => {
    let occurs = 0;
    let answered = 0;
    for (let other = 0; other < classes; other++) {
      occurs += counts[index * classes + other]!;
      answered += counts[other * classes + index]!;
    }
    return { occurs, answered, right: counts[index * classes + index]! };
  });
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
