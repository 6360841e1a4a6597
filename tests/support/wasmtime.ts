import { findWasmtime } from "../../ts-tools/host/wasmtime.js";

/** The option of a test that runs wasmtime: why it cannot here, or false. */
export const skipWithoutWasmtime: string | false = missing();

function missing(): string | false {
  try {
    findWasmtime();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}
