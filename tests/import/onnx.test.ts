/** ONNX as PyTorch and tf2onnx write it, and as they might: what ONNX Runtime answers, or one sentence that names the node. */

import assert from "node:assert/strict";
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { importHere } from "../../ts-tools/import/import_here.js";
import { MOST_WEIGHTS } from "../../ts-tools/import/limits.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { expectedOfFixtures, fixture, fixtureBytes, largestDifference, refusal, temporaryFile, temporaryFolder } from "./model_fixtures.js";
import { attribute, constant, decode, editedOnnx, encode, type Graph, insertAfter, nodeOf } from "./onnx_edit.js";

const LIMIT = 1e-6;

type Answers = Record<string, { onnxruntime: number[]; pytorch?: number[] }>;
const ANSWERS = JSON.parse(readFileSync(fixture("onnx/expected.json"), "utf8")) as Answers;
const ANOTHER = "another.onnx";

for (const [file, answers] of Object.entries(ANSWERS).filter(([file]) => file !== ANOTHER)) {
  test(`${file} returns what ONNX Runtime and the exporter return`, async (t) => {
    const { frames, coefficients, mfcc } = expectedOfFixtures();
    const model = await importHere(fixture(`onnx/${file}`));
    assert.deepEqual([model.format, model.frames, model.coefficients], ["ONNX", frames, coefficients]);
    const probabilities = floatNetwork(model)(Float32Array.from(mfcc));
    for (const [engine, answer] of Object.entries(answers)) {
      const difference = Math.max(...asProbabilities(answer).map((p, i) => Math.abs(p - probabilities[i]!)));
      t.diagnostic(`${engine}: largest difference ${difference.toExponential(2)}`);
      assert.ok(difference <= LIMIT, `${engine}: ${difference}`);
    }
  });
}

/** Of probabilities, logits or log probabilities. */
function asProbabilities(answer: readonly number[]): number[] {
  const sum = answer.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) < 1e-4) return [...answer];
  const powers = answer.map(Math.exp);
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

/** An edited file must be the same network. */
async function sameNetwork(t: TestContext, file: string, edit: (graph: Graph) => void): Promise<void> {
  const difference = largestDifference(await importHere(editedOnnx(t, file, edit)), await importHere(fixture(`onnx/${file}`)));
  assert.ok(difference <= LIMIT, `${difference}`);
}

/** The sentence for an edited file, without the file's name. */
async function refused(t: TestContext, file: string, edit: (graph: Graph) => void): Promise<string> {
  const path = editedOnnx(t, file, edit);
  const sentence = await refusal(path);
  assert.ok(sentence.startsWith(`${path}: `), sentence);
  return sentence.slice(path.length + 2);
}

const PLAIN = "torchscript-11.onnx";
const NORM = "torchscript-17-norm.onnx";
const CONV = "/body_two_2/body_two_2.0/Conv";

test("weights in typed lists instead of raw bytes: float, double, halves, int64", async (t) => {
  await sameNetwork(t, PLAIN, ({ constants }) => {
    for (const [index, one] of constants.entries()) {
      const [[, raw] = []] = one.values;
      const floats = new Float32Array(Uint8Array.from(raw as Uint8Array).buffer);
      if (index % 3 === 0) one.values = [[4, raw as Uint8Array]];
      else if (index % 3 === 1) one.values = Array.from(floats, (value) => [4, Buffer.from(Float32Array.of(value).buffer), 4] as const);
      else Object.assign(one, { type: 11, values: [[10, Buffer.from(Float64Array.from(floats).buffer)]] });
    }
  });
  await sameNetwork(t, "tf2onnx-18-nchw.onnx", ({ constants }) => {
    const axes = constants.find(({ type, shape }) => type === 7 && shape.join() === "2")!;
    axes.values = [
      [7, 1],
      [7, 2],
    ];
  });
});

test("half precision: weights, and casts around them", async (t) => {
  const path = editedOnnx(t, PLAIN, (graph) => {
    const bias = graph.constants.find(({ name }) => name === "classes.bias")!;
    Object.assign(bias, { type: 10, values: [[5, Uint8Array.of(0x80, 0x78, 0, 0x80, 0x78, 0, 0)]] });
    insertAfter(graph, nodeOf(graph, "Relu"), { operation: "Cast", name: "half", attributes: new Map([attribute("to", 10)]) });
  });
  assert.deepEqual([...(await importHere(path)).dense.bias], [1, 0, 1, 0, 0]);
});

