/**
 * Reads fields of untrusted JSON and says in one sentence which one is wrong. It is the one check of our own JSON files. It is not a schema library because the
 * runtime, which parses manifests, must not need a package, and because rules that compare fields with each other would be code in a schema too.
 */

import { shown } from "../text/visible_text.js";
import { ModelError } from "./model_error.js";
import { classesFault, isName, nameWords } from "./model_names.js";

/** A JSON object with its path ("network.dense"), its file, and what to do when something in it is wrong. */
export class JsonFields {
  private constructor(
    private readonly value: Record<string, unknown>,
    private readonly path: string,
    private readonly file: string,
    private readonly advice: string,
  ) {}

  /** `advice` ends every sentence: "build the model again". */
  static parse(text: string, file: string, advice: string): JsonFields {
    let value: unknown;
    try {
      // Whoever reads the text may have kept its byte order mark.
      value = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      throw new ModelError(`${file} is not JSON; ${advice}.`);
    }
    return JsonFields.from(value, "", file, advice);
  }

  private static from(value: unknown, path: string, file: string, advice: string): JsonFields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ModelError(`${file}${path ? `: ${path} must be an` : " must contain a JSON"} object; ${advice}.`);
    }
    return new JsonFields(value as Record<string, unknown>, path, file, advice);
  }

  /** Whether there is a field of this name, with any value. */
  has(name: string): boolean {
    return Object.hasOwn(this.value, name);
  }

  /** Refuses fields of other names: a misspelled field would silently do nothing. */
  only(names: readonly string[]): void {
    const unknown = Object.keys(this.value).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const where = this.path ? `${this.path} has` : "it has";
    throw new ModelError(`${this.file}: ${where} ${shown(unknown)}, which is not one of ${names.join(", ")}; ${this.advice}.`);
  }

  /** The error of a field of this object. */
  wrong(name: string, expected: string): ModelError {
    return this.wrongValue(this.pathOf(name), expected, this.value[name]);
  }

  /** The error of fields that do not fit each other. */
  misfit(fault: string): ModelError {
    return new ModelError(`${this.file}: ${fault}; ${this.advice}.`);
  }

  object(name: string): JsonFields {
    return JsonFields.from(this.value[name], this.pathOf(name), this.file, this.advice);
  }

  /** An object; undefined if the field is absent or "none". */
  objectOrNone(name: string): JsonFields | undefined {
    const value = this.value[name];
    if (!this.has(name) || value === "none") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.wrong(name, 'an object or "none"');
    return this.object(name);
  }

  /** A list of `count` objects, or of at least one. */
  objects(name: string, count?: number): JsonFields[] {
    const list = this.value[name];
    const fine = Array.isArray(list) && (count === undefined ? list.length > 0 : list.length === count);
    if (!fine) throw this.wrong(name, count === undefined ? "a list of objects" : `a list of ${count} objects`);
    return list.map((item, index) => JsonFields.from(item, `${this.pathOf(name)}[${index}]`, this.file, this.advice));
  }

  /** A field that must have exactly this value. */
  constant<T extends string | number>(name: string, expected: T): T {
    if (this.value[name] !== expected) throw this.wrong(name, JSON.stringify(expected));
    return expected;
  }

  text(name: string, pattern: RegExp = /\S/, expected = "a non-empty string"): string {
    const value = this.value[name];
    if (typeof value !== "string" || !pattern.test(value)) throw this.wrong(name, expected);
    return value;
  }

  /** A list of different non-empty strings. */
  names(name: string): string[] {
    const list: unknown = this.value[name];
    const fine = Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "string" && item !== "");
    if (!fine || new Set(list).size !== list.length) throw this.wrong(name, "a list of different names");
    return list as string[];
  }

  /** The name of a model. */
  name(name: string, mostBytes: number): string {
    const value = this.value[name];
    if (!isName(value, mostBytes)) throw this.wrong(name, nameWords(mostBytes));
    return value;
  }

  /** The names of a model's classes. */
  classes(name: string): string[] {
    const list: unknown = this.value[name];
    if (!Array.isArray(list)) throw this.wrong(name, "a list of different names");
    const fault = classesFault(list);
    if (fault?.index !== undefined) throw this.wrongValue(`${this.pathOf(name)}[${fault.index}]`, fault.expected, list[fault.index]);
    if (fault) throw this.wrong(name, fault.expected);
    return list as string[];
  }

  /** A finite number above zero. */
  positive(name: string): number {
    return this.number(name, (value) => value > 0, "a number above zero");
  }

  float32AboveZero(name: string): number {
    return this.number(name, (value) => value > 0 && Math.fround(value) === value, "a float32 above zero");
  }

  /** A list of `count` numbers, or of at least one, each of which `accepts` accepts. */
  numbers(name: string, count: number | undefined, accepts: (value: number) => boolean, expected: string): number[] {
    const list: unknown = this.value[name];
    const long = Array.isArray(list) && (count === undefined ? list.length > 0 : list.length === count);
    const fine = long && list.every((item) => Number.isFinite(item) && accepts(item as number));
    if (!fine) throw this.wrong(name, `a list of ${count === undefined ? "" : `${count} `}numbers, each ${expected}`);
    return list as number[];
  }

  /** A whole number above zero, or from `least` on. */
  count(name: string, least = 1): number {
    const expected = least === 1 ? "a whole number above zero" : `a whole number, ${least} or more`;
    return this.number(name, (value) => Number.isSafeInteger(value) && value >= least, expected);
  }

  number(name: string, accepts: (value: number) => boolean, expected: string): number {
    const value = this.value[name];
    if (typeof value !== "number" || !Number.isFinite(value) || !accepts(value)) throw this.wrong(name, expected);
    return value;
  }

  private wrongValue(path: string, expected: string, value: unknown): ModelError {
    return new ModelError(`${this.file}: ${path} must be ${expected}, but is ${shown(value)}; ${this.advice}.`);
  }

  private pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}
