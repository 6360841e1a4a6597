import { ModelError } from "../import/float_model.js";
import { frameCount } from "../quantize/front_end.js";
import type { NamedModel } from "./named_model.js";
import { tables } from "./tables.js";

/** The rate that the module's resampler makes: the length of its history is that of its kernel at this rate. */
const SAMPLE_RATE = 16000;
/** The mel table counts the FFT bins of a band in a byte. */
const MOST_BINS = 255;

/** What the module's sources take for granted. Throws one sentence that says what was found and what is possible. */
export function checkNamedModel({ id, classes, acceptThreshold, frontEnd, model }: NamedModel): void {
  const { sampleRate, frameSamples, hopSamples, windowSamples, melBands, melLowHz, melHighHz, coefficients, logFloor, clip } = frontEnd;
  const whole = Object.entries({ sampleRate, frameSamples, hopSamples, windowSamples, melBands, coefficients });
  for (const [name, value] of whole) demand(Number.isInteger(value) && value > 0, `${name} is ${value}`, "a whole number above 0");
  demand(sampleRate === SAMPLE_RATE, `sampleRate is ${sampleRate}`, `${SAMPLE_RATE}: any sound is converted to that`);
  demand(Number.isInteger(Math.log2(frameSamples)) && frameSamples >= 16, `frameSamples is ${frameSamples}`, "a power of two from 16");
  demand(
    hopSamples <= frameSamples,
    `hopSamples is ${hopSamples}`,
    `at most a frame, ${frameSamples}: no sound may fall between two frames`,
  );
  demand(
    melBands % 2 === 0 && Number.isInteger(frameSamples / (4 * melBands)),
    `melBands is ${melBands}`,
    `an even number of which four fit a whole number of times in a frame of ${frameSamples}`,
  );
  demand(coefficients <= melBands, `coefficients is ${coefficients}`, `at most as many as mel bands, ${melBands}`);
  demand(
    melLowHz >= 0 && melLowHz < melHighHz && Number.isFinite(melHighHz),
    `the mel filter bank goes from ${melLowHz} to ${melHighHz} Hz`,
    "a range upwards from 0",
  );
  demand(logFloor >= 1e-30 && Number.isFinite(logFloor), `logFloor is ${logFloor}`, "a number from 1e-30");
  demand(clip > 0 && Number.isFinite(clip), `clip is ${clip}`, "a number above 0");
  const widest = Math.max(...tables(frontEnd).melBandBins);
  demand(widest <= MOST_BINS, `a mel band has ${widest} FFT bins`, `at most ${MOST_BINS}: more bands or shorter frames`);
  demand(
    model.frames === frameCount(frontEnd),
    `the network takes ${model.frames} frames`,
    `${frameCount(frontEnd)}, which the front end gives`,
  );
  demand(
    model.coefficients === coefficients,
    `the network takes ${model.coefficients} coefficients`,
    `${coefficients}, which the front end gives`,
  );
  demand(
    classes.length === model.dense.classes,
    `${classes.length} classes are named`,
    `${model.dense.classes}, as many as the network has outputs`,
  );
  demand(
    acceptThreshold >= 0 && acceptThreshold <= 1 && Math.fround(acceptThreshold) === acceptThreshold,
    `acceptThreshold is ${acceptThreshold}`,
    "a float32 from 0 to 1",
  );
  const twice = classes.find((name, index) => classes.indexOf(name) !== index);
  demand(twice === undefined, `the class ${JSON.stringify(twice)} is named twice`, "different names");
  for (const name of [id, ...classes])
    demand(name !== "" && !name.includes("\0"), `the name ${JSON.stringify(name)} is given`, "text without zero bytes");
}

function demand(holds: boolean, found: string, expected: string): void {
  if (!holds) throw new ModelError(`This model cannot be built: ${found}; expected ${expected}.`);
}
