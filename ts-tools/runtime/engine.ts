import { ABI_VERSION, EXPORTS, type ModuleExports } from "../abi/exports.js";
import { RecognizerError, statusError } from "./errors.js";

/** What a module says about the model in it. */
export interface ModelInfo {
  id: string;
  /** SHA-256 of the quantized weights, hexadecimal. */
  sha256: string;
  /** In the order of the logits. */
  classes: readonly string[];
  /** float32, 0..1: an answer whose largest probability lies below it is not accepted. */
  acceptThreshold: number;
  /** Hz of the samples the network hears. */
  sampleRate: number;
  /** Samples of one segment at that rate. */
  windowSamples: number;
}

/** One instance of the module with its memory: status codes become errors, addresses become views. */
export class Engine {
  readonly exports: ModuleExports;
  /** The whole linear memory; it never grows. */
  readonly memory: ArrayBuffer;
  readonly #input: Uint8Array;

  private constructor(exports: ModuleExports) {
    this.exports = exports;
    this.memory = exports.memory.buffer;
    this.#input = new Uint8Array(this.memory, exports.inputAddress(), exports.inputCapacity());
  }

  static async create(module: WebAssembly.Module): Promise<Engine> {
    const misfit = misfits(module);
    if (misfit !== undefined) {
      throw new RecognizerError("BAD_MODULE", `this WebAssembly module is not light-sernet's library (${misfit}); build the model again`);
    }
    const { exports } = await WebAssembly.instantiate(module, {});
    const typed = exports as unknown as ModuleExports;
    const version = typed.abiVersion();
    if (version !== ABI_VERSION) {
      const message = `this module has version ${version} of the interface and this package needs ${ABI_VERSION}; build the model again`;
      throw new RecognizerError("BAD_MODULE", message);
    }
    return new Engine(typed);
  }

  /** Throws for a negative status; hands on everything else. */
  check(status: number): number {
    if (status < 0) throw statusError(status);
    return status;
  }

  /** Bytes that fit the input buffer in whole units of `unit` bytes. */
  capacity(unit = 1): number {
    return this.#input.length - (this.#input.length % unit);
  }

  /** Puts bytes where the module takes them; at most capacity(). */
  put(bytes: Uint8Array): void {
    this.#input.set(bytes);
  }

  /** Pushes bytes that are whole units of `unit` bytes, in pieces that fit the input buffer; `after` is called behind each piece. */
  push(bytes: Uint8Array, unit: number, after?: () => void): void {
    const capacity = this.capacity(unit);
    for (let offset = 0; offset < bytes.length; offset += capacity) {
      const piece = bytes.subarray(offset, offset + capacity);
      this.put(piece);
      this.check(this.exports.push(piece.length));
      after?.();
    }
  }

  int16(address: number, length: number): Int16Array {
    return new Int16Array(this.memory, address, length);
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory, address, length);
  }

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory, address, length);
  }

  /** A text that ends with a zero byte. */
  text(address: number): string {
    const bytes = new Uint8Array(this.memory, address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  model(): ModelInfo {
    const { exports } = this;
    return {
      id: this.text(exports.modelIdAddress()),
      sha256: this.text(exports.modelHashAddress()),
      classes: Array.from({ length: exports.classCount() }, (_, index) => this.text(exports.classNameAddress(index))),
      acceptThreshold: exports.acceptThreshold(),
      sampleRate: exports.sampleRate(),
      windowSamples: exports.windowSamples(),
    };
  }
}

/** What keeps a module from being the library, if anything. */
function misfits(module: WebAssembly.Module): string | undefined {
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) return `it imports ${imports[0]!.module}.${imports[0]!.name}`;
  const kinds = new Map(WebAssembly.Module.exports(module).map((entry) => [entry.name, entry.kind]));
  const missing = Object.keys(EXPORTS).filter((name) => kinds.get(name) !== "function");
  if (kinds.get("memory") !== "memory") missing.push("memory");
  return missing.length > 0 ? `it lacks ${missing.slice(0, 3).join(", ")}` : undefined;
}
