/** The tensors of a TensorFlow Lite subgraph: their names, and the constants among them as float32. */

import type { Table } from "./flatbuffer_table.js";
import { float16ToFloat32 } from "./float16.js";
import { elementCount, fileError, layerError, type Weights } from "./layer_graph.js";
import { WeightCounter } from "./limits.js";
import { bufferData, TENSOR_TYPE_NAMES, type Tensor, TensorType } from "./tflite_schema.js";

export class TfliteTensors {
  /** Output of a DEQUANTIZE -> the constant it converts. */
  private readonly dequantized = new Map<number, number>();
  private readonly counter: WeightCounter;

  constructor(
    readonly path: string,
    private readonly tensors: readonly Tensor[],
    private readonly buffers: readonly Table[],
  ) {
    this.counter = new WeightCounter(path);
  }

  tensor(index: number): Tensor {
    const tensor = this.tensors[index];
    if (tensor === undefined)
      throw fileError(
        this.path,
        `it refers to tensor ${index} and has only ${this.tensors.length}, expected an intact file: it is damaged`,
      );
    return tensor;
  }

  /** undefined where a size is open. */
  shape(index: number): (number | undefined)[] {
    const { shape, shapeSignature } = this.tensor(index);
    return (shapeSignature.length > 0 ? shapeSignature : shape).map((size) => (size > 0 ? size : undefined));
  }

  /** Tensor names need not be unique; indices are. */
  id(index: number): string {
    return `tensor ${index}`;
  }

  /** The converter joins the names of all operations that it fused with ";", the last one first. */
  name(index: number): string {
    return this.tensor(index).name.split(";")[0] || this.id(index);
  }

  /** Notes that `output` is `input`, converted to float32. */
  linkDequantized(input: number, output: number): void {
    if (this.isConstant(input)) this.dequantized.set(output, input);
  }

  /** Whether the tensor's values are in the file. */
  isConstant(index: number): boolean {
    if (index < 0) return false;
    return this.dequantized.has(index) || this.bytesOf(index).length > 0;
  }

  /** The values of a float32 or float16 constant; `layer` and `what` are for the message when it is not one. */
  weights(index: number, layer: { name: string }, what: string): Weights {
    const tensor = this.tensor(this.dequantized.get(index) ?? index);
    const { shape, type, isSparse } = tensor;
    if (type !== TensorType.FLOAT32 && type !== TensorType.FLOAT16) {
      const found = `has a ${what} of type ${TENSOR_TYPE_NAMES[type] ?? type}`;
      throw layerError(this.path, layer, found, "FLOAT32 or FLOAT16: use the float model, light-sernet quantizes it itself");
    }
    if (isSparse) throw layerError(this.path, layer, `has a sparse ${what}`, "a dense one: convert the model without sparsity");
    this.counter.add(elementCount(shape));
    const bytes = this.bytesOf(this.dequantized.get(index) ?? index);
    const size = type === TensorType.FLOAT16 ? 2 : 4;
    if (bytes.length === 0 || bytes.length !== elementCount(shape) * size) {
      throw layerError(
        this.path,
        layer,
        `has a ${what} of ${bytes.length} bytes`,
        `${elementCount(shape) * size} for [${shape.join(", ")}]`,
      );
    }
    const values = type === TensorType.FLOAT16 ? float16ToFloat32(new Uint16Array(bytes.buffer)) : new Float32Array(bytes.buffer);
    return { shape, values };
  }

  /** The values of an int32 constant, such as axes; empty when it is not one. */
  integers(index: number): number[] {
    const bytes = this.tensor(index).type === TensorType.INT32 ? this.bytesOf(index) : new Uint8Array();
    return bytes.length % 4 === 0 ? [...new Int32Array(bytes.buffer)] : [];
  }

  private bytesOf(index: number): Uint8Array {
    const buffer = this.buffers[this.tensor(index).buffer];
    return buffer === undefined ? new Uint8Array() : bufferData(buffer);
  }
}
