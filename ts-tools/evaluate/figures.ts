import { type Interval, intervalsOf } from "./bootstrap.js";
import { type Answer, confusionOf, recallsOf, type Scores, scoresOf } from "./scores.js";

/** A score with its 95 % interval, from 0 to 1. */
export interface Figure extends Interval {
  value: number;
}

/** An answer, and whether the model was sure enough of it. */
export interface Decision extends Answer {
  accepted: boolean;
}

/** How good answers are. */
export interface Figures extends Record<keyof Scores, Figure> {
  /** How many were answered. */
  utterances: number;
  /** In the order of the model. */
  classes: readonly string[];
  /** By class; null for a class that does not occur. */
  recall: Record<string, number | null>;
  /** Counts [true class][answered class]. */
  confusion: number[][];
  /** The answers that the model's threshold accepts: how many, and the share of correct ones; null when there are none. */
  accepted: { utterances: number; wa: number | null };
}

/** The figures of all answers of all folds together. There must be at least one answer. */
export function figuresOf(answers: readonly Decision[], classes: readonly string[]): Figures {
  const confusion = confusionOf(answers, classes.length);
  const scores = scoresOf(confusion);
  const intervals = intervalsOf(confusion);
  const recalls = recallsOf(confusion);
  const accepted = answers.filter((answer) => answer.accepted);
  const right = accepted.filter(({ label, answered }) => label === answered);
  const figure = (score: keyof Scores): Figure => ({ value: scores[score], ...intervals[score] });
  return {
    utterances: answers.length,
    wa: figure("wa"),
    ua: figure("ua"),
    f1: figure("f1"),
    classes,
    recall: Object.fromEntries(classes.map((name, index) => [name, recalls[index]!])),
    confusion: classes.map((_, row) => [...confusion.counts.subarray(row * classes.length, (row + 1) * classes.length)]),
    accepted: { utterances: accepted.length, wa: accepted.length === 0 ? null : right.length / accepted.length },
  };
}
