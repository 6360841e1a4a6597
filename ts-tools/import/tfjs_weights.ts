/**
 * TensorFlow.js turns weights into tensors, and tensors need a backend to hold them. Nothing is computed here, so the backend only
 * stores. It is registered while the weights are read and removed afterward, so a program's own choice of backend stays as it was.
 */

import { type DataId, engine, KernelBackend, type Tensor } from "@tensorflow/tfjs-core";
import type { Weights } from "./layer_graph.js";

const BACKEND = "light-sernet-weights";

type Values = Parameters<KernelBackend["write"]>[0];

/** Stores what is written to it. */
class StoringBackend extends KernelBackend {
  private readonly stored = new Map<DataId, Values>();

  override write(values: Values): DataId {
    const id = {};
    this.stored.set(id, values);
    return id;
  }

  override move(id: DataId, values: Values): void {
    this.stored.set(id, values);
  }

  override readSync(id: DataId): Values {
    return this.stored.get(id)!;
  }

  override disposeData(id: DataId): boolean {
    return this.stored.delete(id);
  }

  override incRef(): void {}

  override numDataIds(): number {
    return this.stored.size;
  }

  override dispose(): void {
    this.stored.clear();
  }

  override floatPrecision(): 32 {
    return 32;
  }
}

/**
 * The tensors that `load` returns, by name, as weights. `load` runs in one piece, without awaiting, so that nothing else in the program
 * sees the backend.
 */
export function readTensors(load: () => Record<string, Tensor>): Map<string, Weights> {
  const tf = engine();
  const previous = tf.backendName;
  tf.registerBackend(BACKEND, () => new StoringBackend(), -1);
  // The promise is settled when setBackend returns: a backend whose factory is synchronous is there at once.
  void tf.setBackend(BACKEND);
  try {
    const weights = new Map<string, Weights>();
    for (const [name, tensor] of Object.entries(load())) {
      weights.set(name, {
        shape: tensor.shape,
        values: tensor.dtype === "string" ? new Float32Array() : Float32Array.from(tensor.dataSync()),
      });
      tensor.dispose();
    }
    return weights;
  } finally {
    tf.removeBackend(BACKEND);
    if (previous) void tf.setBackend(previous);
  }
}
