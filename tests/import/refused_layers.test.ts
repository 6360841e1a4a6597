/** Networks that are not a Light-SERNet: the sentence names the file, the layer, and what was expected there. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { editedTfjs, fixture, refusal } from "./model_fixtures.js";

type Config = Record<string, unknown>;

interface KerasLayer {
  class_name: string;
  name: string;
  config: Config;
  inbound_nodes: [string, number, number, object][][];
}

interface LayersModel {
  modelTopology: { model_config: { class_name: string; config: { layers: KerasLayer[]; output_layers: unknown[] } } };
  weightsManifest: [{ weights: { name: string; shape: number[]; dtype: string }[] }];
}

/** What edits a layers model: the layers by name, and the model itself. */
type Edit = (layer: (name: string) => KerasLayer, model: LayersModel) => void;

function editedLayers(t: TestContext, edit: Edit): string {
  return editedTfjs<LayersModel>(t, "tiny.tfjs-layers", (model) => {
    const { layers } = model.modelTopology.model_config.config;
    edit((name) => layers.find((layer) => layer.name === name)!, model);
  });
}

function config(name: string, changes: Config): Edit {
  return (layer) => Object.assign(layer(name).config, changes);
}

/** Gives a weight another shape of as many bytes; what is left over becomes a weight that nobody reads. */
function reshape(name: string, shape: number[]): Edit {
  return (_, { weightsManifest: [{ weights }] }) => {
    const index = weights.findIndex((weight) => weight.name === name);
    const product = (sizes: number[]) => sizes.reduce((a, b) => a * b, 1);
    const left = product(weights[index]!.shape) - product(shape);
    weights[index]!.shape = shape;
    weights.splice(index + 1, 0, { name: "rest", shape: [left], dtype: "float32" });
  };
}

const KERNELS = "11x1, 1x9, 3x3";

