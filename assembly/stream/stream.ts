/**
 * Sound without end (docs/arithmetic.md, 9). Every frame goes through the front end and the gate; the network, which has no edges here, gets a frame without speech
 * as silence, and rests when nobody has spoken for REST_FRAMES. It makes a row of its last layer for every ROW_FRAMES frames, LOOK_AHEAD_FRAMES after the last of them,
 * and then there is an answer.
 *
 *     samples -> frame -> log mel energies -> gate -> MFCCs -> delay -> level, running mean -> network -> rows -> answer
 *
 * All exported functions are exports of modules with a stream; ts-tools/abi/exports.ts documents them.
 */

import { frameToMel, silentMel } from "../frontend/frame_mfcc";
import { frameEnd, frameFilled, frameRoom, isSilent, nextFrame, startFrames } from "../frontend/frames";
import { learnSpeech, silence, startNormalization } from "../frontend/normalization";
import { gateFrame, startGate } from "../gate/gate";
import { HAS_VOICE } from "../generated/answer_rules";
import { PERIOD } from "../generated/line_buffers";
import { STREAM_ANSWER, STREAM_ANSWER_BYTES } from "../generated/memory_map";
import { HOP_SAMPLES } from "../generated/model";
import { NORMALIZES } from "../generated/normalization";
import * as status from "../generated/status";
import {
  ANSWER_ANSWERED,
  ANSWER_CHANGED,
  ANSWER_FRAMES,
  ANSWER_LAST_FRAME,
  ANSWER_LEVEL,
  ANSWER_PEAK,
  ANSWER_SPEAKING,
  EVENT_ANSWER,
  EVENT_SPEECH_BEGAN,
  EVENT_SPEECH_ENDED,
  LOOK_AHEAD_FRAMES,
  LOUDEST_FADING,
  REST_FRAMES,
  ROW_FRAMES,
  ROWS_AHEAD,
} from "../generated/stream";
import { realignRows, rewindRows } from "../network/line_buffer";
import { pushFrame, startNetwork, takesRow } from "../network/network";
import { isStreaming, reset, startStreaming } from "../pushed_sound";
import { beginPiece, blockAddress, endInput, nextBlock } from "../sound/input";
import { answerRows, answerSilence, setAnswers } from "./answer";
import { delayFrame, exchangeFrames, framesDue, framesWaiting, startDelay, takeFrame } from "./delay";
import { beginBlock, startTrackedLevel, trackLevel } from "./level";
import { addRow, clearSums, startRows } from "./rows";
import { countFrame, speechOfRows, startSpeech } from "./speech";
import { coefficients, levelInDecibels, speechFeatures } from "./speech_features";

/** More rows of silence than any layer looks back. */
const SILENT_ROWS: i32 = 4;

/** Whether the network rests. */
let rests: bool = false;
let speaking: bool = false;
/** Frames since the last one with speech; of a rest, those since it began or since its last answer. */
let quiet: i32 = 0;
let waited: i32 = 0;
/** Whether there has been speech that no answer is over yet. */
let owed: bool = false;
/** Rows of the last layer since the counters were moved back. */
let rows: i32 = 0;
/** Whether the network has been awake in this stream, and how many rows from before it woke are still to come. */
let hasWoken: bool = false;
let skipped: i32 = 0;
/** Bits of streamEvents(). */
let events: i32 = 0;
/** Whether the sound has ended. */
let ended: bool = false;

export function startStream(): i32 {
  startStreaming();
  startFrames();
  startNetwork(true);
  startGate();
  startDelay();
  startTrackedLevel();
  startRows();
  memory.fill(STREAM_ANSWER, 0, STREAM_ANSWER_BYTES);
  rests = true;
  speaking = false;
  waited = 0;
  owed = false;
  hasWoken = false;
  skipped = 0;
  events = 0;
  ended = false;
  answerSilence();
  store<i32>(STREAM_ANSWER, levelInDecibels(), ANSWER_LEVEL);
  return status.STATUS_OK;
}

export function setStream(smoothing: i32, hold: i32): i32 {
  return setAnswers(smoothing, hold) ? status.STATUS_OK : status.STATUS_BAD_STREAM;
}

export function pushStream(bytes: i32): i32 {
  if (!isStreaming() || ended) return status.STATUS_NOT_STARTED;
  if (!beginPiece(bytes)) return status.STATUS_BAD_PIECE;
  takeBlocks();
  return status.STATUS_OK;
}

