/** Nothing is timed before its answer is verified. */
import { indexOfLargest } from "../../ts-tools/model/index_of_largest.js";
import { largestDifference } from "../../ts-tools/quantize/answer_comparison.js";
import type { Answer } from "../measured/task.js";
import type { Precision, SubjectName } from "./measurement.js";
import { INSTALL_PEERS } from "./places.js";

/** Thrown when an answer is not that of the same network. */
export class VerificationError extends Error {
  override name = "VerificationError";
}

/**
 * The largest difference of a probability from the float model's, in float64, that still counts as the same network: float32 differs by rounding, int8 by
 * quantization. (Shipped sounds: 1e-6, and 0.03 for the peers' int8, 0.01 for ours.)
 */
export const LARGEST_DIFFERENCE: Readonly<Record<Precision, number>> = { float32: 1e-4, int8: 0.1 };

/** What every network must compute. */
export interface Expected {
  probabilities: ArrayLike<number>;
  classes: readonly string[];
  /** Of our front end. */
  frames: number;
  coefficients: number;
}

/** Checks an answer and says in one line what was checked. */
export function verify(name: string, subject: SubjectName, precision: Precision, answer: Answer, expected: Expected): string {
  if (answer.probabilities === undefined) return verifyShape(name, answer, expected);
  const difference = largestDifference(answer.probabilities, expected.probabilities);
  const label = expected.classes[indexOfLargest(answer.probabilities)];
  const right = expected.classes[indexOfLargest(expected.probabilities)];
  const bound = LARGEST_DIFFERENCE[precision];
  const sameSize = answer.probabilities.length === expected.probabilities.length;
  if (!sameSize || label !== right || !(difference <= bound)) {
    const what =
      subject === "light-sernet"
        ? "name with --source what --model was built from"
        : `its models have other weights; delete .bench/models and ${INSTALL_PEERS}`;
    throw new VerificationError(
      `${name} answers ${label} and the float model ${right}, with probabilities that differ by ${number(difference)} (at most ${bound} is the same network): ${what}`,
    );
  }
  return `${name}: same label as the float model, largest difference of a probability ${number(difference)} (bound ${bound})`;
}

function verifyShape(name: string, { frames, coefficients, finite }: Answer, expected: Expected): string {
  if (frames !== expected.frames || coefficients !== expected.coefficients || finite !== true) {
    throw new VerificationError(
      `${name} computes ${frames} x ${coefficients} MFCCs instead of ${expected.frames} x ${expected.coefficients} finite ones; ${INSTALL_PEERS} again`,
    );
  }
  return `${name}: ${frames} x ${coefficients} finite MFCCs`;
}

/** Our builds must compute the same logits, bit for bit, in every engine. */
export function verifyLogits(answers: readonly { name: string; logits: readonly number[] }[]): string | undefined {
  const first = answers[0];
  if (first === undefined) return undefined;
  for (const { name, logits } of answers) {
    if (String(logits) === String(first.logits)) continue;
    throw new VerificationError(
      `${name} computes the logits ${logits} and ${first.name} ${first.logits}; they must be the same: build the model again`,
    );
  }
  return `the same logits, bit for bit: ${answers.map(({ name }) => name).join(", ")}`;
}

function number(value: number): string {
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
