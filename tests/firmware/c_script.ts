/** The calls that c_api_driver.c makes, and what Node's instances of the same module answer to the same calls. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EXPORTS, type ExportedFunction } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT, type InputFormat, STATUS } from "../../ts-tools/abi/status.js";
import { type Instance, plainSound, type Sound } from "../module/instance.js";
import { SAMPLE_BYTES } from "../reference/decode.js";
import { instanceOf } from "./sync_instance.js";

/** What only the C functions say. */
export const NO_STATE = -40;
export const NO_SOUND = -41;

export type ExportName = keyof typeof EXPORTS;
/** light_sernet.h has no functions of the same kind for them: the caller's bytes are copied, and the figures to the caller by lsn_get_input(). */
export const WITHOUT_ADDRESS: readonly string[] = ["inputAddress", "inputFigures"];
/** These take bytes instead of a count of bytes that were put somewhere, or remember their arguments. */
const BY_HAND: readonly string[] = [...WITHOUT_ADDRESS, "setInput", "inputCapacity", "push", "wavPush"];

export const functionOf = (name: string): ExportedFunction => EXPORTS[name as ExportName];
export const plainExports = (): ExportName[] => (Object.keys(EXPORTS) as ExportName[]).filter((name) => !BY_HAND.includes(name));

/** startLevel -> lsn_start_level, modelIdAddress -> lsn_model_id. */
export function nameInC(name: string): string {
  const words = name.replace(/Address$/, "").match(/[A-Z]?[a-z0-9]+/g) ?? [];
  return `lsn_${words.map((word) => word.toLowerCase()).join("_")}`;
}

/** calls.h of c_api_driver.c: every function of the module by its name. */
export function callsSource(): string {
  const cases = plainExports().map((name) => {
    const { parameters, result, type, holds } = functionOf(name);
    const operands = ["state", ...parameters.map((_, index) => `arguments[${index}]`)].join(", ");
    const call = `${nameInC(name)}(${operands})`;
    const said = `  if (strcmp(name, "${name}") == 0) `;
    if (result === undefined) return `${said}return ${call}, printf("done\\n") > 0;`;
    if (result !== "address")
      return type === "f32" ? `${said}return print_float(${call}), 1;` : `${said}return printf("%ld\\n", (long)${call}) > 0;`;
    return holds === "char" ? `${said}return print_string(${call}), 1;` : `${said}return print_place(state, ${call}, arguments[3]), 1;`;
  });
  return `static int call(const char *name, lsn_state *state, const int32_t *arguments) {\n${cases.join("\n")}\n  return 0;\n}\n`;
}

/** Commands with the lines that must come of them. */
export class Script {
  private readonly parts: Uint8Array[] = [];
  private readonly commands: string[] = [];
  private readonly expected: string[] = [];

  /** `bytes` follow the command; null stands for the pointer NULL. */
  add(command: string, expected: string | number, bytes?: Uint8Array | null): void {
    const line = bytes === undefined ? command : `${command} ${bytes ? bytes.length : -1}`;
    this.commands.push(line);
    this.expected.push(String(expected));
    this.parts.push(Buffer.from(`${line}\n`));
    if (bytes) this.parts.push(bytes.slice());
  }

  get length(): number {
    return this.commands.length;
  }

