import { LARGEST_LEVEL } from "../model/levels.js";
import type { ExportName } from "./exports.js";
import { STREAM_ANSWER } from "./stream.js";

/** What each function of exports.ts does: for docs/abi.md and the header of the firmware. Apps do not need it, so the runtime does not import it. */
export const EXPORT_DOCS: Readonly<Record<ExportName, string>> = {
  abiVersion: "Version of this list: 2.",
  modelIdAddress: "The model's id, UTF-8, zero-terminated.",
  modelHashAddress: "SHA-256 of the quantized weights, 64 hexadecimal digits, zero-terminated.",
  classCount: "Number of classes.",
  classNameAddress: "Name of a class, UTF-8, zero-terminated; 0 when the index is out of range.",
  acceptThreshold:
    "The model's acceptance threshold, 0 to 1: an answer whose largest probability is below it is uncertain. 0 accepts every answer.",
  sampleRate: "Sample rate of the network's input in Hz: 16,000.",
  windowSamples: "Samples of one segment at that rate: 48,000 (3 s).",
  hopSamples: "Samples from one frame to the next.",
  frameCount: "Frames of one segment: 184.",
  coefficientCount: "MFCCs of one frame: 40.",
  memoryNeeded: "Bytes of linear memory that are used, from address 0.",
  setInput:
    "Sets how pushed bytes are read (see INPUT_FORMAT; channels interleaved; 8,000 to 192,000 Hz). Until it is called: int16, mono, 16 kHz. Ends whatever was started.",
  inputAddress: "Where the host writes the bytes to push.",
  inputCapacity: "How many bytes fit there.",
  push: "Takes bytes from inputAddress(): whole frames of all channels, at most inputCapacity(). What they are used for depends on what was started.",
  startLevel:
    "First pass to find the level of a recording of that many samples at 16 kHz (see resampledLength): push all of it, then call nextLevel().",
  nextLevel: "Second pass: push the same recording again, then call finishLevel().",
  finishLevel: `The level in thousandths of an int16 step, 0 to ${LARGEST_LEVEL.toLocaleString("en-US")}; or a negative status.`,
  start:
    "Starts a segment: its level (from finishLevel(), or known otherwise) and the number of samples at 16 kHz that will be pushed. Of more than windowSamples() the center is taken; fewer get zeros on both sides.",
  finish: "Ends the segment after all samples were pushed. Logits and probabilities are there afterward.",
  label:
    "Not for streams, whose answers say it themselves. Index of the largest logit, the first one of a tie (with `speakerAnswers` of the largest corrected value); -1 from the start or a reset until the next finish().",
  accepted:
    "Not for streams, whose answers say it themselves. 1 when the largest probability is acceptThreshold() or more, both float32; 0 when it is less: the answer is uncertain. Also 0 while label() is -1.",
  logitsAddress: "int32 [classCount].",
  probabilitiesAddress: "float32 [classCount].",
  reset: "Ends whatever was started and clears the last result; keeps setInput.",
  startSamples:
    "Starts a conversion alone: after each push, and after finishSamples(), outputCount() int16 samples at 16 kHz are at outputAddress(). Read them before the next call.",
  finishSamples: "Ends the conversion: the last outputCount() samples are at outputAddress().",
  startFeatures:
    "Starts the front end alone, without crop, padding and network: after each push, outputCount() rows of float32 [coefficientCount] are at outputAddress(). Read them before the next call. There is nothing to finish: a row comes with the last sample of its frame. At other rates than sampleRate() the resampler keeps its last outputs; where every sample counts, convert first (startSamples).",
  outputAddress: "int16 samples of a conversion, or float32 MFCCs of startFeatures.",
  outputCount: "How many samples, or rows of MFCCs, the last call made.",
  inputFigures:
    "int32 [7], figures of all that was pushed since start(), startSamples() or startFeatures(), before it was resampled: duration in ms, sample rate in Hz, channels, largest magnitude in 1/10,000 of full scale (floats may exceed 1; at most 200,000), RMS of the mix of all channels in 1/100 dB of full scale (at least -12,000), clipped samples in a million (those at the largest or smallest value that occurs, if it is near full scale), WARNING bits. Read them after finish() or finishSamples().",
  resampledLength:
    "ceil(16000 frames / rate): the length at 16 kHz of a recording of that many frames; -4 for a rate out of range, -10 when it does not fit in 31 bits.",
  wavBegin: "Starts reading the header of a WAV file.",
  wavPush:
    "Takes the next bytes of the file from inputAddress(), any number. 0: push more; above 0: the samples begin, and that many of these bytes belonged to the header; negative: what is wrong with the file.",
  wavFormat: "INPUT_FORMAT of the samples of that file.",
  wavChannels: "Its channels.",
  wavRate: "Its sample rate.",
  wavFrames:
    "Its length in whole frames of all channels that the header claims; 0 if it does not say one. Do not rely on it: see wavTake() and wavEnd().",
  wavTake:
    "Of the next bytes after the header, how many are samples, from the first on: fewer than there are at the end that the header claims, and then the rest of the file does not matter. Call it for every piece.",
  wavEnd:
    "At the end of the file, or of its samples: the WARNING bits of its length, 0 for none; negative: what is wrong with the file. The sound is the whole frames that wavTake() counted.",
  frameAddress: "int16 [frameSamples], as in model.json: the leveled samples of one frame, input of stageSpectrum.",
  stageSpectrum: "Window, FFT, magnitude: fills spectrumAddress().",
  spectrumAddress: "float32 [frameSamples / 2 + 1]: magnitudes of one frame.",
  stageMel: "Mel filter bank and logarithm of the spectrum: fills melAddress().",
  melAddress: "float32 [melBands], as in model.json: log mel energies of one frame.",
  stageMfcc: "DCT-II of the log mel energies: fills mfccAddress(). Clipped, but in a module that normalizes neither that nor normalized.",
  mfccAddress: "float32 [coefficientCount]: MFCCs of one frame.",
  startNetwork: "Starts the network alone; ends whatever was started.",
  pushFrame: "Hands the network the MFCCs at mfccAddress(); frameCount() times.",
  finishNetwork: "Ends the network; results as after finish().",
  adaptationFrames:
    "Frames with speech that the statistics include, hopSamples() each: those of every segment and of startFeatures() since the module began, or since adaptationReset(), in addition to those of the statistics that were loaded. Windows that overlap count twice.",
  adaptationSave:
    "Puts the speaker's statistics at inputAddress(), that many bytes: copy them before the next call. Nothing else changes. Save after finish().",
  adaptationLoad:
    "Takes a speaker's statistics from inputAddress(). Every segment that starts afterwards begins with that speaker's mean (with the training corpora's, if the statistics include no speech), and the statistics go on from there. Refuses what is damaged or of a model with another front end (with `speakerAnswers` of another network, too), and changes nothing then.",
  adaptationReset: "Forgets the speaker: statistics begin anew, and so do segments, with the mean of the training corpora.",
  activation: "How excited the voice sounds, 0 to 1; -1 while label() is -1.",
  valence: "How pleased the voice sounds, 0 to 1; -1 while label() is -1.",
  leastSpeechFrames: "accepted() is 0 for a segment with fewer frames with speech, whatever the probability.",
  speechFrames:
    "Frames with speech in the last segment, hopSamples() each; frameCount() after finishNetwork(), where nobody knows; 0 while label() is -1.",
  startStream:
    "Starts a stream: sound without end, in the format of setInput(), without a level and a length. It is not over until finishStream(), or until something else is started. Loaded statistics of a speaker apply. See docs/live.md.",
  setStream:
    "smoothing, 1 to 16: the probabilities are the mean of up to that many answers since somebody began to speak. hold, 0 to 64: for at least that many answers a label is shown before another takes its place. 1 and 0 until it is called; at any time.",
  pushStream:
    "As push(), for a stream. Every 32 frames (8,192 samples at 16 kHz) there is an answer, the first 54 frames after speech has been noticed, up to 12 more or fewer apart where speech begins or ends. At most one in a call. See streamEvents().",
  finishStream:
    "Ends a stream, as if silence followed. 1: there is an answer more, read it and call again; 0: all speech has been answered, nothing can be pushed any more; or a negative status.",
  streamEvents: "What has happened since the last call, bits: 1 an answer, 2 somebody began to speak, 4 nobody speaks any more.",
  streamAnswer: `int32 [${Object.keys(STREAM_ANSWER).length}], uint32 where it counts frames: ${Object.entries(STREAM_ANSWER)
    .map(([name, what]) => `${name}, ${what}`)
    .join(
      "; ",
    )}. Its probabilities are at probabilitiesAddress(), all 0 while listening; logitsAddress(), activation(), valence() and voice() are of the newest answer, without smoothing.`,
  voice:
    "How surely somebody speaks in the last segment, 0 to 1; accepted() is 0 if it is below 0.5, whatever the probability; -1 while label() is -1.",
};