test("nodes that change nothing: identities, dropout, transposes there and back, reshapes that add ones", async (t) => {
  await sameNetwork(t, PLAIN, (graph) => {
    insertAfter(graph, nodeOf(graph, "Conv", 4), { operation: "Identity", name: "same", attributes: new Map() });
    insertAfter(graph, nodeOf(graph, "Relu", 3), {
      operation: "Transpose",
      name: "back",
      attributes: new Map([attribute("perm", [0, 3, 1, 2])]),
    });
    insertAfter(graph, nodeOf(graph, "Relu", 3), {
      operation: "Transpose",
      name: "there",
      attributes: new Map([attribute("perm", [0, 2, 3, 1])]),
    });
    insertAfter(graph, nodeOf(graph, "Flatten"), { operation: "Dropout", name: "drop", attributes: new Map() });
    insertAfter(graph, nodeOf(graph, "Flatten"), { operation: "Squeeze", name: "out", attributes: new Map([attribute("axes", [-1])]) });
    insertAfter(graph, nodeOf(graph, "Flatten"), { operation: "Unsqueeze", name: "in", attributes: new Map([attribute("axes", [2])]) });
  });
});

test("a whole body in channels-last layout, as a converter may leave it", async (t) => {
  await sameNetwork(t, NORM, (graph) => {
    const last = nodeOf(graph, "Relu", 7);
    insertAfter(graph, last, { operation: "Transpose", name: "last", attributes: new Map([attribute("perm", [0, 2, 3, 1])]) });
    nodeOf(graph, "ReduceMean").attributes = new Map([attribute("axes", [1, -2]), attribute("keepdims", 0)]);
  });
});

test("arithmetic with constants instead of batch norm", async (t) => {
  // (conv - mean) / 2 * (2 / s) + beta, with the operands in both orders.
  await sameNetwork(t, NORM, (graph) => {
    const norm = nodeOf(graph, "BatchNormalization", 4);
    const floats = (name: string): Float32Array => {
      const [[, raw] = []] = graph.constants.find((one) => one.name === name)!.values;
      return new Float32Array(Uint8Array.from(raw as Uint8Array).buffer);
    };
    const [gamma, beta, mean, variance] = norm.inputs.slice(1).map(floats) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const factor = gamma.map((value, i) => (2 * value) / Math.sqrt(variance[i]! + Math.fround(1e-3)));
    const size = gamma.length;
    graph.constants.push(constant("m", [1, size, 1, 1], mean), constant("f", [size, 1, 1], factor));
    graph.constants.push(constant("b", [1, size, 1, 1], beta), constant("two", [], Float32Array.of(2)));
    Object.assign(norm, { operation: "Sub", inputs: [norm.inputs[0]!, "m"], attributes: new Map() });
    const [before] = norm.outputs as [string];
    const at = graph.nodes.indexOf(norm);
    norm.outputs = ["s1"];
    const plain = (operation: string, inputs: string[], output: string) => ({
      operation,
      name: operation,
      inputs,
      outputs: [output],
      attributes: new Map(),
    });
    graph.nodes.splice(at + 1, 0, plain("Div", ["s1", "two"], "s2"), plain("Mul", ["f", "s2"], "s3"), plain("Add", ["b", "s3"], before));
  });
});

test("a BOOL that nothing uses, such as the training mode of Dropout", async (t) => {
  await sameNetwork(t, PLAIN, (graph) => {
    const bool = encode([
      [2, 9],
      [9, Uint8Array.of(1)],
    ]);
    const value = encode([
      [1, Buffer.from("value")],
      [5, bool],
      [20, 4],
    ]);
    graph.nodes.unshift({ operation: "Constant", name: "mode", inputs: [], outputs: ["mode"], attributes: new Map([["value", value]]) });
    graph.constants.push({ name: "unused", shape: [], type: 9, values: [[9, Uint8Array.of(1)]] });
    insertAfter(graph, nodeOf(graph, "Flatten"), { operation: "Dropout", name: "drop", attributes: new Map() });
    nodeOf(graph, "Dropout").inputs.push("", "mode");
  });
  assert.match(
    await refused(t, NORM, (graph) => void nodeOf(graph, "BatchNormalization").outputs.push("mean", "variance")),
    /is a BatchNormalization in training mode/,
  );
});

