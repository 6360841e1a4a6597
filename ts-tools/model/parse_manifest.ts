/** Parses `model.json`, which is not trusted: every field is checked by itself and against the others. */

import { parseQuantizedRules } from "./answer_rules.js";
import { frameCount } from "./front_end.js";
import { parseFrontEnd } from "./front_end_schema.js";
import { parseInputAffine } from "./input_affine.js";
import { JsonFields } from "./json_fields.js";
import { BODY_ONE_PLAN, BODY_TWO_PLAN } from "./layer_shapes.js";
import { parseLicense } from "./license.js";
import { MOST_ID_BYTES } from "./model_names.js";
import type { ActivationScales, FrontEnd, Manifest } from "./model_types.js";
import { parseNormalization } from "./normalization.js";
import { parseQuantizedVoice } from "./voice.js";

const SHA256 = /^[0-9a-f]{64}$/;
const SHA256_WORDS = "64 hexadecimal digits";

type Network = Manifest["network"];

function parseLayers(fields: JsonFields): Network["layers"] {
  const plans = [...BODY_ONE_PLAN, ...BODY_TWO_PLAN];
  return fields.objects("layers", plans.length).map((layer, index) => {
    const plan = plans[index]!;
    return {
      name: layer.constant("name", plan.name),
      kernelHeight: layer.count("kernelHeight"),
      kernelWidth: layer.count("kernelWidth"),
      inputChannels: layer.count("inputChannels"),
      outputChannels: layer.count("outputChannels"),
      poolHeight: layer.constant("poolHeight", plan.poolHeight),
      poolWidth: layer.constant("poolWidth", plan.poolWidth),
      inputScale: layer.positive("inputScale"),
      outputScale: layer.positive("outputScale"),
    };
  });
}

/** The output channels of a layer must be the input channels of the next one. */
function checkChain(fields: JsonFields, layers: Network["layers"], dense: Network["dense"]): void {
  const entries = fields.objects("layers", layers.length);
  const paths = BODY_ONE_PLAN.length;
  let channels = layers.slice(0, paths).reduce((sum, layer) => sum + layer.outputChannels, 0);
  layers.forEach((layer, index) => {
    const expected = index < paths ? 1 : channels;
    if (layer.inputChannels !== expected)
      throw entries[index]!.wrong("inputChannels", `${expected}, the output channels of the layer before`);
    if (index >= paths) channels = layer.outputChannels;
  });
  if (dense.inputs !== channels) throw fields.object("dense").wrong("inputs", `${channels}, the output channels of the layer before`);
}

function parseNetwork(fields: JsonFields, frontEnd: FrontEnd, classes: number): Network {
  const dense = fields.object("dense");
  const network: Network = {
    frames: fields.constant("frames", frameCount(frontEnd)),
    coefficients: fields.constant("coefficients", frontEnd.coefficients),
    layers: parseLayers(fields),
    dense: {
      inputs: dense.count("inputs"),
      classes: dense.constant("classes", classes),
      inputScale: dense.positive("inputScale"),
      weightScale: dense.positive("weightScale"),
      logitScale: dense.float32AboveZero("logitScale"),
    },
    parameters: fields.count("parameters"),
    weightBytes: fields.count("weightBytes"),
    multiplyAccumulates: fields.count("multiplyAccumulates"),
  };
  checkChain(fields, network.layers, network.dense);
  return network;
}

/** The limits of an activation scale: far enough from both ends of float32 that products with weight scales stay inside. */
const isScale = (value: number): boolean => value >= 1e-15 && value <= 1e15;
const SCALE_WORDS = "a number from 1e-15 to 1e15";

const ACTIVATION_SCALES: readonly (keyof ActivationScales)[] = ["bodyOne", "bodyTwo", "features"];

/** One scale for each quantized tensor. */
function readActivationScales(fields: JsonFields): ActivationScales {
  return {
    bodyOne: fields.number("bodyOne", isScale, SCALE_WORDS),
    bodyTwo: fields.numbers("bodyTwo", 4, isScale, SCALE_WORDS) as ActivationScales["bodyTwo"],
    features: fields.number("features", isScale, SCALE_WORDS),
  };
}

/** `activationScales` of a sidecar, which a person may have written: unknown fields are refused. */
export function parseActivationScales(fields: JsonFields): ActivationScales {
  fields.only(ACTIVATION_SCALES);
  return readActivationScales(fields);
}

/** Parses a manifest; `file` is its name in messages. Unknown fields are dropped. */
export function parseManifest(text: string, file: string): Manifest {
  const fields = JsonFields.parse(text, file, "build the model again");
  const format = fields.constant("format", "light-sernet");
  const formatVersion = fields.constant("formatVersion", 1);
  const source = fields.object("source");
  const license = parseLicense(fields);
  const classes = fields.classes("classes");
  const frontEnd = parseFrontEnd(fields.object("frontEnd"));
  const normalization = parseNormalization(fields, frontEnd.coefficients);
  const rules = parseQuantizedRules(fields, { ...frontEnd, ...(normalization && { normalization }) }, classes.length);
  const inputAffine = parseInputAffine(fields, frontEnd.coefficients);
  const voice = parseQuantizedVoice(fields);
  return {
    format,
    formatVersion,
    id: fields.name("id", MOST_ID_BYTES),
    sha256: fields.text("sha256", SHA256, SHA256_WORDS),
    source: { format: source.text("format"), file: source.text("file"), sha256: source.text("sha256", SHA256, SHA256_WORDS) },
    ...(license !== undefined && { license }),
    classes,
    acceptThreshold: fields.number(
      "acceptThreshold",
      (value) => value >= 0 && value <= 1 && Math.fround(value) === value,
      "a float32 from 0 to 1",
    ),
    frontEnd,
    ...(normalization && { normalization }),
    ...(inputAffine && { inputAffine }),
    ...rules,
    ...(voice && { voice }),
    network: parseNetwork(fields.object("network"), frontEnd, classes.length),
    activationScales: readActivationScales(fields.object("activationScales")),
    version: fields.text("version"),
  };
}
