import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { EXPORTS, exportsOf, type Feature } from "../abi/exports.js";
import { NEVER_OPTIMIZE } from "../link/load_binaryen.js";
import { TARGET_FUNCTIONS, type TargetFunction } from "../link/target_functions.js";
import { GUARD } from "./guard_accesses.js";
import { withNumbers } from "./numbers.js";

/** A module as C. Everything in it is static, and exactly one file includes it. */
export interface TranslatedModule {
  /** Structure `module_instance`, tables, and a function `module_NAME(instance, ...)` for every export. */
  code: string;
  /** The passive segment: `segment_weights`. */
  weights: string;
  /** Bytes of all segments. */
  dataBytes: number;
}

/** The module's name, and wasm2c's prefix for it. */
const NAME = "light_sernet";
const OWN = "w2c_light__sernet";

/**
 * WebAssembly -> C with wasm2c. Keeps the functions, globals and data of its output and leaves out its runtime (memory that may grow, imports,
 * traps as signals, segment registers): hosts/firmware/light_sernet_runtime.h has the little that is needed.
 * The module must come from guardAccesses(); `features` are the model's.
 */
export async function translate(binary: Uint8Array, features: readonly Feature[] = []): Promise<TranslatedModule> {
  const { header, source } = await wasm2c(binary);
  const segments = dataSegments(source);
  const others = mergedExports(source, Object.keys(exportsOf(features)));
  const code = [
    "typedef struct {",
    ...globals(header).map((line) => `  ${line}`),
    "  LSN_ALIGNED module_memory memory;",
    "} module_instance;",
    "",
    ...functionDeclarations(source),
    ...others.map(({ signature }) => `${signature};`),
    "",
    ...segments.active.flatMap((segment) => [segment, ""]),
    ...initialization(source),
    "",
    ...functions(source),
    ...others.flatMap(({ signature, call }) => [`${signature} {`, `  ${call};`, "}", ""]),
  ]
    .map(renamed)
    .map(floatConstants)
    .join("\n");
  const left = /\bw2c_\w*|\bwasm_rt_\w*|\bWASM_RT_\w*|\w+_default32/.exec(code);
  if (left)
    throw new Error(`wasm2c wrote "${left[0]}", which the translation does not know; install the version of wabt that package.json names`);
  return {
    code: `${withNumbers(code)}\n`,
    weights: inWords(segments.passive),
    dataBytes: segments.bytes,
  };
}

async function wasm2c(binary: Uint8Array): Promise<{ header: string; source: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "light-sernet-"));
  try {
    const file = (name: string): string => path.join(folder, name);
    await writeFile(file("module.wasm"), binary);
    const program = path.join(path.dirname(createRequire(import.meta.url).resolve("wabt/package.json")), "bin", "wasm2c");
    const parameters = [file("module.wasm"), "--module-name", NAME, "--output", file("module.c")];
    await promisify(execFile)(process.execPath, [NEVER_OPTIMIZE, program, ...parameters]);
    return { header: await readFile(file("module.h"), "utf8"), source: await readFile(file("module.c"), "utf8") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The lines between the first line that matches `begin` and the next one that matches `end`. */
function between(text: string, begin: RegExp, end: RegExp): string[] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => begin.test(line));
  const last = lines.findIndex((line, index) => index > first && end.test(line));
  if (first < 0 || last < 0)
    throw new Error(`wasm2c's output has nothing from ${begin} to ${end}; install the version of wabt that package.json names`);
  return lines.slice(first + 1, last);
}

/** `u32 g0;` and so on. */
function globals(header: string): string[] {
  return between(header, /^typedef struct w2c_/, /^}/)
    .map((line) => line.trim())
    .filter((line) => /^(u32|u64|f32) w2c_g\d+;$/.test(line));
}

const DECLARATION = new RegExp(`^static \\w+ ${OWN}_\\w+\\(${OWN}\\*.*\\);$`);

function functionDeclarations(source: string): string[] {
  return source.split("\n").filter((line) => DECLARATION.test(line));
}

/** The arrays of the data segments: the active ones, which are copied at the start, and the passive one, which is the last. */
function dataSegments(source: string): { active: string[]; passive: string; bytes: number } {
  const arrays = [...source.matchAll(/^static const u8 (data_segment_data_\w+)\[\] = \{\n[^}]*\n\};$/gm)].map((match) => match[0]);
  const passive = arrays.pop();
  if (passive === undefined || arrays.length === 0)
    throw new Error("wasm2c's output has no data segments; install the version of wabt that package.json names");
  const bytes = [...arrays, passive].reduce((sum, array) => sum + (array.match(/\b0x/g)?.length ?? 0), 0);
  return { active: arrays, passive, bytes };
}

/** Words on a line of inWords(). */
const WORDS = 10;

/** An array of bytes as one of 32-bit words, little endian as all of the module: a file of 460 KB of weights compiles in a sixth less time. */
function inWords(array: string): string {
  const bytes = Array.from(array.matchAll(/\b0x([0-9a-f]{2})\b/g), ([, digits]) => digits as string);
  while (bytes.length % 4 !== 0) bytes.push("00");
  const words = Array.from(
    { length: bytes.length / 4 },
    (_, at) =>
      `0x${bytes
        .slice(4 * at, 4 * at + 4)
        .reverse()
        .join("")}u`,
  );
  const rows = Array.from({ length: Math.ceil(words.length / WORDS) }, (_, row) => words.slice(WORDS * row, WORDS * (row + 1)));
  const text = rows.map((row) => `  ${row.join(", ")},\n`).join("");
  return `static const u32 segment_words[] = {\n${text}};\n#define segment_weights ((const u8*)segment_words)\n`;
}

