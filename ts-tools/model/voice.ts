/** `voice` in light-sernet.json and in model.json: a head that says whether somebody speaks at all. */
import type { FloatDense } from "./float_model.js";
import { from } from "./front_end_schema.js";
import type { JsonFields } from "./json_fields.js";
import type { Manifest, VoiceHead } from "./model_types.js";

/** Of a weight and of the bias: in float32 their scale then stays a number, whatever the scale of the features. */
const MOST = 100_000;

/** The field `voice` of a sidecar; undefined if there is none, or "none". */
export function parseVoice(fields: JsonFields): VoiceHead | undefined {
  const given = fields.objectOrNone("voice");
  if (given === undefined) return undefined;
  given.only(["weights", "bias"]);
  const { accepts, words } = from(-MOST, MOST);
  return { weights: given.numbers("weights", undefined, accepts, words), bias: given.number("bias", accepts, words) };
}

/** The field `voice` of a manifest. */
export function parseQuantizedVoice(fields: JsonFields): Manifest["voice"] {
  return fields.objectOrNone("voice") && { scale: fields.object("voice").float32AboveZero("scale") };
}

/** The head as a layer of one output. */
export function voiceLayer({ weights, bias }: VoiceHead): FloatDense {
  return { name: "voice", inputs: weights.length, classes: 1, weights: Float32Array.from(weights), bias: Float32Array.of(bias) };
}

/** Says what is wrong with a head for this number of averaged features, in a sentence without its period; undefined if it is right. */
export function voiceFault({ weights }: VoiceHead, features: number): string | undefined {
  if (weights.length === features) return undefined;
  return `voice has ${weights.length} weights; expected ${features}, one for each channel of the last convolution`;
}