export function finishStream(): i32 {
  if (!isStreaming()) return status.STATUS_NOT_STARTED;
  const before = answered();
  if (!ended) {
    ended = true;
    endInput();
    takeBlocks();
  }
  while (owed && answered() == before) addZeros(HOP_SAMPLES);
  if (answered() != before) return 1;
  reset();
  return status.STATUS_OK;
}

export function streamEvents(): i32 {
  const happened = events;
  events = 0;
  return happened;
}

export function streamAnswer(): usize {
  return STREAM_ANSWER;
}

function answered(): i32 {
  return load<i32>(STREAM_ANSWER, ANSWER_ANSWERED);
}

function takeBlocks(): void {
  for (let count = nextBlock(); count > 0; count = nextBlock()) {
    let at = blockAddress();
    while (count > 0) {
      const part = min(count, frameRoom());
      memory.copy(frameEnd(), at, (<usize>part) << 1);
      if (frameFilled(part)) hearFrame();
      at += (<usize>part) << 1;
      count -= part;
    }
  }
}

function addZeros(count: i32): void {
  while (count > 0) {
    const part = min(count, frameRoom());
    memory.fill(frameEnd(), 0, (<usize>part) << 1);
    if (frameFilled(part)) hearFrame();
    count -= part;
  }
}

function hearFrame(): void {
  store<i32>(STREAM_ANSWER, load<i32>(STREAM_ANSWER, ANSWER_FRAMES) + 1, ANSWER_FRAMES);
  if (isSilent()) silentMel();
  else frameToMel();
  hear(gateFrame());
  store<i32>(STREAM_ANSWER, trackLevel(speaking), ANSWER_PEAK);
  coefficients();
  const due = rests ? 0 : framesDue(speaking);
  if (due == 0) {
    delayFrame();
  } else {
    exchangeFrames();
    networkHears();
    if (due == 2) {
      takeFrame();
      networkHears();
    }
  }
  if (rests) countRest();
  nextFrame();
}

/** Speech that begins wakes the network; long quiet lets it rest. */
function hear(speech: bool): void {
  if (speech != speaking) {
    events |= speech ? EVENT_SPEECH_BEGAN : EVENT_SPEECH_ENDED;
    store<i32>(STREAM_ANSWER, load<i32>(STREAM_ANSWER, ANSWER_FRAMES), ANSWER_CHANGED);
    store<i32>(STREAM_ANSWER, i32(speech), ANSWER_SPEAKING);
    speaking = speech;
  }
  if (speech) {
    if (rests) wake();
    quiet = 0;
    owed = true;
  } else if (!rests && ++quiet == REST_FRAMES) {
    rest();
  }
}

/** The next frame is the first of a row. What the network heard before it was silence; in a stream that has just begun, nothing. */
function wake(): void {
  rests = false;
  rows = 0;
  if (hasWoken) {
    realignRows(SILENT_ROWS);
    skipped = ROWS_AHEAD;
  }
  hasWoken = true;
  startSpeech();
  beginBlock();
  if (NORMALIZES) startNormalization(LOUDEST_FADING);
  if (NORMALIZES && HAS_VOICE) learnSpeech(false);
}

/** All rings of the network hold silence by now. */
function rest(): void {
  rests = true;
  owed = false;
  waited = 0;
  startRows();
}

function countRest(): void {
  if (++waited < ROW_FRAMES) return;
  answerSilence();
  announce(0);
}

/** The network hears the frame at MFCC: as speech, if somebody has spoken since. */
function networkHears(): void {
  const behind = framesWaiting();
  const speech = quiet <= behind;
  countFrame(speech);
  if (!speech || !speechFeatures()) silence();
  pushFrame();
  if (!takesRow()) return;
  if (skipped > 0) {
    skipped--;
    clearSums();
    return;
  }
  addRow();
  if (++rows == PERIOD) {
    rewindRows();
    rows = 0;
  }
  const age = behind + LOOK_AHEAD_FRAMES;
  if (quiet >= age) owed = false;
  answerRows(speechOfRows());
  announce(age);
}

/** An answer over frames of which the last came `age` frames ago. */
function announce(age: i32): void {
  events |= EVENT_ANSWER;
  waited = 0;
  const frames = load<i32>(STREAM_ANSWER, ANSWER_FRAMES);
  store<i32>(STREAM_ANSWER, levelInDecibels(), ANSWER_LEVEL);
  store<i32>(STREAM_ANSWER, frames, ANSWER_ANSWERED);
  store<i32>(STREAM_ANSWER, frames - age, ANSWER_LAST_FRAME);
}