/** begin_module(): globals and active segments. */
function initialization(source: string): string[] {
  const loads = between(source, /^static void init_memories\(/, /^}/).filter((line) => line.includes("LOAD_DATA"));
  return [
    `static void begin_module(${OWN}* instance) {`,
    ...between(source, /^static void init_globals\(/, /^}/),
    "  memset(instance->memory.data, 0, sizeof instance->memory.data);",
    ...loads.map((line) =>
      line.replace(/LOAD_DATA\(instance->w2c_memory, (\d+)u, (\w+), (\d+)\);/, "memcpy(instance->memory.data + $1, $2, $3);"),
    ),
    "}",
  ];
}

/** The bodies of all functions. Those of exported functions are called NAME_0; their wrappers are left out. */
function functions(source: string): string[] {
  const lines = source.split("\n");
  const begins = new RegExp(`^\\w+ ${OWN}_(f\\d+|\\w+_0)\\(${OWN}\\* instance.*\\) \\{$`);
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    if (!begins.test(line)) continue;
    const end = lines.indexOf("}", index);
    kept.push(`static ${line}`, ...lines.slice(index + 1, end + 1), "");
    index = end;
  }
  return kept;
}

/**
 * The optimizer merges functions that do the same: classCount() of a single class and abiVersion() both return 1. wasm2c names the function after
 * its first export; here the other exports become functions that call it. Throws if an export is missing.
 */
export function mergedExports(source: string, names: readonly string[] = Object.keys(EXPORTS)): { signature: string; call: string }[] {
  return names.flatMap((name) => {
    const wrapper = new RegExp(
      `^((\\w+) ${OWN}_${name})(\\(${OWN}\\* instance.*\\)) \\{\\n[^}]*\\b(${OWN}_(\\w+)_0\\(.*\\));\\n[^}]*^\\}$`,
      "m",
    );
    const [, typeAndName, type, parameters, call, first] = wrapper.exec(source) ?? [];
    if (first === undefined)
      throw new Error(
        `the translated module has no function ${name}(), which the C sources call; install the version of wabt that package.json names`,
      );
    if (first === name) return [];
    return [{ signature: `static ${typeAndName}_0${parameters}`, call: `${type === "void" ? "" : "return "}${call}` }];
  });
}

/** wasm2c writes float32 constants as doubles of nine digits. Nine digits identify the float32; the suffix f makes it one. */
function floatConstants(text: string): string {
  return text
    .replace(
      /^( *var_[fl]\d+ = )(-?\d[\d.]*(?:e[+-]\d+)?);$/gm,
      (_, place, digits) => `${place}${/[.e]/.test(digits) ? digits : `${digits}.0`}f;`,
    )
    .replace(/\b(-?)INFINITY\b/g, (_, sign) => `f32_reinterpret_i32(${sign ? "0xff800000u" : "0x7f800000u"})`);
}

/** A call of a function that hosts/firmware/light_sernet_target.h has. */
const IN_C: Record<TargetFunction, string> = {
  multiplierKind: "multiplier_kind",
  addProducts: "add_products",
  checkWeights: "check_weights",
  weightWord: "weight_word",
};
const TARGET_CALL = new RegExp(`\\bw2c_target_(${TARGET_FUNCTIONS.join("|")})\\(instance->w2c_target_instance(?:, )?`, "g");

function renamed(text: string): string {
  return text
    .replace(/\bFUNC_PROLOGUE;/g, "(void)instance;")
    .replace(/^ *FUNC_EPILOGUE;\n?/gm, "")
    .replace(TARGET_CALL, (_, name: TargetFunction) => `${IN_C[name]}(`)
    .replaceAll(`w2c_${GUARD.module}_${GUARD.base}(instance->w2c_${GUARD.module}_instance, `, "guard(")
    .replace(
      /\b(\w+)_default32\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u)?/g,
      (_, access, base, offset) => `${access}(&instance->memory, ${base}, ${offset ?? 0}`,
    )
    .replace(/\(f32\)\(s64\)\(/g, "f32_convert_i64_s((s64)")
    .replace(/^( *var_[il]\d+ = )\(u64\)(?=\(\(s64\)\w+ [<>]=? \(s64\)\w+\);$)/gm, "$1(u32)") // a comparison has 32 bits
    .replace(/\(instance->data_segment_dropped_\w+ \? 0 : (\d+)\)/g, "$1")
    .replace(/memory_init\(&instance->w2c_memory, \w+,/g, "memory_init(&instance->memory, segment_weights,")
    .replaceAll("&instance->w2c_memory", "&instance->memory")
    .replace(/\bdata_segment_data_w2c_\w+_d(\d+)\b/g, "segment_$1")
    .replace(new RegExp(`\\b${OWN}_(\\w+?)_0\\b`, "g"), "module_$1")
    .replace(new RegExp(`\\b${OWN}_(f\\d+)\\b`, "g"), "module_$1")
    .replace(new RegExp(`\\b${OWN}\\b`, "g"), "module_instance")
    .replace(/\bw2c_(g\d+)\b/g, "$1");
}