/** What is changed, the change, the layer that is named, what is said of it. */
const CASES: readonly [what: string, edit: Edit, sentence: string][] = [
  [
    "an open number of frames",
    config("mfcc", { batch_input_shape: [null, null, 20, 1] }),
    'layer "mfcc" takes [any, any, 20, 1], expected [batch, frames, coefficients, 1] with a fixed number of frames and coefficients',
  ],
  [
    "an input of three channels",
    config("mfcc", { batch_input_shape: [null, 26, 20, 3] }),
    'layer "mfcc" takes [any, 26, 20, 3], expected [batch, frames, coefficients, 1] with a fixed number of frames and coefficients',
  ],
  [
    "another kernel in body I",
    reshape("spectral/kernel", [1, 7, 1, 4]),
    `layer "spectral" has a 1x7 kernel, expected ${KERNELS}, once each (body I)`,
  ],
  [
    "the same kernel twice in body I",
    reshape("temporal/kernel", [3, 3, 1, 4]),
    `layer "both" has a 3x3 kernel as another path has, expected ${KERNELS}, once each (body I)`,
  ],
  [
    "two paths in place of three",
    (layer) => {
      layer("spectral").inbound_nodes[0]![0]![0] = "temporal_pool";
    },
    `layer "mfcc" feeds "temporal", "both", expected three convolutions: ${KERNELS} (body I)`,
  ],
  [
    "a layer in front of body I",
    (layer) => {
      layer("spectral").class_name = "LayerNormalization";
    },
    `layer "spectral" is a LayerNormalization, expected a convolution on the input: ${KERNELS} (body I)`,
  ],
  [
    "a depthwise convolution",
    (layer) => {
      layer("body_two_2").class_name = "DepthwiseConv2D";
    },
    'layer "body_two_2" is a DepthwiseConv2D, expected a 3x3 convolution (body II, convolution 2)',
  ],
  [
    "another kernel in body II",
    reshape("body_two_3/kernel", [1, 1, 8, 8]),
    'layer "body_two_3" has a 1x1 kernel, expected 3x3 (body II, convolution 3)',
  ],
  [
    "another number of input channels",
    reshape("body_two_2/kernel", [3, 3, 4, 8]),
    'layer "body_two_2" takes 4 channels, expected 8 (body II, convolution 2)',
  ],
  ["strides", config("body_two_1", { strides: [2, 2] }), 'layer "body_two_1" has strides 2x2, expected 1x1 (body II, convolution 1)'],
  ["dilation", config("both", { dilation_rate: [2, 1] }), 'layer "both" has dilation 2x1, expected 1x1 (body I, both path)'],
  ["padding", config("temporal", { padding: "valid" }), 'layer "temporal" has padding "valid", expected "same" (body I, temporal path)'],
  ["groups", config("body_two_4", { groups: 4 }), 'layer "body_two_4" has 4 groups, expected 1 (body II, convolution 4)'],
  [
    "channels first",
    config("body_two_4", { data_format: "channels_first" }),
    'layer "body_two_4" is a channels_first Conv2D, expected a 3x3 convolution (body II, convolution 4)',
  ],
  [
    "another activation, fused",
    config("body_two_5", { activation: "tanh" }),
    'layer "body_two_5" has the activation "tanh", expected ReLU (body II, convolution 5)',
  ],
  [
    "another activation, as a layer",
    (layer) => Object.assign(layer("spectral_relu"), { class_name: "Activation", config: { activation: "elu" } }),
    'layer "spectral_relu" is the activation "elu", expected ReLU (body I, spectral path)',
  ],
  [
    "a ReLU that is cut off",
    config("body_two_1_relu", { max_value: 6 }),
    'layer "body_two_1_relu" is the activation "relu with max_value 6", expected ReLU (body II, convolution 1)',
  ],
  [
    "a leaky ReLU",
    config("both_relu", { negative_slope: 0.1 }),
    'layer "both_relu" is the activation "relu with negative_slope 0.1", expected ReLU (body I, both path)',
  ],
  [
    "batch norm behind the ReLU",
    config("temporal", { activation: "relu" }),
    'layer "temporal_norm" is a BatchNormalization, expected 2x2 average pooling (body I, temporal path)',
  ],
  [
    "a convolution with neither bias nor batch norm",
    (layer) => {
      layer("temporal").config["use_bias"] = false;
      layer("temporal_relu").inbound_nodes[0]![0]![0] = "temporal";
      layer("temporal_norm").inbound_nodes[0]![0]![0] = "classes";
    },
    'layer "temporal" has neither bias nor batch norm before its ReLU, expected at least one of them (body I, temporal path)',
  ],
  [
    "batch norm over another axis",
    config("both_norm", { axis: [1] }),
    'layer "both_norm" is a batch norm over axis 1, expected batch norm or ReLU (body I, both path)',
  ],
  [
    "batch norm of another width",
    reshape("body_two_5_norm/beta", [8]),
    'layer "body_two_5_norm" has a beta of shape [8], expected 16 values, one per channel',
  ],
  [
    "maximum pooling",
    (layer) => {
      layer("body_two_2_pool").class_name = "MaxPooling2D";
    },
    'layer "body_two_2_pool" is a MaxPooling2D, expected 2x2 average pooling (body II, convolution 2)',
  ],
  [
    "another pooling window",
    config("body_two_3_pool", { pool_size: [2, 2] }),
    'layer "body_two_3_pool" averages 2x2, expected 2x1 average pooling (body II, convolution 3)',
  ],
  [
    "other pooling strides",
    config("temporal_pool", { strides: [1, 1] }),
    'layer "temporal_pool" has strides 1x1, expected 2x2 (body I, temporal path)',
  ],
  [
    "pooling without padding",
    config("body_two_1_pool", { padding: "valid" }),
    'layer "body_two_1_pool" has padding "valid", expected "same" (body II, convolution 1)',
  ],
  ["concatenation in time", config("concat", { axis: 1 }), 'layer "concat" joins along axis 1, expected the channels, axis 3 (body I)'],
  [
    "a sum in place of the concatenation",
    (layer) => {
      layer("concat").class_name = "Add";
    },
    'layer "concat" is an Add, expected the concatenation of the three paths (body I)',
  ],
  [
    "a path concatenated twice",
    (layer) => {
      layer("concat").inbound_nodes[0]!.push(["both_pool", 0, 0, {}]);
    },
    'layer "concat" joins "temporal_pool", "spectral_pool", "both_pool", "both_pool", expected the concatenation of the three paths (body I)',
  ],
  [
    "a layer that is fed to two",
    (layer) => {
      layer("classes").inbound_nodes[0]!.push(["body_two_1_pool", 0, 0, {}]);
    },
    'layer "body_two_1_pool" feeds 2 layers, expected only a 3x3 convolution (body II, convolution 2) after it',
  ],
  [
    "the global maximum",
    (layer) => {
      layer("global_average").class_name = "GlobalMaxPooling2D";
    },
    'layer "global_average" is a GlobalMaxPooling2D, expected the global average over time and coefficient (head)',
  ],
  [
    "a dense layer without bias",
    config("classes", { use_bias: false }),
    'layer "classes" has a bias of 0 values, expected 5, one per class (head)',
  ],
  [
    "a dense layer of another width",
    reshape("classes/kernel", [8, 5]),
    'layer "classes" has weights of shape [8, 5], expected [16, classes] (head)',
  ],
  ["no softmax", config("classes", { activation: "linear" }), 'layer "classes" is the last one, expected softmax (head) after it'],
  ["sigmoids", config("classes", { activation: "sigmoid" }), 'layer "classes" has the activation "sigmoid", expected softmax (head)'],
  [
    "a layer that is used twice",
    (layer) => {
      layer("both").inbound_nodes.push([["mfcc", 0, 0, {}]]);
    },
    'layer "both" is used 2 times, expected each layer to be used once',
  ],
  [
    "a layer that takes what is not there",
    (layer) => {
      layer("both").inbound_nodes[0]![0]![0] = "gone";
    },
    'layer "both" takes "gone", which the file does not hold, expected a layer of the file',
  ],
  [
    "weights that are not there",
    (layer) => {
      layer("body_two_1").config["use_bias"] = true;
    },
    'layer "body_two_1" has no bias in the file, expected the bias that its configuration promises',
  ],
  [
    "two outputs",
    (_, model) => {
      model.modelTopology.model_config.config.output_layers.push(["global_average", 0, 0]);
    },
    'the model gives "classes", "global_average", expected one output, the probabilities of "classes"',
  ],
  [
    "two inputs",
    (layer, model) => {
      model.modelTopology.model_config.config.layers.push({ ...layer("mfcc"), name: "speaker" });
    },
    "the model has 2 inputs, expected one: MFCCs [batch, frames, coefficients, 1]",
  ],
  [
    "a sequential model",
    (_, model) => {
      model.modelTopology.model_config.class_name = "Sequential";
    },
    'the model\'s class is "Sequential", expected "Functional": three paths that are concatenated',
  ],
];

