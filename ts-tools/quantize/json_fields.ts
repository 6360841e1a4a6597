/** Reads fields of untrusted JSON and says in one sentence which one is wrong. */
import { ModelError } from "../import/float_model.js";

/** A JSON object with the path that leads to it ("network.dense"), the file it is from, and what to do when something in it is wrong. */
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
      value = JSON.parse(text);
    } catch {
      throw new ModelError(`${file} is not JSON; ${advice}.`);
    }
    return JsonFields.from(value, "", file, advice);
  }

  private static from(value: unknown, path: string, file: string, advice: string): JsonFields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ModelError(`${file}: ${path || "the whole"} must be an object; ${advice}.`);
    }
    return new JsonFields(value as Record<string, unknown>, path, file, advice);
  }

  /** Whether there is a field of this name, whatever it holds. */
  has(name: string): boolean {
    return this.value[name] !== undefined;
  }

  /** The error of a field of this object. */
  wrong(name: string, expected: string): ModelError {
    const value = JSON.stringify(this.value[name]);
    const shown = value === undefined ? "missing" : value.length > 60 ? `${value.slice(0, 57)}...` : value;
    return new ModelError(`${this.file}: ${this.pathOf(name)} must be ${expected}, and it is ${shown}; ${this.advice}.`);
  }

  object(name: string): JsonFields {
    return JsonFields.from(this.value[name], this.pathOf(name), this.file, this.advice);
  }

  /** So many objects, or any number of them but none. */
  objects(name: string, count?: number): JsonFields[] {
    const list = this.value[name];
    const fine = Array.isArray(list) && (count === undefined ? list.length > 0 : list.length === count);
    if (!fine) throw this.wrong(name, count === undefined ? "a list of objects" : `a list of ${count} objects`);
    return list.map((item, index) => JsonFields.from(item, `${this.pathOf(name)}[${index}]`, this.file, this.advice));
  }

  /** The field, when it is exactly that. */
  constant<T extends string | number>(name: string, expected: T): T {
    if (this.value[name] !== expected) throw this.wrong(name, JSON.stringify(expected));
    return expected;
  }

  text(name: string, pattern: RegExp = /\S/, expected = "a text that is not empty"): string {
    const value = this.value[name];
    if (typeof value !== "string" || !pattern.test(value)) throw this.wrong(name, expected);
    return value;
  }

  /** Different texts, none empty. */
  names(name: string): string[] {
    const list: unknown = this.value[name];
    const fine = Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "string" && item !== "");
    if (!fine || new Set(list).size !== list.length) throw this.wrong(name, "a list of different names");
    return list as string[];
  }

  /** A finite number above zero. */
  positive(name: string): number {
    return this.number(name, (value) => value > 0, "a number above zero");
  }

  positives(name: string, count: number): number[] {
    const list: unknown = this.value[name];
    const fine = Array.isArray(list) && list.length === count && list.every((item) => Number.isFinite(item) && item > 0);
    if (!fine) throw this.wrong(name, `a list of ${count} numbers above zero`);
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

  private pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}
