/** Convolutions, batch norms and poolings that are not Light-SERNet's: the sentence names the file, the layer, and what was expected. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { config, type Edit, editedLayers, overwrite, reshape } from "./edited_layers.js";
import { refusal } from "./model_fixtures.js";

/** What is changed, the change, the layer that is named and what is said of it. */
const CASES: readonly [what: string, edit: Edit, sentence: string][] = [
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
    "a ReLU with a maximum",
    config("body_two_1_relu", { max_value: 6 }),
    'layer "body_two_1_relu" is the activation "relu with max_value 6", expected ReLU (body II, convolution 1)',
  ],
  [
    "a leaky ReLU",
    config("both_relu", { negative_slope: 0.1 }),
    'layer "both_relu" is the activation "relu with negative_slope 0.1", expected ReLU (body I, both path)',
  ],
  [
    "batch norm after the ReLU",
    config("temporal", { activation: "relu" }),
    'layer "temporal_norm" is a BatchNormalization, expected 2x2 average pooling (body I, temporal path)',
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
];

for (const [what, edit, sentence] of CASES) {
  test(`${what} is refused`, async (t) => {
    const path = editedLayers(t, edit);
    assert.equal(await refusal(path), `${path}: ${sentence}.`);
  });
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
