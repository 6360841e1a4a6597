import { ModelError } from "../import/float_model.js";
import { frameCount } from "../quantize/front_end.js";
import type { NamedModel } from "./emit.js";
import { tables } from "./tables.js";

/** The rate that the module's resampler makes: the length of its history is that of its kernel at this rate. */
const SAMPLE_RATE = 16000;
/** The mel table counts the FFT bins of a band in a byte. */
const MOST_BINS = 255;

/** What the module's sources take for granted. Throws one sentence that says what was found and what is possible. */
export function checkNamedModel({ id, classes, frontEnd, model }: NamedModel): void {
  const { sampleRate, frameSamples, hopSamples, windowSamples, melBands, melLowHz, melHighHz, coefficients, logFloor, clip } = frontEnd;
  const whole = Object.entries({ sampleRate, frameSamples, hopSamples, windowSamples, melBands, coefficients });
  for (const [name, value] of whole) require(Number.isInteger(value) && value > 0, `${name} is ${value}`, "a whole number above 0");
  require(sampleRate === SAMPLE_RATE, `sampleRate is ${sampleRate}`, `${SAMPLE_RATE}: any sound is converted to that`);
  require(Number.isInteger(Math.log2(frameSamples)) && frameSamples >= 16, `frameSamples is ${frameSamples}`, "a power of two from 16");
  require(hopSamples <=
    frameSamples, `hopSamples is ${hopSamples}`, `at most a frame, ${frameSamples}: no sound may fall between two frames`);
  require(melBands % 2 === 0 &&
    Number.isInteger(
      frameSamples / (4 * melBands),
    ), `melBands is ${melBands}`, `an even number of which four fit a whole number of times in a frame of ${frameSamples}`);
  require(coefficients <= melBands, `coefficients is ${coefficients}`, `at most as many as mel bands, ${melBands}`);
  require(melLowHz >= 0 &&
    melLowHz < melHighHz &&
    Number.isFinite(melHighHz), `the mel filter bank goes from ${melLowHz} to ${melHighHz} Hz`, "a range upwards from 0");
  require(logFloor >= 1e-30 && Number.isFinite(logFloor), `logFloor is ${logFloor}`, "a number from 1e-30");
  require(clip > 0 && Number.isFinite(clip), `clip is ${clip}`, "a number above 0");
  const widest = Math.max(...tables(frontEnd).melBandBins);
  require(widest <= MOST_BINS, `a mel band has ${widest} FFT bins`, `at most ${MOST_BINS}: more bands or shorter frames`);
  require(model.frames ===
    frameCount(frontEnd), `the network takes ${model.frames} frames`, `${frameCount(frontEnd)}, which the front end gives`);
  require(model.coefficients ===
    coefficients, `the network takes ${model.coefficients} coefficients`, `${coefficients}, which the front end gives`);
  require(classes.length ===
    model.dense.classes, `${classes.length} classes are named`, `${model.dense.classes}, as many as the network has outputs`);
  for (const name of [id, ...classes])
    require(name !== "" && !name.includes("\0"), `the name ${JSON.stringify(name)} is given`, "text without zero bytes");
}

function require(holds: boolean, found: string, expected: string): void {
  if (!holds) throw new ModelError(`This model cannot be built: ${found}; expected ${expected}.`);
}
