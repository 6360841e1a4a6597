/** Recordings through the package's API: an answer that does not depend on the pieces, or its own error of one sentence. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { INPUT_FORMAT, type InputFormat } from "../../../ts-tools/abi/status.js";
import { type ByteOptions, createRecognizer, type Recognition, type Recognizer, RecognizerError } from "../../../ts-tools/runtime/index.js";
import { SMALL } from "../../firmware/small_model.js";
import { buildPlan } from "../../module/built_model.js";
import { randomSound } from "../../module/random_sounds.js";
import { repositoryRoot } from "../../support/paths.js";
import { Random } from "../../support/random.js";
import { voice } from "../../support/sounds.js";
import { BITS, hostileWavs, oddButGoodWavs, sampleBytes, wavFile } from "../../support/wav.js";
import { damage, pick, type Range } from "../bytes.js";
import { checkSentence } from "../sentence.js";
import { Finding, type Outcome, type Target, type Trial } from "../target.js";

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
/** The sound of the small model's module is short; so are the sounds. */
const MOST_BYTES = 20_000;
const WAV = "sound.wav";

let recognizers: Promise<{ windows: Recognizer; center: Recognizer }> | undefined;

function smallRecognizers(): Promise<{ windows: Recognizer; center: Recognizer }> {
  recognizers ??= buildPlan(SMALL).then(async ({ embedded: module }) => ({
    windows: await createRecognizer({ module }),
    center: await createRecognizer({ module, long: "center" }),
  }));
  return recognizers;
}

/** The answer, or the error's sentence. Anything else is rethrown. */
function answerOf(recognizer: Recognizer, classify: () => Recognition): Recognition | string {
  recognizer.reset();
  try {
    return classify();
  } catch (error) {
    if (!(error instanceof RecognizerError)) throw error;
    if (error.status === "UNKNOWN") throw new Finding(`a status without a name: ${error.message}`);
    checkSentence(error.message, "");
    return error.message;
  }
}

/** All bits of an answer, but for the time it took. */
const bits = (answer: Recognition | string): string => (typeof answer === "string" ? answer : JSON.stringify({ ...answer, timing: 0 }));

/** The same in pieces as at once, and an answer that can be one. */
function check(recognizer: Recognizer, seed: number, push: (piece: (most: number) => number) => Recognition): Outcome {
  const random = new Random(seed);
  const most = pick(random, [1, 7, 100, 2000]);
  const atOnce = answerOf(recognizer, () => push((length) => length));
  const inPieces = answerOf(recognizer, () => push((length) => (length > 4000 && most === 1 ? 997 : random.integer(0, most))));
  if (bits(atOnce) !== bits(inPieces))
    throw new Finding(`pieces of at most ${most} bytes change the answer\n${bits(atOnce)}\n${bits(inPieces)}`);
  if (typeof atOnce === "string") return { kind: "refusal", sentence: atOnce };
  for (const { label, confidence, probabilities } of [atOnce, ...atOnce.segments]) {
    const values = Object.values(probabilities);
    const sum = values.reduce((total, value) => total + value, 0);
    if (!values.every((value) => value >= 0 && value <= 1) || Math.abs(sum - 1) > 1e-3)
      throw new Finding(`probabilities ${values.join(", ")}`);
    if (probabilities[label] !== confidence || confidence !== Math.max(...values))
      throw new Finding(`the label ${label} of ${values.join(", ")}`);
  }
  return { kind: "answer" };
}

/** Cut to a piece with its header, so that many are tried in a second. */
function examples(): Uint8Array[] {
  const folder = join(repositoryRoot, "examples");
  const names = readdirSync(folder).filter((name) => name.endsWith(".wav"));
  const short = names.map((name) => {
    const bytes = Uint8Array.from(readFileSync(join(folder, name)).subarray(0, MOST_BYTES));
    const data = Buffer.from(bytes).indexOf("data");
    const block = new DataView(bytes.buffer).getUint16(32, true);
    const left = bytes.length - data - 8;
    new DataView(bytes.buffer).setUint32(data + 4, left - (left % block), true);
    return bytes;
  });
  return [...short, ...oddButGoodWavs(voice(700)).map(({ bytes }) => bytes), ...hostileWavs().map(({ bytes }) => bytes)].filter(
    ({ length }) => length <= MOST_BYTES,
  );
}

let seeds: Uint8Array[] | undefined;
const HEADER: readonly Range[] = [
  [0, 12],
  [12, 60],
  [12, 60],
  [20, 36],
];