for (const [what, edit, sentence] of CASES) {
  test(`${what} is refused`, async (t) => {
    const path = editedLayers(t, edit);
    assert.equal(await refusal(path), `${path}: ${sentence}.`);
  });
}

/** Weights are stored in the order of the manifest. */
function overwrite(path: string, weight: string, element: number, value: number): void {
  const { weightsManifest } = JSON.parse(readFileSync(path, "utf8")) as LayersModel;
  let offset = 0;
  for (const { name, shape } of weightsManifest[0].weights) {
    if (name === weight) break;
    offset += 4 * shape.reduce((a, b) => a * b, 1);
  }
  const shard = join(dirname(path), "group1-shard1of1.bin");
  const bytes = readFileSync(shard);
  bytes.writeFloatLE(value, offset + 4 * element);
  writeFileSync(shard, bytes);
}

const VALUES: readonly [weight: string, element: number, value: number, sentence: string][] = [
  ["body_two_3/kernel", 17, Number.NaN, 'layer "body_two_3" has NaN in its kernel (element 17), expected finite numbers'],
  ["temporal/bias", 2, Number.POSITIVE_INFINITY, 'layer "temporal" has Infinity in its bias (element 2), expected finite numbers'],
  [
    "body_two_1_norm/gamma",
    0,
    Number.NEGATIVE_INFINITY,
    'layer "body_two_1_norm" has -Infinity in its gamma (element 0), expected finite numbers',
  ],
  ["both_norm/moving_mean", 1, Number.NaN, 'layer "both_norm" has NaN in its moving mean (element 1), expected finite numbers'],
  ["both_norm/moving_variance", 1, -0.5, 'layer "both_norm" has a variance of -0.5 in channel 1, expected variance + epsilon above 0'],
  ["classes/kernel", 3, Number.NaN, 'layer "classes" has NaN in its weights (element 3), expected finite numbers'],
  ["classes/bias", 4, Number.NaN, 'layer "classes" has NaN in its bias (element 4), expected finite numbers'],
  // 3e38 is finite, but gamma / sqrt(variance) takes it beyond float32.
  ["both_norm/gamma", 0, 3e38, 'layer "both" has .* in its folded kernel \\(element \\d+\\), expected finite numbers'],
];

for (const [weight, element, value, sentence] of VALUES) {
  test(`${value} in ${weight} is refused`, async (t) => {
    const path = editedLayers(t, (layer) => Object.assign(layer("both_norm").config, { epsilon: 1e-7 }));
    overwrite(path, weight, element, value);
    if (weight === "both_norm/gamma") overwrite(path, "both_norm/moving_variance", element, 1e-6);
    const message = await refusal(path);
    if (sentence.includes("\\")) assert.match(message, new RegExp(sentence));
    else assert.equal(message, `${path}: ${sentence}.`);
  });
}

test("another network is refused", async () => {
  const path = fixture("vgg.keras3.keras");
  assert.equal(await refusal(path), `${path}: layer "mfcc" feeds "block1_conv1", expected three convolutions: ${KERNELS} (body I).`);
});

test("a convolution with neither bias nor batch norm is refused in a Keras archive", async () => {
  const path = fixture("plain_conv.keras3.keras");
  const sentence = 'layer "body_two_3" has neither bias nor batch norm before its ReLU, expected at least one of them (body II, convolution 3)';
  assert.equal(await refusal(path), `${path}: ${sentence}.`);
});