test("the dense layer as a product and a sum, with its weights transposed by a node", async (t) => {
  await sameNetwork(t, PLAIN, (graph) => {
    const gemm = nodeOf(graph, "Gemm");
    const [x, weights, bias] = gemm.inputs as [string, string, string];
    graph.nodes.unshift({
      operation: "Transpose",
      name: "turn",
      inputs: [weights],
      outputs: ["turned"],
      attributes: new Map([attribute("perm", [1, 0])]),
    });
    Object.assign(gemm, { operation: "MatMul", inputs: [x, "turned"], attributes: new Map() });
    insertAfter(graph, gemm, { operation: "Add", name: "bias", inputs: [bias], attributes: new Map() });
  });
});

test("padding by name, and pooling as any of its notations says the same", async (t) => {
  await sameNetwork(t, PLAIN, (graph) => {
    for (const [index, conv] of graph.nodes.filter(({ operation }) => operation === "Conv").entries()) {
      conv.attributes.delete("pads");
      conv.attributes.set(...attribute("auto_pad", index === 7 ? "VALID" : index % 2 === 0 ? "SAME_UPPER" : "SAME_LOWER"));
    }
    const pools = graph.nodes.filter(({ operation }) => operation === "AveragePool");
    for (const pool of pools) for (const name of ["pads", "ceil_mode", "count_include_pad"]) pool.attributes.delete(name);
    pools[3]!.attributes.set(...attribute("auto_pad", "SAME_UPPER"));
    pools[4]!.attributes.set(...attribute("pads", [0, 0, 1, 1]));
  });
});

test("the global average as a window over everything", async (t) => {
  await sameNetwork(t, PLAIN, (graph) => {
    const average = nodeOf(graph, "GlobalAveragePool");
    Object.assign(average, { operation: "AveragePool", attributes: new Map([attribute("kernel_shape", [1, 3])]) });
  });
});

test("the global average as two means, one after the other", async (t) => {
  for (const [first, second, keeps] of [
    [3, 2, 0],
    [2, -1, 1],
  ] as const) {
    await sameNetwork(t, NORM, (graph) => {
      const mean = (axis: number) => new Map([attribute("axes", [axis]), attribute("keepdims", keeps)]);
      const average = nodeOf(graph, "ReduceMean");
      average.attributes = mean(first);
      if (keeps === 1) insertAfter(graph, average, { operation: "Flatten", name: "flat", attributes: new Map() });
      insertAfter(graph, average, { operation: "ReduceMean", name: "second", attributes: mean(second) });
    });
  }
  const once = await refused(t, NORM, (graph) => nodeOf(graph, "ReduceMean").attributes.set(...attribute("axes", [2])));
  assert.match(
    once,
    /"\/classes\/Gemm" is a Gemm over \[batch, channel, width\], expected the global average over time and coefficient \(head\)/,
  );
});

test("the global average over height and width in one, and its result by index", async (t) => {
  for (const image of [-1, 3]) {
    await sameNetwork(t, PLAIN, (graph) => {
      graph.constants.push(constant("sizes", [3], [0, 0, image]));
      const average = nodeOf(graph, "GlobalAveragePool");
      Object.assign(average, { operation: "Reshape", inputs: [average.inputs[0]!, "sizes"] });
      insertAfter(graph, average, { operation: "ReduceMean", name: "mean", attributes: new Map([attribute("axes", [-1])]) });
    });
  }
  const first = (index: number) => (graph: Graph) => {
    graph.constants.push(constant("index", [], [index]));
    const flatten = nodeOf(graph, "Flatten");
    Object.assign(flatten, { operation: "Gather", inputs: [flatten.inputs[0]!, "index"], attributes: new Map([attribute("axis", 2)]) });
    insertAfter(graph, flatten, { operation: "Gather", name: "second", inputs: ["index"], attributes: new Map([attribute("axis", 2)]) });
  };
  await sameNetwork(t, PLAIN, first(0));
  assert.match(await refused(t, PLAIN, first(1)), /is a Gather, expected a dense layer/);
});

