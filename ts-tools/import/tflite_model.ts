/** A TensorFlow Lite file (float32, or float16 weights followed by DEQUANTIZE) as a layer graph. */

import { fileError, type Layer, type LayerGraph } from "./layer_graph.js";
import { type ModelFile, readModelBytes } from "./model_file.js";
import { readOperatorLayers } from "./tflite_operators.js";
import { BUILTIN_OPERATORS, readModel, type Subgraph, TensorType } from "./tflite_schema.js";
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
  for (const operator of subgraph.operators) {
    const name = names[operator.opcode] ?? "operator without a code";
    if (!tensors.isConstant(operator.outputs[0] ?? -1)) layers.push(...readOperatorLayers(path, name, operator, tensors));
  }
  const hasHalves = subgraph.tensors.some((tensor) => tensor.type === TensorType.FLOAT16);
  const format = `TensorFlow Lite ${hasHalves ? "float16" : "float32"}`;
  return { source: path, format, layers, outputs: subgraph.outputs.map((index) => tensors.id(index)) };
}

function inputLayers(subgraph: Subgraph, tensors: TfliteTensors): Layer[] {
  return subgraph.inputs.map((index) => {
    const { shape, shapeSignature } = tensors.tensor(index);
    const sizes = shapeSignature.length > 0 ? shapeSignature : shape;
    return {
      id: tensors.id(index),
      name: tensors.name(index),
      operation: "input",
      inputs: [],
      kind: "input",
      shape: sizes.map((size) => (size > 0 ? size : undefined)),
    };
  });
}
