/** A TensorFlow Lite file (float32, or float16 weights followed by DEQUANTIZE) as a layer graph. */

import { fileError, type Layer, type LayerGraph } from "./layer_graph.js";
import { type ModelFile, readModelBytes } from "./model_file.js";
import { readOperatorLayers } from "./tflite_operators.js";
import { BUILTIN_OPERATORS, type Operator, readModel, type Subgraph, TensorType } from "./tflite_schema.js";
import { TfliteTensors } from "./tflite_tensors.js";

export async function readTfliteModel(file: ModelFile): Promise<LayerGraph> {
  const { path } = file;
  const { version, operatorCodes, subgraphs, buffers } = readModel(await readModelBytes(file));
  const [subgraph] = subgraphs;
  if (version !== 3 || subgraph === undefined) {
    throw fileError(
      path,
      `it has schema version ${version} and ${subgraphs.length} subgraphs, expected version 3 and a model in the first subgraph`,
    );
  }
  const names = operatorCodes.map(({ builtin, custom }) => custom || (BUILTIN_OPERATORS[builtin] ?? `operator of code ${builtin}`));
  const tensors = new TfliteTensors(path, subgraph.tensors, buffers);
  for (const operator of subgraph.operators) {
    if (names[operator.opcode] === "DEQUANTIZE") tensors.linkDequantized(operator.inputs[0] ?? -1, operator.outputs[0] ?? -1);
  }
  const layers = inputLayers(subgraph, tensors);
  const shapes = new Set<number>();
  for (const operator of subgraph.operators) {
    const name = names[operator.opcode] ?? "operator without a code";
    const [output = -1] = operator.outputs;
    if (computesShape(name, operator, tensors, shapes)) shapes.add(output);
    else if (!tensors.isConstant(output)) layers.push(...readOperatorLayers(path, name, operator, tensors));
  }
  const hasHalves = subgraph.tensors.some((tensor) => tensor.type === TensorType.FLOAT16);
  const format = `TensorFlow Lite ${hasHalves ? "float16" : "float32"}`;
  return { source: path, format, layers, outputs: subgraph.outputs.map((index) => tensors.id(index)) };
}

/** Keras computes the batch size that Reshape needs: SHAPE, STRIDED_SLICE, PACK. `shapes` are the outputs of such operators before it. */
function computesShape(name: string, { inputs }: Operator, tensors: TfliteTensors, shapes: ReadonlySet<number>): boolean {
  if (name === "SHAPE") return true;
  const computed = inputs.filter((index) => !tensors.isConstant(index));
  return ["STRIDED_SLICE", "PACK"].includes(name) && computed.length > 0 && computed.every((index) => shapes.has(index));
}

function inputLayers(subgraph: Subgraph, tensors: TfliteTensors): Layer[] {
  return subgraph.inputs.map((index) => {
    return {
      id: tensors.id(index),
      name: tensors.name(index),
      operation: "input",
      inputs: [],
      kind: "input",
      shape: tensors.shape(index),
    };
  });
}