test("constants that are listed as inputs, too", async (t) => {
  await sameNetwork(t, PLAIN, ({ inputs, constants }) => inputs.push(...constants.map(({ name, shape }) => ({ name, shape }))));
});

test("another network", async () => {
  const path = fixture(`onnx/${ANOTHER}`);
  assert.equal(await refusal(path), `${path}: layer "mfcc" feeds "/0/Conv", expected three convolutions: 11x1, 1x9, 3x3 (body I).`);
});

test("AvgPool2d without ceil_mode, which leaves out the last of an odd number", async (t) => {
  const sentence = await refused(t, PLAIN, (graph) => nodeOf(graph, "AveragePool", 3).attributes.delete("ceil_mode"));
  assert.equal(
    sentence,
    'layer "/pool_3/AveragePool" has padding "valid, which leaves out the last of 13 values: use ceil_mode=True", expected "same" (body II, convolution 1).',
  );
});

test("pooling over other windows than the network's", async (t) => {
  const pooling = (index: number, ...attributes: [string, Buffer][]) =>
    refused(t, PLAIN, (graph) => {
      const pool = nodeOf(graph, "AveragePool", index);
      for (const name of ["pads", "ceil_mode", "count_include_pad"]) pool.attributes.delete(name);
      for (const one of attributes) pool.attributes.set(...one);
    });
  assert.match(await pooling(3, attribute("pads", [0, 0, 1, 0]), attribute("count_include_pad", 1)), /pool_3.*counts zeros outside/);
  assert.match(await pooling(3, attribute("auto_pad", "SAME_UPPER"), attribute("count_include_pad", 1)), /pool_3.*counts zeros outside/);
  assert.match(await pooling(3, attribute("auto_pad", "SAME_LOWER")), /pool_3.* has padding "same_lower", expected "same"/);
  assert.match(await pooling(3, attribute("pads", [1, 0, 0, 0])), /pool_3.* has padding "explicit 1, 0, 0, 0", expected "same"/);
  assert.match(
    await pooling(0, attribute("pads", [0, 0, 2, 0])),
    /"\/pool\/AveragePool" has padding "explicit 0, 0, 2, 0", expected "same"/,
  );
  assert.match(
    await pooling(0, attribute("dilations", [2, 2])),
    /"\/pool\/AveragePool" is an AveragePool with dilation 2x2, expected 2x2 average/,
  );
});

test("operators that are not known, and where they are", async (t) => {
  const operator = (operation: string, domain?: string) =>
    refused(t, PLAIN, (graph) => Object.assign(nodeOf(graph, "Conv", 4), { operation, ...(domain && { domain }) }));
  const expected = "expected a 3x3 convolution (body II, convolution 2).";
  assert.equal(await operator("DepthToSpace"), `layer "${CONV}" is a DepthToSpace, ${expected}`);
  assert.equal(await operator("FusedConv", "com.microsoft"), `layer "${CONV}" is a com.microsoft.FusedConv, ${expected}`);
  assert.match(
    await refused(t, PLAIN, (graph) => {
      nodeOf(graph, "Relu", 4).operation = "LeakyRelu";
    }),
    /is the activation "leakyrelu", expected ReLU/,
  );
  assert.match(
    await refused(t, NORM, (graph) => nodeOf(graph, "BatchNormalization").attributes.set(...attribute("training_mode", 1))),
    /is a BatchNormalization in training mode, expected a model that is exported to be used: export model\.eval\(\)\.$/,
  );
  assert.match(
    await refused(t, PLAIN, (graph) => nodeOf(graph, "Softmax").attributes.set(...attribute("axis", 0))),
    /"\/Softmax" is the activation "softmax over axis 0", expected softmax/,
  );
});

