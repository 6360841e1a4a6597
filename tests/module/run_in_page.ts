/** Runs modules in a page of a browser, as run_in_wasmtime.py does under wasmtime: the same records, the same results. It shares no code with ts-tools/runtime. */
import type { ModuleExports } from "../../ts-tools/abi/exports.js";

const SOUND = 1;
const HEADER_BYTES = 20;
/** By INPUT_FORMAT of ts-tools/abi/status.ts. */
const SAMPLE_BYTES = [0, 1, 2, 3, 4, 4, 8, 1, 1];

/** Fetches a module and records, and returns the results as bytes. */
export async function runInPage(moduleAddress: string, inputsAddress: string): Promise<number[]> {
  const { instance } = await WebAssembly.instantiate(await bytesOf(moduleAddress), {});
  const exports = instance.exports as unknown as ModuleExports;
  const inputs = await bytesOf(inputsAddress);
  const results: number[] = [];
  for (let at = 0; at < inputs.byteLength; ) {
    const [kind, format, channels, rate, size] = new Int32Array(inputs.slice(at, at + HEADER_BYTES));
    const bytes = new Uint8Array(inputs.slice(at + HEADER_BYTES, at + HEADER_BYTES + size!));
    const level = kind === SOUND ? classify(exports, bytes, format!, channels!, rate!) : runNetwork(exports, bytes);
    results.push(...new Uint8Array(Int32Array.of(level, exports.label(), exports.accepted()).buffer));
    for (const address of [exports.logitsAddress(), exports.probabilitiesAddress()]) {
      results.push(...new Uint8Array(exports.memory.buffer, address, 4 * exports.classCount()));
    }
    at += HEADER_BYTES + size!;
  }
  return results;
}

async function bytesOf(address: string): Promise<ArrayBuffer> {
  return (await fetch(address)).arrayBuffer();
}

/** The whole path; its level. */
function classify(exports: ModuleExports, sound: Uint8Array, format: number, channels: number, rate: number): number {
  const unit = SAMPLE_BYTES[format]! * channels;
  const most = exports.inputCapacity() - (exports.inputCapacity() % unit);
  const pushAll = (): void => {
    for (let at = 0; at < sound.length; at += most) {
      const piece = sound.subarray(at, at + most);
      new Uint8Array(exports.memory.buffer).set(piece, exports.inputAddress());
      ok(exports.push(piece.length));
    }
  };
  ok(exports.setInput(format, channels, rate));
  const samples = ok(exports.resampledLength(sound.length / unit, rate));
  ok(exports.startLevel(samples));
  pushAll();
  ok(exports.nextLevel());
  pushAll();
  const level = ok(exports.finishLevel());
  ok(exports.start(level, samples));
  pushAll();
  ok(exports.finish());
  return level;
}

/** The network alone on float32 [frames, coefficients]; it has no level. */
function runNetwork(exports: ModuleExports, mfcc: Uint8Array): number {
  const rowBytes = 4 * exports.coefficientCount();
  exports.startNetwork();
  for (let at = 0; at < mfcc.length; at += rowBytes) {
    new Uint8Array(exports.memory.buffer).set(mfcc.subarray(at, at + rowBytes), exports.mfccAddress());
    ok(exports.pushFrame());
  }
  ok(exports.finishNetwork());
  return 0;
}

function ok(status: number): number {
  if (status < 0) throw new Error(`the module answers status ${status}`);
  return status;
}