function randomWav(random: Random): Uint8Array {
  const format = pick(random, FORMATS);
  const channels = pick(random, [1, 1, 1, 2, 3, 6, 64]);
  const count = channels * random.integer(0, Math.floor(6000 / channels));
  const samples = Array.from({ length: count }, () => (format.startsWith("f") ? random.between(-1.5, 1.5) : random.integer(-128, 127)));
  const lie =
    random.unit() < 0.5
      ? {
          [pick(random, ["channels", "rate", "bits", "blockBytes", "dataBytes", "tag"])]: pick(random, [
            0,
            1,
            2,
            3,
            16,
            255,
            65535,
            2 ** 31,
            2 ** 32 - 1,
          ]),
        }
      : {};
  const rate = pick(random, [7999, 8000, 11025, 12345, 16000, 44100, 48000, 96000, 192000, 192001]);
  const chunk = {
    id: pick(random, ["LIST", "data", "fmt ", "\u0000\u0000\u0000\u0000"]),
    bytes: new Uint8Array(random.integer(0, 40)),
    ...(random.unit() < 0.3 && { size: 2 ** 32 - 1 }),
  };
  return wavFile(samples, {
    format,
    channels,
    rate,
    extensible: random.unit() < 0.3,
    lie,
    ...(random.unit() < 0.4 && { beforeData: [chunk] }),
  });
}

const wavTarget: Target = {
  name: "wav",
  generate: (random) => {
    seeds ??= examples();
    const bytes =
      random.unit() < 0.25 ? randomWav(random) : damage(random, pick(random, seeds), { structure: HEADER, other: pick(random, seeds) });
    return new Map([[WAV, bytes.subarray(0, 4 * MOST_BYTES)]]);
  },
  setUp: async (): Promise<Trial> => {
    const { windows, center } = await smallRecognizers();
    return (files) => {
      const bytes = files.get(WAV)!;
      const recognizer = bytes.length % 3 === 0 ? center : windows;
      return check(recognizer, bytes.length, (piece) => {
        recognizer.pushWav(new Uint8Array(0));
        for (let at = 0, more = true; more && at < bytes.length; ) {
          const end = at + piece(bytes.length - at);
          more = recognizer.pushWav(bytes.subarray(at, end));
          at = end;
        }
        return recognizer.finish();
      });
    };
  },
};

/** What push() and its like are called with. */
interface Call {
  how: "pushBytes" | "push" | "classify";
  options: ByteOptions;
}

const ODD_NUMBERS = [0, -1, 1, 2, 3, 64, 65, 256, 1024, 7999, 8000, 8000.5, 16000, 192000, 192001, 2 ** 31, 2 ** 32, 1e308, null];

function randomCall(random: Random): Map<string, Uint8Array> {
  const { format, channels, rate, bytes } = randomSound(random, random.integer(0, 7000));
  const floats = format === "f32" || format === "f64";
  const how = format === "s16" || format === "f32" ? pick(random, ["pushBytes", "push", "classify"] as const) : "pushBytes";
  const call: Record<string, unknown> & Call = { how, options: { format, channels, sampleRate: rate } };
  const options = call.options as unknown as Record<string, unknown>;
  if (random.unit() < 0.25) options[pick(random, ["channels", "sampleRate", "totalFrames"])] = pick(random, ODD_NUMBERS);
  if (random.unit() < 0.03) options.format = pick(random, ["", "s8", "__proto__", "toString", 2, null]);
  if (random.unit() < 0.3) options.totalFrames = (8 * bytes.length) / (BITS[format] * channels);
  const odd = floats
    ? sampleBytes(
        Array.from({ length: 64 }, () => pick(random, [Number.NaN, Infinity, -Infinity, 1e38, -0])),
        format,
      )
    : undefined;
  const sound = random.unit() < 0.5 ? bytes : damage(random, bytes, odd ? { other: odd } : {});
  return new Map([
    ["call.json", Buffer.from(JSON.stringify(call))],
    ["sound.raw", sound.subarray(0, 30 * MOST_BYTES)],
  ]);
}

const samplesTarget: Target = {
  name: "samples",
  generate: randomCall,
  setUp: async (): Promise<Trial> => {
    const { windows, center } = await smallRecognizers();
    return (files) => {
      const { how, options } = JSON.parse(Buffer.from(files.get("call.json")!).toString()) as Call;
      const bytes = Uint8Array.from(files.get("sound.raw")!);
      const recognizer = bytes.length % 3 === 0 ? center : windows;
      if (how === "pushBytes") {
        return check(recognizer, bytes.length, (piece) => {
          recognizer.pushBytes(new Uint8Array(0), options);
          for (let at = 0; at < bytes.length; ) {
            const end = at + piece(bytes.length - at);
            recognizer.pushBytes(bytes.subarray(at, end), options);
            at = end;
          }
          return recognizer.finish();
        });
      }
      const samples =
        options.format === "s16"
          ? new Int16Array(bytes.buffer, 0, bytes.length >> 1)
          : new Float32Array(bytes.buffer, 0, bytes.length >> 2);
      if (how === "classify") return check(recognizer, bytes.length, () => recognizer.classify(samples, options));
      return check(recognizer, bytes.length, (piece) => {
        for (let at = 0; at < samples.length || at === 0; ) {
          const end = Math.max(at + piece(samples.length - at), 1);
          recognizer.push(samples.subarray(at, end), options);
          at = end;
        }
        return recognizer.finish();
      });
    };
  },
};

export const SOUNDS: readonly Target[] = [wavTarget, samplesTarget];
