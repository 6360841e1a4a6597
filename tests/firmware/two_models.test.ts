/**
 * `build --firmware --prefix`: two models in one program. hosts/two-models as CMake, ESP-IDF, Zephyr and Arduino compile it, with the stand-ins of
 * packaging/; every program returns the bits of both models.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { Instance } from "../module/instance.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { shippedBuild, writePrefixedFirmware, writeShippedFirmware } from "../support/shipped_build.js";
import { voice } from "../support/sounds.js";
import { answerAt, buildSketch } from "./arduino_sketch.js";
import { type Built, cmake, skipCMake } from "./cmake_build.js";
import { missingPrograms, skipHost } from "./cortex_m_make.js";
import { readBuildFiles, skipPython } from "./read_build_files.js";
import { bytesOf, FIXTURES, quiet, skipCompiler, tree } from "./workplace.js";

/** Prefix -> model, as hosts/two-models/README.md says. */
const MODELS = { big: "full", small: "micro" } as const;
const PREFIXES = ["big", "small"] as const;

const EXAMPLES = join(repositoryRoot, "hosts", "two-models");
const sound = readPcmWav(join(repositoryRoot, "examples", "speech.wav"));

let work: string;
const written = (prefix: string): string => join(work, prefix);
const sourceOf = (prefix: string): string => join(written(prefix), "src", `${prefix}_light_sernet.c`);

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-two-models-"));
  for (const prefix of PREFIXES) await writePrefixedFirmware(written(prefix), MODELS[prefix], prefix);
});
after(() => rmSync(work, { recursive: true, force: true }));

/** A copy of hosts/two-models, with the written folders where a project has them and the sound where one needs it: the project's folder. */
function project(name: string, places: string, soundFile?: string): string {
  const folder = join(work, name);
  cpSync(EXAMPLES, folder, { recursive: true });
  for (const prefix of PREFIXES) cpSync(written(prefix), join(folder, name, places, prefix), { recursive: true });
  if (soundFile !== undefined) writeFileSync(join(folder, name, soundFile), bytesOf(sound));
  return join(folder, name);
}

/** Builds in a folder of the project. */
const build = (source: string, definitions: readonly string[] = [], environment: readonly string[] = []): Promise<Built> =>
  cmake(source, join(source, "build"), definitions, environment);

/** A program with both_models.c says what Node says of the sound, of both models. */
async function assertAnswersOfBoth(program: string, input?: Uint8Array): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, [], input ? { input } : {});
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const expected: unknown[] = [];
  for (const prefix of PREFIXES) {
    const recognizer = await createRecognizer({ model: MODELS[prefix], long: "center" });
    const { model, label, logits } = recognizer.classify(sound, { sampleRate: 16000 });
    expected.push({ model: model.id, label, logits: Object.values(logits!) });
    recognizer.close();
  }
  assert.notDeepEqual(expected[0], expected[1]);
  assert.deepEqual(
    lines(stdout).map((line) => JSON.parse(line) as unknown),
    expected,
  );
}

test("CMake", { skip: skipCMake }, async () => {
  const { folder } = await build(project("cmake", ""), ["-DCMAKE_C_FLAGS=-Wall -Wextra -Wconversion -Werror"]);
  await assertAnswersOfBoth(join(folder, "two_models"), bytesOf(sound));
});

test("CMake, with link-time optimization, one model unchecked", { skip: skipCMake }, async () => {
  const flags = "-DCMAKE_C_FLAGS=-O2 -flto=auto -Wall -Wextra -Werror";
  const { folder, commands } = await build(project("cmake", ""), [flags, "-DSMALL_LIGHT_SERNET_UNCHECKED=ON"]);
  const unchecked = [...commands].filter(([, command]) => command.includes("_UNCHECKED")).map(([file]) => file);
  assert.deepEqual(unchecked, ["small_light_sernet.c"]);
  await assertAnswersOfBoth(join(folder, "two_models"), bytesOf(sound));
});

test("ESP-IDF: two components, each read twice", { skip: skipCMake }, async () => {
  const source = project("esp-idf", "components", "main/sound.raw");
  const requirements = join(source, "requirements.cmake");
  cpSync(join(FIXTURES, "esp-idf", "requirements.cmake"), requirements);
  for (const prefix of PREFIXES) await quiet("cmake", `-DCOMPONENT=${prefix}`, "-P", requirements);
  const { folder } = await build(source, [], [`IDF_PATH=${join(FIXTURES, "esp-idf")}`]);
  await assertAnswersOfBoth(join(folder, "two_models"));
});

test("Zephyr: two modules", { skip: skipCMake }, async () => {
  const { folder } = await build(project("zephyr", "", "sound.raw"), [], [`ZEPHYR_BASE=${join(FIXTURES, "zephyr", "package")}`]);
  await assertAnswersOfBoth(join(folder, "zephyr_program"));
});

