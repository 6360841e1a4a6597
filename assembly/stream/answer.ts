/** What a stream answers: the network's head over the last rows, smoothed, and what is shown of it. */
import { learnSpeech } from "../frontend/normalization";
import { HAS_VOICE, LEARNS_ANSWERS, LEAST_SPEECH_LEARNED } from "../generated/answer_rules";
import { LOGITS, PROBABILITIES, STREAM_ANSWER, STREAM_PROBABILITIES } from "../generated/memory_map";
import { CLASSES, HEAD_OUTPUTS } from "../generated/model";
import { NORMALIZES } from "../generated/normalization";
import {
  ANSWER_ACCEPTED,
  ANSWER_HEARD,
  ANSWER_LABEL,
  ANSWER_SPEECH,
  ANSWER_STATE,
  MOST_HOLD,
  MOST_SMOOTHING,
  ROW_FRAMES,
  STATE_LABEL,
  STATE_LISTENING,
  STATE_UNCERTAIN,
  WINDOW_ROWS,
} from "../generated/stream";
import { isAccepted, isVoice } from "../network/acceptance";
import { answer } from "../network/head";
import { learnAnswer } from "../network/speaker_answers";
import { streamAnswered } from "../pushed_sound";
import { voice } from "../voice";
import { averageRows, rowCount } from "./rows";

const BYTES: usize = (<usize>CLASSES) << 2;

/** At most that many answers are averaged, and a label is shown for at least that many. */
let smoothing: i32 = 1;
let hold: i32 = 0;

/** Answers in the mean; the label that is shown, and for how many answers it has been. */
let averaged: i32 = 0;
let shown: i32 = -1;
let shownFor: i32 = 0;
/** Answers until the next one has nothing in common with the last that was learned. */
let untilLearned: i32 = 0;

/** False if a value is out of range; then nothing changes. */
export function setAnswers(newSmoothing: i32, newHold: i32): bool {
  if (newSmoothing < 1 || newSmoothing > MOST_SMOOTHING || newHold < 0 || newHold > MOST_HOLD) return false;
  smoothing = newSmoothing;
  hold = newHold;
  return true;
}

/** Nobody speaks: the answer is over nothing, and the next one has nothing to do with those before. */
export function answerSilence(): void {
  averaged = 0;
  shown = -1;
  shownFor = 0;
  untilLearned = 0;
  memory.fill(LOGITS, 0, (<usize>HEAD_OUTPUTS) << 2);
  memory.fill(PROBABILITIES, 0, BYTES);
  report(STATE_LISTENING, false, 0);
  streamAnswered(false, 0);
}

/** The answer over the rows that there are, with that many frames with speech among them. */
export function answerRows(speech: i32): void {
  if (speech == 0) {
    answerSilence();
    return;
  }
  averageRows();
  answer();
  streamAnswered(true, speech);
  const isPerson = !HAS_VOICE || isVoice(voice());
  if (NORMALIZES && HAS_VOICE) learnSpeech(isPerson);
  if (LEARNS_ANSWERS && --untilLearned < 0 && speech >= LEAST_SPEECH_LEARNED && isPerson) {
    learnAnswer();
    untilLearned = WINDOW_ROWS - 1;
  }
  smooth();
  choose();
  const accepted = isAccepted(load<f32>(PROBABILITIES + ((<usize>shown) << 2)), speech) && isPerson;
  report(accepted ? STATE_LABEL : STATE_UNCERTAIN, accepted, speech);
}

/** The mean of the last answers takes the place of the probabilities. */
function smooth(): void {
  averaged = min(averaged + 1, smoothing);
  for (let at: usize = 0; at < BYTES; at += 4) {
    const probability = load<f32>(PROBABILITIES + at);
    const mean = averaged == 1 ? probability : load<f32>(STREAM_PROBABILITIES + at);
    const moved = mean + (probability - mean) / f32(averaged);
    store<f32>(STREAM_PROBABILITIES + at, moved);
    store<f32>(PROBABILITIES + at, moved);
  }
}

/** The class with the largest probability, the first of equals, unless another has to be shown for longer. */
function choose(): void {
  let best: usize = 0;
  for (let at: usize = 4; at < BYTES; at += 4) if (load<f32>(PROBABILITIES + at) > load<f32>(PROBABILITIES + best)) best = at;
  const label = i32(best >> 2);
  if (label != shown && (shown < 0 || shownFor >= hold)) {
    shown = label;
    shownFor = 0;
  }
  shownFor = min(shownFor + 1, MOST_HOLD);
}

function report(state: i32, accepted: bool, speech: i32): void {
  store<i32>(STREAM_ANSWER, state, ANSWER_STATE);
  store<i32>(STREAM_ANSWER, shown, ANSWER_LABEL);
  store<i32>(STREAM_ANSWER, i32(accepted), ANSWER_ACCEPTED);
  store<i32>(STREAM_ANSWER, rowCount() * ROW_FRAMES, ANSWER_HEARD);
  store<i32>(STREAM_ANSWER, speech, ANSWER_SPEECH);
}
