import {
  ABI_VERSION,
  type AdaptationExports,
  type AnswerExports,
  exportsOf,
  FEATURES,
  type Feature,
  type ModuleExports,
  OPTIONAL_EXPORTS,
  type StreamExports,
} from "../abi/exports.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { MOST_WINDOW_SAMPLES } from "../model/front_end.js";
import { classesFault, isName, MOST_CLASS_BYTES, MOST_CLASSES, MOST_ID_BYTES } from "../model/model_names.js";
import { guardExports, reasonOf } from "./damaged_module.js";
import { damaged, RecognizerError, statusError } from "./errors.js";
import type { ModelInfo } from "./model_info.js";
import { decodeUtf8 } from "./utf8.js";

export type { ModelInfo };

const HASH = /^[0-9a-f]{64}$/;

/**
 * One instance of the module with its memory: status codes become errors, addresses become views. A module that traps, or returns what ours never return, is
 * damaged, which is a RecognizerError too. But a damaged module may also run forever: callers must trust the source of its file in this respect.
 */
export class Engine {
  readonly exports: ModuleExports;
  /** The functions for a speaker's statistics, in a model that adapts. */
  readonly adaptation: AdaptationExports | undefined;
  /** Functions that say more of an answer, in a model that has them. */
  readonly answers: AnswerExports;
  /** The functions of a stream, in a model that has them. */
  readonly stream: StreamExports | undefined;
  /** The whole linear memory; it never grows. */
  readonly memory: ArrayBuffer;
  readonly #input: Uint8Array;
  readonly #module: WebAssembly.Module;

