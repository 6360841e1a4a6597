/** The constants of an ONNX graph: weights as float32, and the small integers that say sizes and axes. */

import { float16ToFloat32 } from "./float16.js";
import { elementCount, layerError, quoted } from "./layer_graph.js";
import type { WeightCounter } from "./limits.js";
import type { ExternalData } from "./onnx_external_data.js";
import { type OnnxTensor, TENSOR_TYPE_NAMES, TensorList, TensorType } from "./onnx_schema.js";

/** A constant tensor, row-major: float32, or integers, in which NaN is a size that the model leaves open. */
export interface Constant {
  shape: readonly number[];
  values: Float32Array | readonly number[];
}

/** Values of `tensor`, counted; `layer` is who uses it, for messages. */
export function readConstant(
  path: string,
  layer: { name: string },
  tensor: OnnxTensor,
  external: ExternalData,
  counter: WeightCounter,
): Constant {
  const { shape } = tensor;
  const found = `has the constant ${quoted(tensor.name)} of shape [${shape.join(", ")}]`;
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) throw layerError(path, layer, found, "sizes of 0 or more");
  const count = elementCount(shape);
  counter.add(count);
  const values = readValues(path, layer, tensor, external.bytesOf(layer, tensor));
  if (values.length !== count) throw layerError(path, layer, `${found} and ${values.length} values`, `${count}, as its shape says`);
  return { shape, values };
}

function readValues(path: string, layer: { name: string }, tensor: OnnxTensor, raw: Uint8Array | undefined): Constant["values"] {
  const { type, list, name } = tensor;
  switch (type) {
    case TensorType.FLOAT:
      return new Float32Array(wholeValues(raw ?? list.fixedBytes(TensorList.FLOATS, 4), 4));
    case TensorType.DOUBLE:
      return new Float32Array(new Float64Array(wholeValues(raw ?? list.fixedBytes(TensorList.DOUBLES, 8), 8)));
    case TensorType.FLOAT16:
      return float16ToFloat32(raw ? new Uint16Array(wholeValues(raw, 2)) : Uint16Array.from(list.integers(TensorList.INT32S)));
    case TensorType.INT32:
      return raw ? [...new Int32Array(wholeValues(raw, 4))] : list.integers(TensorList.INT32S);
    case TensorType.INT64:
      return raw ? Array.from(new BigInt64Array(wholeValues(raw, 8)), Number) : list.integers(TensorList.INT64S);
    default:
      throw layerError(
        path,
        layer,
        `has the constant ${quoted(name)} of type ${TENSOR_TYPE_NAMES[type] ?? type}`,
        "FLOAT or FLOAT16: use the float model, light-sernet quantizes it itself",
      );
  }
}

/** An aligned copy, without the bytes of a last value that is not whole: the caller finds that one is missing. */
function wholeValues(bytes: Uint8Array, bytesPerValue: number): ArrayBuffer {
  return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % bytesPerValue))).buffer;
}