test("a transpose that is not taken back, a reshape that mixes, an average over the wrong axes", async (t) => {
  const transpose = { operation: "Transpose", name: "turn", attributes: new Map([attribute("perm", [0, 1, 3, 2])]) };
  assert.match(
    await refused(t, PLAIN, (graph) => insertAfter(graph, nodeOf(graph, "AveragePool", 3), transpose)),
    /Conv over \[batch, channel, width, height\]/,
  );
  assert.match(
    await refused(t, PLAIN, (graph) => {
      graph.constants.push(constant("sizes", [4], [0, 8, 5, 7]));
      insertAfter(graph, nodeOf(graph, "AveragePool", 3), { operation: "Reshape", name: "mix", inputs: ["sizes"], attributes: new Map() });
    }),
    /layer "mix" is a Reshape, expected a 3x3 convolution/,
  );
  assert.match(
    await refused(t, NORM, (graph) => nodeOf(graph, "ReduceMean").attributes.set(...attribute("axes", [1, 2]))),
    /"\/ReduceMean" is a ReduceMean over axes 1, 2, expected the global average/,
  );
  assert.match(
    await refused(t, PLAIN, (graph) => nodeOf(graph, "Concat").attributes.set(...attribute("axis", 2))),
    /joins along axis 1, expected the channels/,
  );
});

test("convolutions with other padding, groups, dimensions", async (t) => {
  const convolution = (name: string, value: number | number[] | string) =>
    refused(t, PLAIN, (graph) => nodeOf(graph, "Conv", 4).attributes.set(...attribute(name, value)));
  assert.match(await convolution("pads", [1, 1, 1, 0]), /has padding "explicit 1, 1, 1, 0", expected "same" \(body II, convolution 2\)/);
  assert.match(await convolution("pads", [0, 0, 0, 0]), /has padding "valid", expected "same"/);
  assert.match(await convolution("strides", [2, 1]), /has strides 2x1, expected 1x1/);
  assert.match(await convolution("dilations", [2, 2]), /has dilation 2x2, expected 1x1/);
  assert.match(await convolution("group", 2), /has 2 groups, expected 1/);
});

test("an input with an open number of frames, or of other dimensions", async (t) => {
  const shaped = (shape: (number | string)[]) =>
    refused(t, PLAIN, ({ inputs }) => {
      inputs[0]!.shape = shape;
    });
  assert.equal(
    await shaped(["batch", 1, "frames", 20]),
    'layer "mfcc" takes [any, any, 20, 1], any number of frames, expected a length in seconds: add --window 3, or that of the recordings it was trained on.',
  );
  assert.match(await shaped(["batch", 3, 26, 20]), /"mfcc" takes \[any, 3, 26, 20\], expected \[batch, frames, coefficients, 1\]/);
  assert.match(await shaped([]), /"mfcc" takes \[\], expected \[batch, frames, coefficients, 1\]/);
});

const BEFORE = "dynamo-18-input.onnx";

test("layers in front of body I: what is not one factor for all coefficients stays apart", async () => {
  const inputOf = async (file: string) => (await importHere(fixture(`onnx/${file}`))).input;
  assert.equal(await inputOf(PLAIN), undefined);
  const [{ factors }, norm] = [(await inputOf(BEFORE))!, (await inputOf("torchscript-17-input.onnx"))!];
  // 1 / deviation, which grows from 0.75 to 1.5; one batch norm for all.
  assert.deepEqual(
    [factors.length, factors[0], factors.at(-1)].map((value) => Math.fround(value!)),
    [20, 1 / 0.75, 1 / 1.5].map(Math.fround),
  );
  assert.deepEqual([new Set(norm.factors).size, new Set(norm.offsets).size], [1, 1]);
});