  private constructor(
    module: WebAssembly.Module,
    exports: ModuleExports & AdaptationExports & AnswerExports & StreamExports,
    features: readonly Feature[],
  ) {
    this.#module = module;
    this.exports = exports;
    this.adaptation = features.includes("adaptation") ? exports : undefined;
    this.answers = exports;
    this.stream = features.includes("stream") ? exports : undefined;
    this.memory = exports.memory.buffer;
    this.#input = this.#view(Uint8Array, exports.inputAddress(), exports.inputCapacity());
    if (this.#input.length === 0) throw damaged("its input buffer is empty");
  }

  /** `name` is the name of the module in messages. */
  static async create(module: WebAssembly.Module, name = "this WebAssembly module"): Promise<Engine> {
    const misfit = misfits(module);
    if (misfit !== undefined) {
      throw new RecognizerError("BAD_MODULE", `${name} is not light-sernet's library (${misfit}); build the model again`);
    }
    return Engine.#of(module, await instantiate(module, name), name);
  }

  /** Another instance of the same module, at once. Nothing but the code is shared. */
  another(): Engine {
    let instance: WebAssembly.Instance;
    try {
      instance = new WebAssembly.Instance(this.#module, {});
    } catch (cause) {
      const message = `there is no memory for one more recording at the same time (${reasonOf(cause)}); finish or cancel others first`;
      throw new RecognizerError("OUT_OF_MEMORY", message, { cause });
    }
    return Engine.#of(this.#module, instance.exports, "this WebAssembly module");
  }

  static #of(module: WebAssembly.Module, exports: WebAssembly.Exports, name: string): Engine {
    const features = featuresIn((name) => typeof exports[name] === "function");
    const typed = guardExports(exportsOf(features), exports, name) as unknown as ModuleExports &
      AdaptationExports &
      AnswerExports &
      StreamExports;
    const version = typed.abiVersion();
    if (version !== ABI_VERSION) {
      const message = `${name} has version ${version} of the interface and this package needs ${ABI_VERSION}; build the model again`;
      throw new RecognizerError("BAD_MODULE", message);
    }
    return new Engine(module, typed, features);
  }

  /** Throws for a negative status; returns everything else. */
  check(status: number): number {
    if (status < 0) throw statusError(status);
    return status;
  }

  /** Bytes that fit the input buffer in whole units of `unit` bytes; at least one unit, or nothing could ever be pushed. */
  capacity(unit = 1): number {
    if (!(unit >= 1 && unit <= this.#input.length)) throw damaged("it accepts frames that are larger than its input buffer");
    return this.#input.length - (this.#input.length % unit);
  }

  /** Writes bytes, at most capacity(), to the module's input buffer. */
  put(bytes: Uint8Array): void {
    this.#input.set(bytes);
  }

  /** Pushes bytes that are whole units of `unit` bytes, in pieces that fit the input buffer; `after` is called after each piece. */
  push(bytes: Uint8Array, unit: number, after?: () => void): void {
    const capacity = this.capacity(unit);
    for (let offset = 0; offset < bytes.length; offset += capacity) {
      const piece = bytes.subarray(offset, offset + capacity);
      this.put(piece);
      this.check(this.exports.push(piece.length));
      after?.();
    }
  }

  bytes(address: number, length: number): Uint8Array {
    return this.#view(Uint8Array, address, length);
  }

  int16(address: number, length: number): Int16Array {
    return this.#view(Int16Array, address, length);
  }

  int32(address: number, length: number): Int32Array {
    return this.#view(Int32Array, address, length);
  }

  float32(address: number, length: number): Float32Array {
    return this.#view(Float32Array, address, length);
  }

  /** A zero-terminated text of at most `mostBytes` bytes. */
  text(address: number, mostBytes: number): string {
    const bytes = this.#view(Uint8Array, address, Math.min(mostBytes + 1, Math.max(0, this.memory.byteLength - address)));
    const end = bytes.indexOf(0);
    const text = end < 0 ? undefined : decodeUtf8(bytes.subarray(0, end));
    if (text === undefined) throw damaged("a text in it has no end, or is not UTF-8");
    return text;
  }

  #view<T>(type: new (memory: ArrayBuffer, address: number, length: number) => T, address: number, length: number): T {
    try {
      return new type(this.memory, address, length);
    } catch {
      throw damaged("it returns an address outside its memory");
    }
  }

  model(): ModelInfo {
    const { exports } = this;
    const count = exports.classCount();
    const { sampleRate, windowSamples, acceptThreshold } = {
      sampleRate: exports.sampleRate(),
      windowSamples: exports.windowSamples(),
      acceptThreshold: exports.acceptThreshold(),
    };
    const possible =
      count >= 1 &&
      count <= MOST_CLASSES &&
      sampleRate > 0 &&
      windowSamples >= 1 &&
      windowSamples <= MOST_WINDOW_SAMPLES &&
      acceptThreshold >= 0 &&
      acceptThreshold <= 1;
    if (!possible) throw damaged("it describes an impossible model");
    const id = this.text(exports.modelIdAddress(), MOST_ID_BYTES);
    const sha256 = this.text(exports.modelHashAddress(), 64);
    const classes = Array.from({ length: count }, (_, index) => this.text(exports.classNameAddress(index), MOST_CLASS_BYTES));
    if (!isName(id, MOST_ID_BYTES) || !HASH.test(sha256) || classesFault(classes)) throw damaged("its names are not valid");
    const dimensions = DIMENSIONS.filter((name) => this.answers[name] !== undefined);
    const adapts = this.adaptation !== undefined;
    const least = this.answers.leastSpeechFrames?.();
    const speech = least !== undefined && { leastSpeechFrames: least };
    const hasVoice = this.answers.voice !== undefined;
    return { id, sha256, classes, acceptThreshold, adapts, dimensions, ...speech, hasVoice, sampleRate, windowSamples };
  }
}

/** The features of which a module has any function; it must then have all of them. */
function featuresIn(has: (name: string) => boolean): Feature[] {
  return FEATURES.filter((feature) => Object.keys(OPTIONAL_EXPORTS[feature]).some(has));
}

/** Instantiating may trap (a segment outside the memory), or run out of memory. */
async function instantiate(module: WebAssembly.Module, name: string): Promise<WebAssembly.Exports> {
  try {
    return (await WebAssembly.instantiate(module, {})).exports;
  } catch (cause) {
    throw damaged(reasonOf(cause), name, cause);
  }
}

/** Why a module is not the library; undefined if it is. */
function misfits(module: WebAssembly.Module): string | undefined {
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) return `it imports ${imports[0]!.module}.${imports[0]!.name}`;
  const kinds = new Map(WebAssembly.Module.exports(module).map((entry) => [entry.name, entry.kind]));
  const has = (name: string): boolean => kinds.get(name) === "function";
  const missing = Object.keys(exportsOf(featuresIn(has))).filter((name) => !has(name));
  if (kinds.get("memory") !== "memory") missing.push("memory");
  return missing.length > 0 ? `it lacks ${missing.slice(0, 3).join(", ")}` : undefined;
}
