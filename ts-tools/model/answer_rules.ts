/** What a model says of answers besides probabilities, in model.json and in light-sernet.json: read whole, and checked against the rest of the model. */
import { dimensionsFault, parseDimensions, parseQuantizedDimensions, quantizeDimensions } from "./dimensions.js";
import { frameCount } from "./front_end.js";
import { whole } from "./front_end_schema.js";
import type { JsonFields } from "./json_fields.js";
import type { AnswerRules, FrontEnd } from "./model_types.js";
import { parseSpeakerAnswers, speakerAnswersFault } from "./speaker_answers.js";

/** Their fields. */
export const ANSWER_RULES = ["dimensions", "speakerAnswers", "leastSpeechFrames"] as const satisfies readonly (keyof AnswerRules)[];

type Rules = { [Field in keyof AnswerRules]: AnswerRules[Field] | undefined };

/** More frames than any segment has. */
const SPEECH_FRAMES = whole(1, 1e6);

/** A speaker's statistics must fit the module's input buffer: numbers of them that are means. */
const MOST_MEANS = 249;

/** The rules of a sidecar, with the weights of dimensions as they are written. */
export function parseAnswerRules(fields: JsonFields): AnswerRules {
  return present({ dimensions: parseDimensions(fields), ...parseOthers(fields) });
}

/** The rules of a manifest. */
export function parseQuantizedRules(fields: JsonFields, frontEnd: FrontEnd, classes: number): AnswerRules {
  const rules = present({ dimensions: parseQuantizedDimensions(fields, classes), ...parseOthers(fields) });
  const fault = answerRulesFault(rules, frontEnd, classes);
  if (fault !== undefined) throw fields.misfit(fault);
  return rules;
}

/** The rules that are the same in both files. */
function parseOthers(fields: JsonFields): Rules {
  const { accepts, words } = SPEECH_FRAMES;
  const leastSpeechFrames = fields.has("leastSpeechFrames") ? fields.number("leastSpeechFrames", accepts, words) : undefined;
  return { speakerAnswers: parseSpeakerAnswers(fields), leastSpeechFrames };
}

/** The rules of a sidecar in a quantized model. */
export function quantizeRules({ dimensions, speakerAnswers, leastSpeechFrames }: AnswerRules): AnswerRules {
  return present({ dimensions: dimensions && quantizeDimensions(dimensions), speakerAnswers, leastSpeechFrames });
}

/** What of the rules does not fit a front end and its classes, as a sentence without its end; undefined if all does. */
export function answerRulesFault(rules: AnswerRules, frontEnd: FrontEnd, classes: number): string | undefined {
  const { dimensions, speakerAnswers, leastSpeechFrames } = rules;
  const normalizes = frontEnd.normalization !== undefined;
  const means = frontEnd.coefficients + classes;
  return (
    (dimensions && dimensionsFault(dimensions, classes)) ??
    (speakerAnswers && speakerAnswersFault(speakerAnswers)) ??
    (speakerAnswers && !normalizes ? "speakerAnswers needs a normalization, with whose statistics it is saved" : undefined) ??
    (speakerAnswers && speechFault("speakerAnswers.leastSpeech", speakerAnswers.leastSpeech, frontEnd)) ??
    (speakerAnswers && means > MOST_MEANS
      ? `speakerAnswers needs at most ${MOST_MEANS} coefficients and classes together, and there are ${means}`
      : undefined) ??
    (leastSpeechFrames !== undefined && !normalizes
      ? "leastSpeechFrames needs a normalization, which tells which frames have speech"
      : undefined) ??
    (leastSpeechFrames === undefined ? undefined : speechFault("leastSpeechFrames", leastSpeechFrames, frontEnd))
  );
}

function speechFault(field: string, frames: number, frontEnd: FrontEnd): string | undefined {
  const most = frameCount(frontEnd);
  return Number.isInteger(frames) && frames >= 1 && frames <= most
    ? undefined
    : `${field} is ${frames}; expected a whole number from 1 to ${most}, the frames of a segment`;
}

/** Without the fields that are undefined. */
function present(rules: Rules): AnswerRules {
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}
