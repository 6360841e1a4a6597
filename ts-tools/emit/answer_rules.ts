import { adaptationBytes } from "../abi/adaptation.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { DIMENSION_LOG_BITS, DIMENSION_WEIGHT_BITS, LEAST_VOICE } from "../model/levels.js";
import type { AnswerRules, Dimension } from "../model/model_types.js";
import type { NamedModel } from "../model/named_model.js";
import { hashOf } from "./normalization.js";
import { constant, staticArray } from "./source.js";

/** Whether the module keeps the logits' differences in float32, which softmax otherwise computes on its way. */
export function keepsScores({ dimensions, speakerAnswers }: AnswerRules = {}): boolean {
  return dimensions !== undefined || speakerAnswers !== undefined;
}

/** assembly/generated/answer_rules.ts. What a model does not have is a constant of zero, and no code that is compiled reads it. */
export function emitAnswerRules({ sha256, rules = {}, frontEnd, model }: NamedModel): string {
  const { dimensions = {}, speakerAnswers, leastSpeechFrames = 0 } = rules;
  const { classes, logitScale } = model.dense;
  const number = (value: number | undefined): number => Math.fround(value ?? 0);
  const statistics = adaptationBytes(frontEnd.coefficients, speakerAnswers && classes);
  const network = speakerAnswers ? hashOf({ sha256, logitScale, speakerAnswers }) : 0;
  return [
    flag("KEEPS_SCORES", keepsScores(rules), "Whether SCORES has the scaled logits."),
    constant("DIMENSION_WEIGHT_BITS", "i32", DIMENSION_WEIGHT_BITS, "Bits after the point of a dimension's weights."),
    constant("DIMENSION_LOG_BITS", "i32", DIMENSION_LOG_BITS, "The same of the logarithms of probabilities."),
    ...DIMENSIONS.map((name) => emitDimension(name.toUpperCase(), dimensions[name])),
    flag("LEARNS_ANSWERS", speakerAnswers !== undefined, "Whether a speaker's statistics have a mean answer."),
    constant("ANSWER_SHARE", "f32", number(speakerAnswers?.share), "The part of the mean answer that is subtracted when there are many."),
    constant("ANSWER_WEIGHT", "f32", number(speakerAnswers?.weight), "How many answers the absence of a correction counts as."),
    constant("ANSWER_DECAY", "f32", number(speakerAnswers && 1 - 1 / speakerAnswers.horizon), "Of the mean's weight with each answer."),
    constant("LEAST_SPEECH_LEARNED", "i32", speakerAnswers?.leastSpeech ?? 0, "Frames with speech that a segment needs to be included."),
    constant("NETWORK_HASH", "i32", network, "Of all that a mean answer depends on besides the front end."),
    constant("ADAPTATION_LENGTH", "i32", statistics, "Bytes of all of a speaker's statistics."),
    constant("LEAST_SPEECH_FRAMES", "i32", leastSpeechFrames, "An answer to less is uncertain."),
    flag("HAS_VOICE", model.voice !== undefined, "Whether the head has an output more, which says whether somebody speaks."),
    constant("VOICE_SCALE", "f32", number(model.voice?.logitScale), "Of that output."),
    constant("LEAST_VOICE", "f32", LEAST_VOICE, "An answer to less is uncertain."),
    flag("COUNTS_SPEECH", speakerAnswers !== undefined || leastSpeechFrames > 0, "Whether frames with speech are counted."),
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
