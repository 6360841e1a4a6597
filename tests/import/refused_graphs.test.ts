/** TensorFlow.js graph models and TensorFlow Lite files with layers that do not fit; the sentences use the format's own terms. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { importModel } from "../../ts-tools/import/import_model.js";
import { editedTfjs, fixture, fixtureBytes, largestDifference, refusal, temporaryFile } from "./model_fixtures.js";

interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr: Record<string, { s?: string; b?: boolean; list?: { s?: string[]; i?: string[] } }>;
}

interface GraphModel {
  modelTopology: { node: GraphNode[] };
  signature?: unknown;
}

type Edit = (node: (name: string) => GraphNode, model: GraphModel) => void;

const SCOPE = "StatefulPartitionedCall/light_sernet";
const base64 = (text: string) => Buffer.from(text).toString("base64");

function editedGraph(t: TestContext, edit: Edit): string {
  return editedTfjs<GraphModel>(t, "tiny.tfjs-graph", (model) => {
    edit((name) => model.modelTopology.node.find((node) => node.name === `${SCOPE}/${name}`)!, model);
  });
}

/** Sets an attribute of a node. */
function attribute(name: string, key: string, value: GraphNode["attr"][string]): Edit {
  return (node) => {
    node(name).attr[key] = value;
  };
}

const CASES: readonly [what: string, edit: Edit, sentence: string][] = [
  [
    "another fused activation",
    attribute("both_relu/Relu", "fused_ops", { list: { s: [base64("BiasAdd"), base64("Relu6")] } }),
    `layer "${SCOPE}/both_relu/Relu" has the activation "relu6", expected ReLU (body I, both path)`,
  ],
  [
    "padding",
    attribute("body_two_2_relu/Relu", "padding", { s: base64("VALID") }),
    `layer "${SCOPE}/body_two_2_relu/Relu" has padding "valid", expected "same" (body II, convolution 2)`,
  ],
  [
    "another layout",
    attribute("temporal_relu/Relu", "data_format", { s: base64("NCHW") }),
    `layer "${SCOPE}/temporal_relu/Relu" is a _FusedConv2D in NCHW layout, expected a convolution on the input: 11x1, 1x9, 3x3 (body I)`,
  ],
  [
    "another pooling window",
    attribute("body_two_4_pool/AvgPool", "ksize", { list: { i: ["1", "2", "2", "1"] } }),
    `layer "${SCOPE}/body_two_4_pool/AvgPool" averages 2x2, expected 2x1 average pooling (body II, convolution 4)`,
  ],
  [
    "maximum pooling",
    (node) => Object.assign(node("spectral_pool/AvgPool"), { op: "MaxPool" }),
    `layer "${SCOPE}/spectral_pool/AvgPool" is a MaxPool, expected 2x2 average pooling (body I, spectral path)`,
  ],
  [
    "a transposed dense layer",
    attribute("classes/BiasAdd", "transpose_b", { b: true }),
    `layer "${SCOPE}/classes/BiasAdd" is a transposed _FusedMatMul, expected a dense layer (head)`,
  ],
  [
    "a mean over something else",
    (node) => node("global_average/Mean").input!.splice(1, 1, `${SCOPE}/concat/concat/axis`),
    `layer "${SCOPE}/global_average/Mean" is a mean over axes 3, expected the global average over time and coefficient (head)`,
  ],
  [
    "a kernel that is computed",
    (node) => node("both_relu/Relu").input!.splice(1, 1, "mfcc"),
    `layer "${SCOPE}/both_relu/Relu" has no constant kernel, expected trained weights, frozen`,
  ],
];

for (const [what, edit, sentence] of CASES) {
  test(`graph model: ${what} is refused`, async (t) => {
    const path = editedGraph(t, edit);
    assert.equal(await refusal(path), `${path}: ${sentence}.`);
  });
}

test("graph model: without a signature the last node is the output", async (t) => {
  const path = editedGraph(t, (_, model) => delete model.signature);
  assert.equal(largestDifference(await importModel(path), await importModel(fixture("tiny.tfjs-graph"))), 0);
});

test("graph model: bias and batch norm that are not fused are folded here", async (t) => {
  const reference = await importModel(fixture("tiny.tfjs-graph"));
  const path = editedGraph(t, (node, model) => {
    // _FusedConv2D(x, kernel, bias) with ReLU, taken apart: Conv2D, BiasAdd, batch norm with mean 0 and variance 1 - epsilon, Relu.
    const fused = node("body_two_2_relu/Relu");
    const [x, kernel, bias] = fused.input as [string, string, string];
    const { attr } = fused;
    Object.assign(fused, { op: "Relu", input: ["sum"], attr: {} });
    const without = { ...attr };
    delete without.fused_ops;
    model.modelTopology.node.push(
      { name: "product", op: "Conv2D", input: [x, kernel], attr: without },
      { name: "sum", op: "BiasAdd", input: ["product:0", bias, "^mfcc"], attr: {} },
    );
  });
  const model = await importModel(path);
  assert.equal(largestDifference(model, reference), 0);
  assert.equal(model.bodyTwo[1].name, "product");
});

/** A copy of the float32 TensorFlow Lite file in which the bytes `from` are `to`, at their only place. */
function patchedTflite(t: TestContext, from: Buffer, to: Buffer): string {
  const bytes = fixtureBytes("tiny.float32.tflite");
  const at = bytes.indexOf(from);
  assert.ok(at >= 0 && bytes.indexOf(from, at + 1) < 0, "the pattern occurs once");
  to.copy(bytes, at);
  return temporaryFile(t, "model.tflite", bytes);
}

test("TensorFlow Lite: NaN among the weights is refused", async (t) => {
  const { bodyTwo } = await importModel(fixture("tiny.float32.tflite"));
  const value = Buffer.alloc(4);
  value.writeFloatLE(bodyTwo[1].weights[0]!);
  const nan = Buffer.alloc(4);
  nan.writeFloatLE(Number.NaN);
  const path = patchedTflite(t, value, nan);
  assert.equal(
    await refusal(path),
    `${path}: layer "light_sernet/body_two_2_relu/Relu" has NaN in its kernel (element 0), expected finite numbers.`,
  );
});
