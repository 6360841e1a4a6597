// What the runtime for Node answers, for test_same_bits.py:
//
//     node python/tests/node_answers.mjs random MODEL COUNT FOLDER     random sounds of all formats and rates
//     node python/tests/node_answers.mjs files MODEL FOLDER FILE...    sound files
//     node python/tests/node_answers.mjs wav MODEL FOLDER              WAV files whose headers lie
//     node python/tests/node_answers.mjs streams MODEL FOLDER FILE...  streams of the speech in these files of 16-bit mono
//
// FOLDER gets sounds.bin and cases.json, a list of {name, offset, bytes, format, channels, rate, options, answer | error, features, stream}.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { encode, randomSound } from "../../dist/tests/module/random_sounds.js";
import { readPcmWav } from "../../dist/tests/support/pcm_wav.js";
import { Random } from "../../dist/tests/support/random.js";
import { hostileWavs, oddButGoodWavs, wavFile, wronglyLongWavs } from "../../dist/tests/support/wav.js";
import { createLive, createRecognizer, recognitionJson } from "../../dist/ts-tools/runtime/index.js";
import { liveAnswerFields } from "../../dist/ts-tools/runtime/live_json.js";

const SAMPLES = ["s16", "s32", "f32", "f64"];
const MOST_BYTES = 1_500_000;
/** Shares of the random sounds, and their largest number of samples at 16 kHz: a short one costs the network as much as a long one, and everything else less. */
const LENGTHS = [
  [0.85, 6_000],
  [0.95, 48_000],
  [1, 130_000],
];

const [kind, model, ...rest] = process.argv.slice(2);
const folder = kind === "random" ? rest[1] : rest[0];
const file = openSync(join(folder, "sounds.bin"), "w");
const cases = [];
const recognizer = await createRecognizer({ model });
let offset = 0;

/** A case of bytes, which the file gets. */
function add(bytes, entry) {
  writeSync(file, bytes);
  cases.push({ offset, bytes: bytes.length, ...entry });
  offset += bytes.length;
}

async function answered(classify) {
  try {
    return { answer: JSON.parse(recognitionJson("", await classify())) };
  } catch (error) {
    if (error.status === undefined) throw error;
    return { error: { status: error.status, sentence: error.message } };
  }
}

/** The shape of a random case. */
function optionsOf(random) {
  const choice = random.unit();
  if (choice < 0.8) return {};
  return choice < 0.9 ? { long: "center" } : { crops: random.integer(1, 4) };
}

async function streamed(bytes, { format, channels, rate: sampleRate }, settings) {
  const stream = [];
  const live = await createLive({
    ...{ model, format, channels, sampleRate, ...settings },
    onAnswer: (answer) => stream.push(liveAnswerFields(answer)),
    onSpeechStart: ({ timeMs }) => stream.push({ speaking: true, timeMs }),
    onSpeechEnd: ({ timeMs }) => stream.push({ speaking: false, timeMs }),
  });
  live.push(bytes);
  live.finish();
  live.close();
  return { stream, settings };
}

async function randomCases(count) {
  const random = new Random(22);
  while (cases.length < count) {
    const choice = random.unit();
    const samples = random.integer(0, LENGTHS.find(([share]) => choice < share)[1]);
    const { name, format, channels, rate, bytes } = randomSound(random, samples);
    if (bytes.length > MOST_BYTES) continue;
    const options = optionsOf(random);
    const isPlain = SAMPLES.includes(format);
    const layout = { format, channels, rate };
    if (!isPlain) {
      await wavCase(name, wavOf(bytes, layout), options);
      continue;
    }
    const classify = () => {
      const recording = recognizer.open({ format, channels, sampleRate: rate, ...options });
      recording.push(bytes);
      return recording.finish();
    };
    const more = {};
    if (bytes.length > 0 && random.unit() < 0.2 && (format === "s16" || format === "f32")) {
      const typed = new (format === "s16" ? Int16Array : Float32Array)(Uint8Array.from(bytes).buffer);
      const { values, shape } = recognizer.features(typed, { sampleRate: rate, channels });
      more.features = { shape, values: Buffer.from(values.buffer).toString("base64") };
    }
    add(bytes, { name, ...layout, options, ...(await answered(classify)), ...more });
  }
}

/** As if the speech had been recorded with other rates, in other formats: it sounds higher or lower then. */
async function streamCases(files) {
  const random = new Random(23);
  const speech = files.flatMap((name) => [...readPcmWav(name), ...new Int16Array(24_000)]);
  for (const [format, rate, channels] of [
    ["s16", 16_000, 1],
    ["f32", 22_050, 2],
    ["s32", 12_000, 1],
    ["f64", 48_000, 1],
  ]) {
    const layout = { format, channels, rate };
    const bytes = encode(random, Float64Array.from(speech.flatMap((sample) => new Array(channels).fill(sample / 32768))), format);
    const settings = { smoothing: random.integer(1, 3), hold: random.integer(0, 2) };
    add(bytes, { name: `${format}, ${rate} Hz`, ...layout, ...(await streamed(bytes, layout, settings)) });
  }
}

/** A WAV file of these bytes of samples. */
function wavOf(bytes, { format, channels, rate }) {
  const header = wavFile([], { format, channels, rate, lie: { dataBytes: bytes.length } });
  return Buffer.concat([header, bytes]);
}

/** As a WAV file comes, told by the module: a foreign format is an error. */
const classifyWav = (bytes, options) => () => {
  const recording = recognizer.open({ format: "wav", ...options });
  recording.push(bytes);
  return recording.finish();
};

const wavCase = async (name, bytes, options = {}) =>
  add(bytes, { name, wav: true, options, ...(await answered(classifyWav(bytes, options))) });

if (kind === "random") await randomCases(Number(rest[0]));
else if (kind === "wav") {
  const sound = Int16Array.from({ length: 20_000 }, (_, i) => Math.round(8000 * Math.sin(i / 5) * Math.sin(i / 3000)));
  for (const { name, bytes } of [...hostileWavs(), ...wronglyLongWavs(sound), ...oddButGoodWavs(sound)]) await wavCase(name, bytes);
} else if (kind === "streams") await streamCases(rest.slice(1));
else for (const name of rest.slice(1)) await wavCase(basename(name), readFileSync(name));
closeSync(file);
writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
recognizer.close();
