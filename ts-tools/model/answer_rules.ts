/** What a model says of answers besides probabilities, in model.json and in light-sernet.json: read whole, and checked against the rest of the model. */
import { dimensionsFault, parseDimensions, parseQuantizedDimensions, quantizeDimensions } from "./dimensions.js";
import { frameCount } from "./front_end.js";
import type { JsonFields } from "./json_fields.js";
import type { AnswerRules, FrontEnd } from "./model_types.js";
import { parseSpeakerAnswers, speakerAnswersFault } from "./speaker_answers.js";

/** Their fields. */
export const ANSWER_RULES = ["dimensions", "speakerAnswers"] as const satisfies readonly (keyof AnswerRules)[];

/** A speaker's statistics must fit the module's input buffer: numbers of them that are means. */
const MOST_MEANS = 249;

/** The rules of a sidecar, with the weights of dimensions as they are written. */
export function parseAnswerRules(fields: JsonFields): AnswerRules {
  return present({ dimensions: parseDimensions(fields), speakerAnswers: parseSpeakerAnswers(fields) });
}

/** The rules of a manifest. */
export function parseQuantizedRules(fields: JsonFields, frontEnd: FrontEnd, classes: number): AnswerRules {
  const rules = present({ dimensions: parseQuantizedDimensions(fields, classes), speakerAnswers: parseSpeakerAnswers(fields) });
  const fault = answerRulesFault(rules, frontEnd, classes);
  if (fault !== undefined) throw fields.misfit(fault);
  return rules;
}

/** The rules of a sidecar in a quantized model. */
export function quantizeRules({ dimensions, speakerAnswers }: AnswerRules): AnswerRules {
  return present({ dimensions: dimensions && quantizeDimensions(dimensions), speakerAnswers });
}

/** What of the rules does not fit a front end and its classes, as a sentence without its end; undefined if all does. */
export function answerRulesFault({ dimensions, speakerAnswers }: AnswerRules, frontEnd: FrontEnd, classes: number): string | undefined {
  const normalizes = frontEnd.normalization !== undefined;
  const means = frontEnd.coefficients + classes;
  return (
    (dimensions && dimensionsFault(dimensions, classes)) ??
    (speakerAnswers && speakerAnswersFault(speakerAnswers)) ??
    (speakerAnswers && !normalizes ? "speakerAnswers needs a normalization, with whose statistics it is saved" : undefined) ??
    (speakerAnswers && speechFault("speakerAnswers.leastSpeech", speakerAnswers.leastSpeech, frontEnd)) ??
    (speakerAnswers && means > MOST_MEANS
      ? `speakerAnswers needs at most ${MOST_MEANS} coefficients and classes together, and there are ${means}`
      : undefined)
  );
}

function speechFault(field: string, frames: number, frontEnd: FrontEnd): string | undefined {
  const most = frameCount(frontEnd);
  return frames > most ? `${field} is ${frames}; expected at most ${most}, the frames of a segment` : undefined;
}

/** Without the fields that are undefined. */
function present(rules: { [Field in keyof AnswerRules]: AnswerRules[Field] | undefined }): AnswerRules {
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}