test("layers in front of body I that are not a factor and an offset for each coefficient", async (t) => {
  const before = (operation: string, inputs: string[]) => ({ operation, name: "before", inputs, attributes: new Map() });
  const added = (shape: number[]) =>
    refused(t, PLAIN, (graph) => {
      graph.constants.push(constant("c", shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5)));
      const first = { operation: "Add", name: "before", inputs: ["mfcc", "c"], outputs: ["moved"], attributes: new Map() };
      for (const node of graph.nodes) node.inputs = node.inputs.map((name) => (name === "mfcc" ? "moved" : name));
      graph.nodes.unshift(first);
    });
  const body = "expected a convolution on the input: 11x1, 1x9, 3x3 (body I).";
  assert.equal(await added([26, 20]), `layer "before" is an Add of a constant of shape [26, 20], ${body}`);
  assert.equal(await added([1, 3, 1, 1]), `layer "before" is an Add of a constant of shape [1, 3, 1, 1], ${body}`);
  assert.match(
    await added([26, 1]),
    /layer "before" has values of shape \[1, 26, 1, 1\], expected one value, or 20, one for each coefficient \(input\)/,
  );
  const mean = await refused(t, BEFORE, (graph) =>
    Object.assign(nodeOf(graph, "Sub"), before("ReduceMean", nodeOf(graph, "Sub").inputs.slice(0, 1))),
  );
  assert.equal(mean, `layer "before" is a ReduceMean over all axes, ${body}`);
});

test("convolutions on the input that take it in different orders", async (t) => {
  const sentence = await refused(t, PLAIN, (graph) => {
    const turn = {
      operation: "Transpose",
      name: "turn",
      inputs: ["mfcc"],
      outputs: ["turned"],
      attributes: new Map([attribute("perm", [0, 1, 3, 2])]),
    };
    nodeOf(graph, "Conv", 1).inputs[0] = "turned";
    graph.nodes.unshift(turn);
  });
  assert.match(
    sentence,
    /"\/spectral\/spectral\.0\/Conv" is a Conv over \[input 0, input 1, input 3, input 2\], expected a convolution on the input/,
  );
});

test("a graph that is not one: cycles, tensors that nobody computes or two do, no graph", async (t) => {
  const cycle = await refused(t, PLAIN, (graph) => {
    nodeOf(graph, "Conv", 4).inputs[0] = nodeOf(graph, "Relu", 5).outputs[0]!;
  });
  assert.match(
    cycle,
    new RegExp(`^layer "${CONV}" takes ".*Relu_output_0", which no node before it computes, expected nodes in the order of the data`),
  );
  assert.match(
    await refused(t, PLAIN, (graph) => {
      nodeOf(graph, "Relu", 4).inputs[0] = "nothing";
    }),
    /takes "nothing", which no node before it computes/,
  );
  assert.match(
    await refused(t, PLAIN, (graph) => {
      nodeOf(graph, "Relu", 4).outputs[0] = nodeOf(graph, "Relu", 3).outputs[0]!;
    }),
    /writes ".*", which is there already, expected each tensor once/,
  );
  assert.match(
    await refused(t, PLAIN, ({ outputs }) => void outputs.push("nothing")),
    /the model outputs "nothing", expected the name of a layer in the file/,
  );
  assert.match(
    await refused(t, PLAIN, (graph) => {
      graph.opset = 6;
    }),
    /has ONNX operators of version 6, expected 9 or newer: export it again/,
  );
  const empty = temporaryFile(t, "model.onnx", Uint8Array.of(8, 8, 0x12, 1, 65));
  assert.equal(await refusal(empty), `${empty}: this ONNX file has no graph, expected a model: it is damaged or incomplete.`);
});

test("constants that are not weights", async (t) => {
  const changed = (change: (weights: Graph["constants"][number]) => void) =>
    refused(t, NORM, ({ constants }) => change(constants.find(({ name }) => name === "body_two_2.0.weight")!));
  assert.equal(
    await changed((weights) => Object.assign(weights, { type: 3 })),
    `layer "${CONV}" has the constant "body_two_2.0.weight" of type INT8, expected FLOAT or FLOAT16: use the float model, light-sernet quantizes it itself.`,
  );
  assert.match(
    await changed((weights) => weights.values.splice(0)),
    /of shape \[8, 8, 3, 3\] and 0 values, expected 576, as its shape says/,
  );
  assert.match(
    await changed((weights) => {
      weights.shape[0] = 9;
    }),
    /of shape \[9, 8, 3, 3\] and 576 values, expected 648/,
  );
  assert.match(
    await changed((weights) => {
      weights.shape[0] = -1;
    }),
    /of shape \[-1, 8, 3, 3\], expected sizes of 0 or more/,
  );
  assert.match(
    await changed((weights) => {
      weights.shape[0] = 2 ** 30;
    }),
    new RegExp(`weights or more, expected at most ${MOST_WEIGHTS}`),
  );
  assert.match(
    await changed((weights) => {
      weights.name = "else";
    }),
    /takes "body_two_2\.0\.weight", which no node before it computes/,
  );
  const computed = await refused(t, NORM, (graph) => {
    nodeOf(graph, "Conv", 4).inputs[1] = nodeOf(graph, "Relu").outputs[0]!;
  });
  assert.match(computed, /has no constant kernel, expected trained weights in the file/);
});

