import { DIMENSIONS } from "../model/dimensions.js";
import { DIMENSION_LOG_BITS, DIMENSION_WEIGHT_BITS } from "../model/levels.js";
import type { AnswerRules, Dimension } from "../model/model_types.js";
import { constant, staticArray } from "./source.js";

/** Whether the module keeps the logits' differences in float32, which softmax otherwise computes on its way. */
export function keepsScores({ dimensions }: AnswerRules = {}): boolean {
  return dimensions !== undefined;
}

/** assembly/generated/answer_rules.ts. What a model does not have is a constant of zero, and no code that is compiled reads it. */
export function emitAnswerRules(rules: AnswerRules = {}): string {
  const { dimensions = {} } = rules;
  return [
    flag("KEEPS_SCORES", keepsScores(rules), "Whether SCORES has the scaled logits."),
    constant("DIMENSION_WEIGHT_BITS", "i32", DIMENSION_WEIGHT_BITS, "Bits after the point of a dimension's weights."),
    constant("DIMENSION_LOG_BITS", "i32", DIMENSION_LOG_BITS, "The same of the logarithms of probabilities."),
    ...DIMENSIONS.map((name) => emitDimension(name.toUpperCase(), dimensions[name])),
  ].join("");
}

function flag(name: string, value: boolean, doc: string): string {
  return `/** ${doc} */\nexport const ${name}: bool = ${value};\n`;
}

function emitDimension(name: string, dimension: Dimension | undefined): string {
  const has = flag(`HAS_${name}`, dimension !== undefined, "Whether the model has this dimension.");
  if (dimension === undefined) return has + constant(name, "usize", 0);
  return has + staticArray(name, "i32", [...dimension.weights, dimension.bias], 8, "weight of each class, then the bias");
}
