/** `speakerAnswers` in model.json and in light-sernet.json: which means of a speaker's answers are possible. */
import { type FieldRule, from, whole } from "./front_end_schema.js";
import type { JsonFields } from "./json_fields.js";
import type { SpeakerAnswers } from "./model_types.js";

const SPEAKER_ANSWERS = "speakerAnswers";

const FIELDS: Readonly<Record<keyof SpeakerAnswers, FieldRule>> = {
  share: from(0, 1),
  // Above 0: without it nothing divides nothing as long as there are no answers.
  weight: from(1e-3, 1e6),
  horizon: from(1, 1e6),
  leastSpeech: whole(1, 1e6),
};
const NAMES = Object.keys(FIELDS) as (keyof SpeakerAnswers)[];

/** The field of a manifest or sidecar; undefined if there is none, or "none". */
export function parseSpeakerAnswers(fields: JsonFields): SpeakerAnswers | undefined {
  const given = fields.objectOrNone(SPEAKER_ANSWERS);
  if (given === undefined) return undefined;
  given.only(NAMES);
  const numbers = NAMES.map((name) => [name, given.number(name, FIELDS[name].accepts, FIELDS[name].words)]);
  return Object.fromEntries(numbers) as unknown as SpeakerAnswers;
}

/** The first number that is not possible, as a sentence without its end. */
export function speakerAnswersFault(answers: SpeakerAnswers): string | undefined {
  const wrong = NAMES.find((name) => !FIELDS[name].accepts(answers[name]));
  return wrong && `${SPEAKER_ANSWERS}.${wrong} is ${answers[wrong]}; expected ${FIELDS[wrong].words}`;
}
