/**
 * Functions that do nothing with floats but arithmetic, in numbers of hosts/firmware/light_sernet_float.h: with an FPU a `number` is a float, without one it is
 * an exponent and a significand that stay apart from a load to a store. What they compute is the same to the bit.
 */

/** A function must have so many operations: otherwise it is small or seldom called, and not worth its code. */
const LEAST_OPERATIONS = 5;

const OPERATIONS: Readonly<Record<string, string>> = { "+": "number_add", "-": "number_sub", "*": "number_mul", "/": "number_div" };

/** The C of a module, with such functions in numbers. */
export function withNumbers(text: string): string {
  return text.replace(/^static \w+ module_\w+\([^\n;]*\) \{\n.*?^\}$/gms, (body) => inNumbers(body) ?? body);
}

/** The C of one function; undefined if it does anything else with floats, or too little. */
function inNumbers(text: string): string | undefined {
  const declaration = /^ {2}f32 ([^;]*);$/gm;
  const names = Array.from(text.matchAll(declaration), ([, list]) => list!.match(/\bvar_\w+/g)!).flat();
  const parameters = Array.from(text.slice(0, text.indexOf("\n")).matchAll(/\bf32 (var_p\d+)/g), ([, name]) => name!);
  if (names.length === 0) return undefined;
  const isFloat = new RegExp(`\\b(?:${[...names, ...parameters].join("|")})\\b`);
  let operations = 0;
  const lines: string[] = [];
  const declared = text.replace(
    declaration,
    (_, list: string) => `  number ${list.replace(/\s+/g, " ").replaceAll(" = 0", " = number_of(0.0f)")};`,
  );
  for (const line of declared.split("\n")) {
    if (!isFloat.test(line) || line.startsWith("static ") || line.startsWith("  number ")) {
      lines.push(line);
      continue;
    }
    const translated = statement(line, names, parameters);
    if (translated === undefined) return undefined;
    if (/number_(?:add|sub|mul|div)\(/.test(translated)) operations++;
    lines.push(translated);
  }
  return operations < LEAST_OPERATIONS ? undefined : lines.join("\n");
}

/** A statement in which floats occur, or undefined if it is not arithmetic. */
function statement(line: string, names: readonly string[], parameters: readonly string[]): string | undefined {
  const [, indent, code] = /^( *)(.*);$/.exec(line) ?? [];
  if (code === undefined) return undefined;
  const written = expressionStatement(code, new Set(names), new Set(parameters));
  return written && `${indent}${written};`;
}

function expressionStatement(code: string, names: ReadonlySet<string>, parameters: ReadonlySet<string>): string | undefined {
  const [, returned] = /^return (var_\w+)$/.exec(code) ?? [];
  if (returned) return names.has(returned) ? `return f32_of(${returned})` : undefined;
  const [, place, stored] = /^(f32_store\(.*, )(var_\w+)\)$/.exec(code) ?? [];
  if (stored) return names.has(stored) ? `${place}f32_of(${stored}))` : undefined;
  const [, changed, sign, by] = /^(var_\w+) ([-+*/])= (var_\w+)$/.exec(code) ?? [];
  if (changed) return names.has(changed) && names.has(by!) ? `${changed} = ${OPERATIONS[sign!]}(${changed}, ${by})` : undefined;
  const [, target, value] = /^(var_\w+) = (.*)$/.exec(code) ?? [];
  if (target === undefined) return undefined;
  const translated = names.has(target) ? numberValue(value!, names, parameters) : integerValue(value!, names);
  return translated && `${target} = ${translated}`;
}

function numberValue(value: string, names: ReadonlySet<string>, parameters: ReadonlySet<string>): string | undefined {
  if (names.has(value)) return value;
  if (parameters.has(value) || /^-?\d[\d.]*(?:e[+-]\d+)?f$/.test(value) || /^f32_load\(.*\)$/.test(value)) return `number_of(${value})`;
  const [, left, sign, right] = /^(var_\w+) ([-+*/]) (var_\w+)$/.exec(value) ?? [];
  if (left) return names.has(left) && names.has(right!) ? `${OPERATIONS[sign!]}(${left}, ${right})` : undefined;
  const [, negated] = /^-\((var_\w+)\)$/.exec(value) ?? [];
  if (negated) return names.has(negated) ? `number_neg(${negated})` : undefined;
  const [, integer] = /^\(f32\)\(s32\)\((var_\w+)\)$/.exec(value) ?? [];
  if (integer) return `number_of_s32((s32)${integer})`;
  const [, called, argument] = /^(wasm_sqrtf|wasm_fabsf|f32_reinterpret_i32)\((var_\w+)\)$/.exec(value) ?? [];
  if (called === "f32_reinterpret_i32") return `number_of_bits(${argument})`;
  if (called) return names.has(argument!) ? `${called === "wasm_sqrtf" ? "number_sqrt" : "number_abs"}(${argument})` : undefined;
  const call = /^module_\w+\((.*)\)$/.exec(value);
  return call ? `number_of(${value.replace(/\bvar_\w+/g, (name) => (names.has(name) ? `f32_of(${name})` : name))})` : undefined;
}

/** What integers are computed from floats: their bits. */
function integerValue(value: string, names: ReadonlySet<string>): string | undefined {
  const [, float] = /^i32_reinterpret_f32\((var_\w+)\)$/.exec(value) ?? [];
  return float && names.has(float) ? `bits_of(${float})` : undefined;
}
