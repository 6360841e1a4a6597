/** Networks whose layers are connected differently from Light-SERNet's: the sentence names the file, the layer, and what was expected there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { config, type Edit, editedLayers, reshape } from "./edited_layers.js";
import { fixture, refusal } from "./model_fixtures.js";

const KERNELS = "11x1, 1x9, 3x3";

/** A layer between the input and the paths. */
function inserted(className: string, settings: Record<string, unknown>): Edit {
  return (layer, model) => {
    for (const path of ["temporal", "spectral", "both"]) layer(path).inbound_nodes[0]![0]![0] = "in_front";
    const entry = { class_name: className, name: "in_front", config: { name: "in_front", ...settings } };
    model.modelTopology.model_config.config.layers.push({ ...entry, inbound_nodes: [[["mfcc", 0, 0, {}]]] });
  };
}

/** What is changed, the change, the layer that is named and what is said of it. */
const CASES: readonly [what: string, edit: Edit, sentence: string][] = [
  [
    "an open number of frames",
    config("mfcc", { batch_input_shape: [null, null, 20, 1] }),
    'layer "mfcc" takes [any, any, 20, 1], any number of frames, expected a length in seconds: add --window 3, or that of the recordings it was trained on',
  ],
  [
    "an open number of coefficients",
    config("mfcc", { batch_input_shape: [null, 26, null, 1] }),
    'layer "mfcc" takes [any, 26, any, 1], expected [batch, frames, coefficients, 1] or [batch, frames, coefficients] with a fixed number of coefficients',
  ],
  [
    "an input without a channel dimension that nothing adds",
    config("mfcc", { batch_input_shape: [null, 26, 20] }),
    'layer "mfcc" takes [any, 26, 20], expected a Reshape or ExpandDims after it that adds a dimension of 1 at the end',
  ],
  [
    "an input of three channels",
    config("mfcc", { batch_input_shape: [null, 26, 20, 3] }),
    'layer "mfcc" takes [any, 26, 20, 3], expected [batch, frames, coefficients, 1] or [batch, frames, coefficients] with a fixed number of coefficients',
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
    "a dense layer of another width",
    reshape("classes/kernel", [8, 5]),
    'layer "classes" has weights of shape [8, 5], expected [16, classes] (head)',
  ],
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
    "a model of a class of its own",
    (_, model) => {
      model.modelTopology.model_config.class_name = "Emotion";
    },
    'the model\'s class is "Emotion", expected "Functional" or "Sequential": a model whose layers the file describes',
  ],
  [
    "coefficients that are swapped with frames",
    inserted("Reshape", { target_shape: [20, 26, 1] }),
    'layer "in_front" makes [any, 20, 26, 1] of the input, expected [any, 26, 20, 1] (input)',
  ],
  [
    "a scale for each frame",
    inserted("Normalization", { axis: [1], mean: Array(26).fill(0), variance: Array(26).fill(1) }),
    'layer "in_front" has values of shape [26], expected one value, or 20, one for each coefficient (input)',
  ],
  [
    "a function in front of body I",
    inserted("TFOpLambda", { function: "math.abs" }),
    `layer "in_front" is a function math.abs, expected a convolution on the input: ${KERNELS} (body I)`,
  ],
  [
    "two outputs",
    (_, model) => {
      model.modelTopology.model_config.config.output_layers.push(["global_average", 0, 0]);
    },
    'the model outputs "classes", "global_average", expected one output, that of "classes"',
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
    `layer "mfcc" feeds "temporal", expected three convolutions: ${KERNELS} (body I)`,
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