  /** How often each line was expected of a function. */
  said(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [index, command] of this.commands.entries()) {
      const [name, , called] = command.split(" ");
      const key = `${name === "call" ? called : name} ${this.expected[index]!.split(" ")[0]!.slice(0, 12)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  /** Runs the driver; every line must be the expected one. */
  check(program: string): void {
    const { status, signal, stdout, stderr } = spawnSync(program, [], {
      input: Buffer.concat(this.parts),
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 300_000,
      env: { ...process.env, UBSAN_OPTIONS: "print_stacktrace=1" },
    });
    const lines = stdout.split("\n").slice(0, -1);
    const at = this.expected.findIndex((line, index) => lines[index] !== line);
    const last = this.commands.slice(Math.max(0, at - 8), at + 1).join("\n");
    const said = `${program}: status ${status}, signal ${signal}\n${last}\n${stderr.slice(0, 4000)}`;
    if (at >= 0) assert.equal(lines[at], this.expected[at], said);
    assert.deepEqual({ status, lines: lines.length, stderr }, { status: 0, lines: this.expected.length, stderr: "" }, said);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
const DEFAULT_INPUT: [number, number, number] = [INPUT_FORMAT.s16, 1, 16000];

/** A state in C and an instance in Node, which get the same calls. */
export class Twin {
  private node: Instance;
  /** What setInput() was called with: format, channels, rate. */
  private input: [number, number, number] = DEFAULT_INPUT;

  constructor(
    private readonly script: Script,
    /** Number of the state in the driver; from 4 on they are allocated. */
    readonly state: number,
    private readonly module: WebAssembly.Module,
  ) {
    this.node = instanceOf(module);
  }

  init(): void {
    this.script.add(`init ${this.state}`, 0);
    this.node = instanceOf(this.module);
    this.input = DEFAULT_INPUT;
  }

  get exports(): Instance["exports"] {
    return this.node.exports;
  }

  setInput(format: InputFormat | number, channels: number, rate: number): number {
    const code = typeof format === "string" ? INPUT_FORMAT[format] : format;
    const status = this.node.exports.setInput(code, channels, rate);
    this.script.add(`set_input ${this.state} ${code} ${channels} ${rate}`, status);
    if (status === 0) this.input = [code, channels, rate];
    return status;
  }

  /** Any function of the module that has the same parameters in C. `bytes`: how many to look at where an address points to. */
  call(name: ExportName, parameters: readonly number[] = [], bytes = 0): number {
    const given = (this.node.exports[name] as (...values: readonly number[]) => number)(...parameters);
    const values = [0, 1, 2].map((index) => parameters[index] ?? 0);
    this.script.add(`call ${this.state} ${name} ${values.join(" ")} ${bytes}`, this.inC(name, given, bytes));
    return given;
  }

  private inC(name: ExportName, given: number, bytes: number): string {
    const { result, type, holds } = functionOf(name);
    if (result === undefined) return "done";
    if (type === "f32") return hex(new Uint8Array(Float32Array.of(given).buffer));
    if (result !== "address") return String(given);
    if (given === 0) return "NULL";
    const from = this.node.bytes().subarray(given);
    return holds === "char" ? Buffer.from(from.subarray(0, from.indexOf(0))).toString() : hex(from.subarray(0, bytes));
  }

  private frameBytes(): number {
    const [format, channels] = this.input;
    const name = FORMATS.find((known) => INPUT_FORMAT[known] === format)!;
    return SAMPLE_BYTES[name] * channels;
  }

  capacity(): number {
    this.script.add(`input_capacity ${this.state}`, this.node.exports.inputCapacity());
    return this.node.exports.inputCapacity();
  }

  pushBytes(bytes: Uint8Array): number {
    const status = this.pushInNode(bytes);
    this.script.add(`push_bytes ${this.state} ${bytes.length}`, status, bytes);
    return status;
  }

  push(samples: Int16Array): number {
    const status = this.pushInNode(bytesOf(samples));
    this.script.add(`push ${this.state} ${samples.length}`, status, bytesOf(samples));
    return status;
  }

  /** As light_sernet.h says: any number of bytes, in as many pieces as it takes. */
  private pushInNode(bytes: Uint8Array): number {
    const capacity = this.node.exports.inputCapacity();
    const most = capacity - (capacity % this.frameBytes());
    let at = 0;
    do {
      const status = this.node.push(bytes.subarray(at, at + most));
      if (status !== 0) return status;
      at += most;
    } while (at < bytes.length);
    return 0;
  }

  wavPush(bytes: Uint8Array): number {
    const fits = bytes.length <= this.node.exports.inputCapacity();
    if (fits) this.node.bytes().set(bytes, this.node.exports.inputAddress());
    const status = fits ? this.node.exports.wavPush(bytes.length) : STATUS.BAD_PIECE.code;
    this.script.add(`wav_push ${this.state} ${bytes.length}`, status, bytes);
    return status;
  }

  getResult(): void {
    this.script.add(`get_result ${this.state} 1`, this.answer());
    this.getInput();
  }

  getInput(): void {
    const { exports } = this.node;
    const [durationMs, rate, channels, peak, rms, clipped, warnings] = this.node.int32(exports.inputFigures(), 7);
    const floats = Float32Array.of(Math.fround(peak! / 1e4), Math.fround(rms! / 100), Math.fround(clipped! / 1e6));
    const expected = `0 ${durationMs} ${rate} ${channels} ${hex(new Uint8Array(floats.buffer))} ${warnings}`;
    this.script.add(`get_input ${this.state} 1`, expected);
  }

  classify(samples: Int16Array, rate: number): void {
    const expected = this.classifyInNode(samples, rate);
    this.script.add(`classify ${this.state} ${samples.length} ${rate} 1`, expected, bytesOf(samples));
    this.getInput();
  }

  /** The same, without Node's own instance: as if the state had not been used for it. */
  classifyApart(samples: Int16Array, rate: number): void {
    const other = new Twin(new Script(), this.state, this.module);
    this.script.add(`classify ${this.state} ${samples.length} ${rate} 1`, other.classifyInNode(samples, rate), bytesOf(samples));
  }

  private classifyInNode(samples: Int16Array, rate: number): string {
    const length = this.node.exports.resampledLength(samples.length, rate);
    if (length < 0) return String(length);
    this.node.classify(plainSound("", samples, rate));
    this.node.exports.setInput(...this.input);
    return this.answer();
  }

  /** Of Node's instance. */
  logits(): Int32Array {
    return this.node.answer().logits;
  }

  /** Status and result as the driver prints them. */
  private answer(): string {
    const { label, accepted, logits, probabilities } = this.node.answer();
    if (label < 0) return String(STATUS.NOT_STARTED.code);
    return `0 ${label} ${accepted ? "accepted" : "uncertain"} ${logits.join(" ")} ${hex(new Uint8Array(probabilities.buffer))}`;
  }

  /** The whole path for a sound, in pieces of a given number of frames as `next` says. */
  stream(sound: Sound, next: () => number): void {
    for (const _ of this.streamStepwise(sound, next));
  }

  /** The same, a call at a time. */
  *streamStepwise({ format, channels, rate, bytes }: Sound, next: () => number): Generator<void> {
    const unit = SAMPLE_BYTES[format] * channels;
    const push = function* (this: Twin): Generator<void> {
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + next() * unit);
        this.pushBytes(piece);
        at += piece.length;
        yield;
      }
    }.bind(this);
    this.setInput(format, channels, rate);
    yield;
    const length = this.call("resampledLength", [bytes.length / unit, rate]);
    this.call("startLevel", [length]);
    yield* push();
    this.call("nextLevel");
    yield* push();
    const level = this.call("finishLevel");
    yield;
    this.call("start", [level, length]);
    yield* push();
    this.call("finish");
    this.getResult();
    yield;
  }
}
