/** The answer: one JSON object on one line, as `light-sernet classify --json` prints it. */
import { HAS_ACTIVATION, HAS_VALENCE, HAS_VOICE, LEAST_SPEECH_FRAMES } from "../generated/answer_rules";
import { NORMALIZES } from "../generated/normalization";
import { classNameAddress, modelHashAddress, modelIdAddress, sampleRate } from "../module";
import { isAccepted, isVoice } from "../network/acceptance";
import { writeProbability } from "./decimal";
import { writeInput } from "./input_figures";
import { writeHexString, writeJsonString, writeLogits, writeMilliseconds, writeProbabilities } from "./json";
import { writeInteger, writeText } from "./output";
import {
  largestProbability,
  largestVoice,
  meanOfResults,
  mostSpeech,
  resultActivation,
  resultBytes,
  resultLabel,
  resultLogits,
  resultProbabilities,
  resultValence,
} from "./results";
import { gathered, recordBytes } from "./speaker";
import { windowCount, windowEnd, windowStart } from "./windows";

/** `results` of the windows of a recording of `samples` samples; `mean` of their probabilities; nanoseconds of each part of the work. */
export function writeReport(
  results: usize,
  mean: usize,
  samples: i32,
  mode: i32,
  decodeTime: i64,
  frontendTime: i64,
  networkTime: i64,
): void {
  const count = windowCount(samples, mode);
  writeText('{"file":"-",');
  // One window: its largest logit decides, which the mean cannot show when two probabilities round to the same float.
  writeAnswer(count === 1 ? resultLabel(results) : largestProbability(mean), mean, results, count);
  if (count === 1) {
    writeText(',"logits":');
    writeLogits(resultLogits(results));
  }
  writeText(',"segments":[');
  for (let w = 0; w < count; w++) {
    if (w > 0) writeText(",");
    writeSegment(results + w * resultBytes(), windowStart(w, samples, mode), samples);
  }
  writeText("],");
  writeInput();
  writeText(',"model":{"id":');
  writeJsonString(modelIdAddress() as usize);
  writeText(',"sha256":');
  writeJsonString(modelHashAddress() as usize);
  writeText('},"timing":{"decodeMs":');
  writeMilliseconds(decodeTime);
  writeText(',"frontendMs":');
  writeMilliseconds(frontendTime);
  writeText(',"networkMs":');
  writeMilliseconds(networkTime);
  if (NORMALIZES) {
    writeText('},"adaptation":');
    writeHexString(gathered, recordBytes);
    writeText("}\n");
  } else {
    writeText("}}\n");
  }
}

function writeSegment(result: usize, start: i32, samples: i32): void {
  writeText('{"startMs":');
  writeInteger(milliseconds(start));
  writeText(',"endMs":');
  writeInteger(milliseconds(windowEnd(start, samples)));
  writeText(",");
  writeAnswer(resultLabel(result), resultProbabilities(result), result, 1);
  writeText(',"logits":');
  writeLogits(resultLogits(result));
  writeText("}");
}

/** `"label":...,"confidence":...,"accepted":...,"speechFrames":...,"voice":...,"activation":...,"valence":...,"probabilities":...` of `count` results. */
function writeAnswer(label: i32, probabilities: usize, results: usize, count: i32): void {
  const confidence = load<f32>(probabilities + 4 * label);
  writeText('"label":');
  writeJsonString(classNameAddress(label) as usize);
  writeText(',"confidence":');
  writeProbability(confidence);
  writeText(',"accepted":');
  const speech = mostSpeech(results, count);
  writeText(isAccepted(confidence, speech) && (HAS_VOICE ? isVoice(largestVoice(results, count)) : true) ? "true" : "false");
  if (LEAST_SPEECH_FRAMES > 0) {
    writeText(',"speechFrames":');
    writeInteger(speech);
  }
  if (HAS_VOICE) {
    writeText(',"voice":');
    writeProbability(largestVoice(results, count));
  }
  if (HAS_ACTIVATION) {
    writeText(',"activation":');
    writeProbability(meanOfResults(resultActivation(results), count));
  }
  if (HAS_VALENCE) {
    writeText(',"valence":');
    writeProbability(meanOfResults(resultValence(results), count));
  }
  writeText(',"probabilities":');
  writeProbabilities(probabilities);
}

/** The time of a sample, in whole milliseconds, rounded down. */
function milliseconds(sample: i32): i64 {
  return ((sample as i64) * 1000) / sampleRate();
}
