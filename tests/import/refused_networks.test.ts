/** Networks whose layers are connected differently from Light-SERNet's: the sentence names the file, the layer, and what was expected there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { config, type Edit, editedLayers, reshape } from "./edited_layers.js";
import { fixture, refusal } from "./model_fixtures.js";

const KERNELS = "11x1, 1x9, 3x3";

/** What is changed, the change, the layer that is named and what is said of it. */
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
    `layer "both" has a 3x3 kernel, as another path does, expected ${KERNELS}, once each (body I)`,
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
  ["no softmax", config("classes", { activation: "linear" }), 'layer "classes" is the last layer, expected softmax (head) after it'],
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
    'layer "both" takes "gone", which is not in the file, expected a layer of the file',
  ],
  [
    "weights that are not there",
    (layer) => {
      layer("body_two_1").config.use_bias = true;
    },
    'layer "body_two_1" has no bias in the file, expected the bias that its configuration declares',
  ],
  [
    "two outputs",
    (_, model) => {
      model.modelTopology.model_config.config.output_layers.push(["global_average", 0, 0]);
    },
    'the model outputs "classes", "global_average", expected one output, the probabilities of "classes"',
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

test("another network is refused", async () => {
  const path = fixture("vgg.keras3.keras");
  assert.equal(await refusal(path), `${path}: layer "mfcc" feeds "block1_conv1", expected three convolutions: ${KERNELS} (body I).`);
});