test("Zephyr: Kconfig knows the settings of both", { skip: skipPython }, () => {
  const settings = lines(readFileSync(join(EXAMPLES, "zephyr", "prj.conf"), "utf8")).filter((line) => line.includes("LIGHT_SERNET"));
  const { warnings, symbols } = readBuildFiles(PREFIXES.map(written), settings.join(",")).kconfig[0]!;
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    symbols.map(({ name, value }) => `${name}=${value}`),
    ["BIG_LIGHT_SERNET=y", "BIG_LIGHT_SERNET_UNCHECKED=n", "SMALL_LIGHT_SERNET=y", "SMALL_LIGHT_SERNET_UNCHECKED=n"],
  );
});

test("Arduino: two libraries, a sketch that feeds both", { skip: skipCompiler }, async () => {
  for (const prefix of PREFIXES)
    assert.match(readFileSync(join(written(prefix), "library.properties"), "utf8"), new RegExp(`^name=${prefix}-light-sernet$`, "m"));
  const program = await buildSketch(join(work, "arduino"), {
    folder: join(EXAMPLES, "arduino", "TwoModels"),
    main: "two_models.cpp",
    libraries: Object.fromEntries(PREFIXES.map((prefix) => [written(prefix), `${prefix}_light_sernet.c`])),
  });
  const sketch = readFileSync(join(EXAMPLES, "arduino", "TwoModels", "TwoModels.ino"), "utf8");
  const level = Number(/\bLEVEL = (\d+);/.exec(sketch)![1]);
  const sounds = [voice(48000), voice(48000, 16000, 3)];
  const answers = await Promise.all(PREFIXES.map((prefix) => answersAt(level, MODELS[prefix], sounds)));
  const expected = sounds.flatMap((_, index) => [
    ...PREFIXES.map((prefix, model) => `${prefix}: ${answers[model]![index]!.label}`),
    ...answers.map((ofModel) => ofModel[index]!.logits.join(" ")),
  ]);
  const { code, stdout, stderr } = await runProgram(program, [String(sounds.length)], { input: Buffer.concat(sounds.map(bytesOf)) });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.deepEqual(lines(stdout), expected);
});

/** What a model says in Node of sounds of the window's length, at a level. */
async function answersAt(
  level: number,
  model: "full" | "micro",
  sounds: readonly Int16Array[],
): Promise<{ label: string; logits: number[] }[]> {
  const { out } = await shippedBuild(model);
  const node = await Instance.create(new Uint8Array(readFileSync(join(out, "light-sernet.wasm"))));
  const { classes } = JSON.parse(readFileSync(join(out, "model.json"), "utf8")) as { classes: string[] };
  return sounds.map((samples) => {
    const { label, logits } = answerAt(node, level, samples);
    return { label: classes[label]!, logits: [...logits] };
  });
}

test("every symbol, macro and file begins with the prefix", { skip: skipCompiler || missingPrograms({ nm: "binutils" }) }, async () => {
  for (const prefix of PREFIXES) {
    const object = join(work, `${prefix}.o`);
    await quiet("gcc", "-std=c99", "-O0", "-c", sourceOf(prefix), "-o", object);
    const { stdout: symbols } = await quiet("nm", "--extern-only", "--defined-only", "--format=just-symbols", object);
    assert.ok(lines(symbols).length > 50);
    for (const symbol of lines(symbols)) assert.ok(symbol.startsWith(`${prefix}_`), symbol);
    for (const name of tree(join(written(prefix), "src"))) assert.ok(name.startsWith(`${prefix}_light_sernet`), name);

    const macros = async (text: string): Promise<string[]> => {
      const file = join(work, "macros.c");
      writeFileSync(file, text);
      const { code, stdout } = await runProgram("gcc", ["-std=c99", "-dM", "-E", "-I", join(written(prefix), "src"), file]);
      assert.equal(code, 0);
      return lines(stdout).map((line) => /^#define (\w+)/.exec(line)![1]!);
    };
    const standard = await macros("#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n");
    const own = (await macros(`#include "${prefix}_light_sernet.h"\n`)).filter((name) => !standard.includes(name));
    assert.ok(own.length > 10);
    for (const name of own) assert.ok(name.startsWith(`${prefix.toUpperCase()}_`), name);
  }
});

test("a model with a prefix beside one without, on a Cortex-M4F: no symbol twice", { skip: skipHost("cortex-m") }, async () => {
  const plain = join(work, "plain");
  await writeShippedFirmware(plain, "full");
  const objects: string[] = [];
  for (const file of [join(plain, "src", "light_sernet.c"), ...PREFIXES.map(sourceOf)]) {
    objects.push(`${file}.o`);
    const core = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"];
    await quiet("arm-none-eabi-gcc", ...core, "-O1", "-Wall", "-Werror", "-c", file, "-o", objects.at(-1)!);
  }
  await quiet("arm-none-eabi-ld", "-r", ...objects, "-o", join(work, "all.o"));
});