const EXTERNAL = "dynamo-18.onnx";
const DATA = `${EXTERNAL}.data`;

/** A model with its data, whose location `edit` changes. */
function external(t: TestContext, edit: (entries: Map<string, string>) => void, prepare: (folder: string) => void = () => {}): string {
  const path = editedOnnx(t, EXTERNAL, ({ constants }) => {
    for (const one of constants.filter(({ values }) => values.some(([number]) => number === 14))) {
      const entries = new Map(
        one.values
          .filter(([number]) => number === 13)
          .map(([, entry]) => {
            const [key, value] = decode(entry as Uint8Array).map(([, text]) => Buffer.from(text as Uint8Array).toString());
            return [key!, value!] as const;
          }),
      );
      edit(entries);
      one.values = [
        [14, 1],
        ...[...entries].map(([key, value]) => {
          return [
            13,
            encode([
              [1, Buffer.from(key)],
              [2, Buffer.from(value)],
            ]),
          ] as const;
        }),
      ];
    }
  });
  copyFileSync(fixture(`onnx/${DATA}`), join(dirname(path), DATA));
  prepare(dirname(path));
  return path;
}

test("weights in a file beside the model", async (t) => {
  const same = largestDifference(await importHere(external(t, () => {})), await importHere(fixture(`onnx/${EXTERNAL}`)));
  assert.equal(same, 0);
});

test("weights in a file that is not there, elsewhere, or too short", async (t) => {
  const alone = temporaryFile(t, EXTERNAL, fixtureBytes(`onnx/${EXTERNAL}`));
  assert.equal(
    await refusal(alone),
    `${alone}: its file of external data ${join(dirname(alone), DATA)} cannot be read, expected a plain file beside ${EXTERNAL}.`,
  );
  const at = async (location: string, prepare?: (folder: string) => void) =>
    refusal(external(t, (entries) => void entries.set("location", location), prepare));
  const elsewhere = join(temporaryFolder(t), "data");
  writeFileSync(elsewhere, "data");
  assert.match(
    await at(`${"../".repeat(20)}${elsewhere.slice(1)}`),
    /is outside the model's folder, expected it beside model\.onnx or below/,
  );
  assert.match(await at("link", (folder) => symlinkSync(elsewhere, join(folder, "link"))), /is outside the model's folder/);
  for (const location of ["", ".", "..", "/dev/zero", "a\0b"])
    assert.match(await at(location), /cannot be read, expected a plain file|outside/);
  const part = (key: string, value: string) => refusal(external(t, (entries) => void entries.set(key, value)));
  const belongs = /of "dynamo-18\.onnx\.data", expected them among the 11200 bytes of that file: it is damaged or belongs to another model/;
  for (const [key, value] of [
    ["offset", "-4"],
    ["offset", "11200"],
    ["offset", "x"],
    ["length", "1e300"],
  ] as const) {
    assert.match(await part(key, value), belongs);
  }
  assert.match(await part("length", "8"), /and 2 values, expected \d+, as its shape says/);
});

test("an ONNX file that is cut off or no protocol buffer", async (t) => {
  const bytes = fixtureBytes(`onnx/${PLAIN}`);
  for (const content of [bytes.subarray(0, 100), bytes.subarray(0, bytes.length >> 1), bytes.subarray(0, -1), Buffer.from("anything")]) {
    const path = temporaryFile(t, "model.onnx", content);
    assert.equal(await refusal(path), `${path}: this ONNX file cannot be read, expected an intact one: it is damaged or incomplete.`);
  }
  const misnamed = temporaryFile(t, "model.h5", bytes);
  assert.equal((await importHere(misnamed)).format, "ONNX");
});
