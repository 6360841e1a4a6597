/**
 * `light-sernet build --firmware DIR`: the folder as CMake, ESP-IDF, Zephyr and Arduino use it, and how it is written. ESP-IDF, Zephyr and Arduino
 * themselves cannot be had here: packaging/ has small stand-ins of them, which do what their documentation says. CMake and the compilers are real.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { buildToFolder } from "../../ts-tools/cli/build.js";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { fixtureWithScales } from "../import/model_fixtures.js";
import { Instance, ok, plainSound } from "../module/instance.js";
import { COMMAND, type CommandResult, lightSernet, lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { writeShippedFirmware } from "../support/shipped_build.js";
import { noise, voice } from "../support/sounds.js";
import { missingPrograms } from "./cortex_m_make.js";

const FILES = [
  "CMakeLists.txt",
  "LICENSE",
  "README.md",
  "examples/Classify/Classify.ino",
  "idf_component.yml",
  "library.properties",
  "model.json",
  "src/light_sernet.c",
  "src/light_sernet.h",
  "src/light_sernet_exports.h",
  "src/light_sernet_module.h",
  "src/light_sernet_runtime.h",
  "src/light_sernet_sqrt.h",
  "src/light_sernet_weights.h",
  "zephyr/CMakeLists.txt",
  "zephyr/Kconfig",
  "zephyr/module.yml",
];

const FIXTURES = join(repositoryRoot, "tests", "firmware", "packaging");
const PYTHON = join(repositoryRoot, ".venv", "bin", "python");
const SMALL_CLASSES = "a,b,c,d,e";

const skipCompiler = missingPrograms({ gcc: "gcc", "g++": "g++" });
const skipCMake = skipCompiler || missingPrograms({ cmake: "cmake", make: "make" });
const skipPython =
  spawnSync(PYTHON, ["-c", "import kconfiglib, yaml"]).status !== 0 &&
  "kconfiglib and PyYAML are not in .venv: tests/run.sh installs them, from tests/firmware/packaging/requirements.txt";

let work: string;
/** The folder of the model that ships. */
let written: string;
/** A model that is built in seconds. */
let small: string;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-packaging-"));
  written = join(work, "light-sernet");
  await writeShippedFirmware(written, "full");
  small = fixtureWithScales("tiny.keras3.keras", join(work, "small"));
});
after(() => rmSync(work, { recursive: true, force: true }));

const text = (name: string): string => readFileSync(join(written, name), "utf8");

/** Paths of the files below a folder; with folders, which end in "/", if asked for. */
function tree(folder: string, withFolders = false): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => (statSync(join(folder, name)).isDirectory() ? `${name}/` : name))
    .filter((name) => withFolders || !name.endsWith("/"))
    .sort();
}

/** Runs a program that must succeed, and say nothing of warnings. */
async function quiet(program: string, ...parameters: string[]): Promise<CommandResult> {
  const result = await runProgram(program, parameters, { environment: { LC_ALL: "C", CMAKE_EXPORT_COMPILE_COMMANDS: "ON" } });
  assert.equal(result.code, 0, `${program} ${parameters.join(" ")}\n${result.stdout}${result.stderr}`);
  assert.doesNotMatch(result.stdout + result.stderr, /warning/i);
  return result;
}

/** A project: a copy of a fixture with the written folder at a place in it, and the main.c of ../cmake. */
function project(name: string, fixtureName: string, place: string): string {
  const folder = join(work, name);
  cpSync(join(FIXTURES, fixtureName), folder, { recursive: true });
  cpSync(join(FIXTURES, "cmake", "main.c"), join(folder, "main.c"));
  cpSync(written, join(folder, place), { recursive: true });
  return folder;
}

interface Built {
  /** The folder of the programs. */
  folder: string;
  /** What CMake said. */
  configured: string;
  /** Name of a source file -> the command that compiled it. */
  commands: Map<string, string>;
}

/** Configures with CMake, whose warnings for developers are errors, and builds. */
async function cmake(source: string, name: string, ...definitions: string[]): Promise<Built> {
  const folder = join(work, name);
  const configured = await quiet("cmake", "-S", source, "-B", folder, "-Werror=dev", "--no-warn-unused-cli", ...definitions);
  await quiet("cmake", "--build", folder);
  const file = join(folder, "compile_commands.json");
  const entries = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { file: string; command: string }[]) : [];
  const commands = new Map(entries.map((entry) => [entry.file.slice(entry.file.lastIndexOf("/") + 1), entry.command]));
  return { folder, configured: configured.stdout, commands };
}

/** Bytes of int16 samples, little endian. */
const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** Runs a program with the main.c of the fixtures on a few sounds; it must say what Node says. */
async function assertAnswersOfNode(program: string): Promise<void> {
  const recognizer = await createRecognizer({ long: "center" });
  const sounds = [readPcmWav(join(repositoryRoot, "examples", "long.wav")), voice(48000, 16000, 3), noise(20000), new Int16Array(500)];
  for (const samples of sounds) {
    const { label, logits } = recognizer.classify(samples, { sampleRate: 16000 });
    const { code, stdout, stderr } = await runProgram(program, [], { input: bytesOf(samples.subarray(0, 160000)) });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(JSON.parse(stdout), { label, logits: Object.values(logits!) });
  }
  recognizer.close();
}

/** The last word on fusing is ours, whatever the project says. Nothing else is asked for. */
const assertFloatOptions = (command: string | undefined): void => {
  assert.ok(command !== undefined);
  assert.equal([...command.matchAll(/ -ffp-contract=(\w+)/g)].at(-1)?.[1], "off", command);
  assert.doesNotMatch(command, /math-errno/);
};

const isUnchecked = (command: string | undefined): boolean => {
  assert.ok(command !== undefined);
  return / -DLSN_UNCHECKED( |=1 )/.test(command);
};

test("the folder has these files, and nothing in them is left to fill in", () => {
  assert.deepEqual(tree(written), FILES);
  for (const name of FILES) assert.doesNotMatch(text(name), /@[A-Z_]+@/, name);
  const state = /^#define LSN_STATE_BYTES (\d+)$/m.exec(text("src/light_sernet.h"))![1]!;
  assert.match(text("README.md"), new RegExp(`needs ${state} bytes of RAM`));
  assert.equal(text("LICENSE"), readFileSync(join(repositoryRoot, "LICENSE"), "utf8"));
});

for (const unchecked of [false, true]) {
  const name = unchecked ? "-DLIGHT_SERNET_UNCHECKED=ON, optimized" : "as it comes";
  test(`CMake, ${name}: add_subdirectory() and target_link_libraries() are all`, { skip: skipCMake }, async () => {
    const source = project(`consumer-${unchecked}`, "cmake", "light-sernet");
    const definitions = unchecked ? ["-DLIGHT_SERNET_UNCHECKED=ON", "-DCMAKE_BUILD_TYPE=Release"] : [];
    const { folder, commands } = await cmake(source, `built-${unchecked}`, ...definitions);
    assertFloatOptions(commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("light_sernet.c")), unchecked, commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("main.c")), false, "the choice is the library's own");
    for (const program of ["consumer", "consumer_cpp"]) await assertAnswersOfNode(join(folder, program));
    // The other way round, after a change of mind: the option is kept in CMake's cache, and what depends on it is built again.
    const changed = await cmake(source, `built-${unchecked}`, `-DLIGHT_SERNET_UNCHECKED=${unchecked ? "OFF" : "ON"}`);
    assert.equal(isUnchecked(changed.commands.get("light_sernet.c")), !unchecked);
  });
}

/** A project of these languages that uses the written folder in place. */
function buildElsewhere(name: string, languages: string): Promise<Built> {
  const source = join(work, name);
  cpSync(join(FIXTURES, "cmake"), source, { recursive: true });
  writeFileSync(
    join(source, "CMakeLists.txt"),
    `cmake_minimum_required(VERSION 3.13)
project(${name} LANGUAGES ${languages})
add_subdirectory("${written}" light-sernet)
add_executable(program main.cpp)
target_link_libraries(program PRIVATE light_sernet)
`,
  );
  return cmake(source, `built-${name}`);
}

test("CMake: the folder is outside the project, and stays unchanged", { skip: skipCMake }, async () => {
  const { folder } = await buildElsewhere("elsewhere", "C CXX");
  await assertAnswersOfNode(join(folder, "program"));
  assert.deepEqual(tree(written), FILES);
});

test("CMake: a project of C++ alone", { skip: skipCMake }, async () => {
  const { folder } = await buildElsewhere("cpp", "CXX");
  await assertAnswersOfNode(join(folder, "program"));
});

const skipCross = skipCMake || missingPrograms({ "arm-none-eabi-gcc": "gcc-arm-none-eabi" });

test("CMake for a Cortex-M, as firmware projects call it", { skip: skipCross }, async () => {
  const cross = ["Generic", "arm"].map((value, index) => `-DCMAKE_SYSTEM_${["NAME", "PROCESSOR"][index]}=${value}`);
  const compiler = ["-DCMAKE_C_COMPILER=arm-none-eabi-gcc", "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY"];
  const flags = "-DCMAKE_C_FLAGS=-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -Wall -Wextra -Werror";
  const { folder } = await cmake(written, "built-cortex-m", ...cross, ...compiler, flags);
  const { stdout } = await quiet("arm-none-eabi-nm", "--undefined-only", "--format=just-symbols", join(folder, "liblight_sernet.a"));
  const needed = lines(stdout).filter((name) => /^\w+$/.test(name));
  // What the firmware's C library and libgcc must have: nothing that allocates, prints or waits.
  assert.deepEqual(
    needed.filter((name) => !/^(mem(cpy|set|move)|sqrtf|__aeabi_\w+)$/.test(name)),
    [],
  );
});

test("ESP-IDF: both readings of the component's CMakeLists.txt", { skip: skipCMake }, async () => {
  const source = project("esp-idf", "esp-idf", "components/light-sernet");
  await quiet("cmake", "-P", join(source, "requirements.cmake"));
  const { folder, commands } = await cmake(source, "built-esp-idf");
  assertFloatOptions(commands.get("light_sernet.c"));
  assert.equal(isUnchecked(commands.get("light_sernet.c")), false);
  await assertAnswersOfNode(join(folder, "app"));
});

interface BuildFiles {
  yaml: Record<string, Record<string, unknown>>;
  kconfig: { warnings: string[]; symbols: { name: string; type: string; prompt: string | null; help: string | null; value: string }[] }[];
}

/** What YAML's and Kconfig's own tools read in the folder. Every configuration is a list of settings. */
function buildFiles(...configurations: string[]): BuildFiles {
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(FIXTURES, "read_build_files.py"), written, ...configurations], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as BuildFiles;
}

test("ESP-IDF: idf_component.yml", { skip: skipPython }, () => {
  const manifest = buildFiles().yaml["idf_component.yml"]!;
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { version: string };
  // For a component in components/ none is required; the registry requires the version, as a text, and the license.
  assert.equal(manifest.version, version);
  assert.match(version, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  assert.ok(typeof manifest.description === "string" && manifest.description.length > 10);
  assert.equal(manifest.license, "MIT");
  const known = ["version", "description", "license", "url", "repository", "documentation", "issues", "discussion", "tags", "targets"];
  for (const name of Object.keys(manifest)) assert.ok([...known, "dependencies", "maintainers", "files", "examples"].includes(name), name);
});

test("Zephyr: module.yml names what is there", { skip: skipPython }, () => {
  const module = buildFiles().yaml["zephyr/module.yml"]!;
  assert.deepEqual(Object.keys(module), ["name", "build"]);
  assert.equal(module.name, "light-sernet");
  const { cmake: folder, kconfig, ...rest } = module.build as Record<string, string>;
  assert.deepEqual(rest, {});
  // As Zephyr's scripts/zephyr_module.py demands: a folder with a CMakeLists.txt, and a file, both from the module's folder.
  assert.ok(existsSync(join(written, folder!, "CMakeLists.txt")));
  assert.ok(statSync(join(written, kconfig!)).isFile());
});

const KCONFIG = {
  nothing: "",
  on: "CONFIG_LIGHT_SERNET=y",
  unchecked: "CONFIG_LIGHT_SERNET=y,CONFIG_LIGHT_SERNET_UNCHECKED=y",
  uncheckedAlone: "CONFIG_LIGHT_SERNET_UNCHECKED=y",
};

test("Zephyr: Kconfig, as kconfiglib reads it", { skip: skipPython }, () => {
  const [nothing, on, unchecked, alone] = buildFiles(...Object.values(KCONFIG)).kconfig;
  const values = (read: BuildFiles["kconfig"][number] | undefined) => read?.symbols.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(values(nothing), ["LIGHT_SERNET=n", "LIGHT_SERNET_UNCHECKED=n"]);
  assert.deepEqual(values(on), ["LIGHT_SERNET=y", "LIGHT_SERNET_UNCHECKED=n"]);
  assert.deepEqual(values(unchecked), ["LIGHT_SERNET=y", "LIGHT_SERNET_UNCHECKED=y"]);
  // Zephyr makes errors of warnings.
  for (const read of [nothing, on, unchecked]) assert.deepEqual(read?.warnings, []);
  for (const { type, prompt, help } of nothing!.symbols) {
    assert.equal(type, "bool");
    assert.ok(prompt && help);
  }
  assert.deepEqual(values(alone), ["LIGHT_SERNET=n", "LIGHT_SERNET_UNCHECKED=n"], "one without the other is nothing");
});

test("Zephyr: the module's CMakeLists.txt with every setting", { skip: skipCMake }, async () => {
  const source = project("zephyr", "zephyr", "module");
  const folderOfModule = /^ {2}cmake: (\S+)$/m.exec(text("zephyr/module.yml"))![1]!;
  const build = (name: string, settings: string) =>
    cmake(
      source,
      name,
      `-DMODULE_CMAKE=${folderOfModule}`,
      ...settings
        .split(",")
        .filter(Boolean)
        .map((setting) => `-D${setting}`),
    );
  for (const [name, settings] of Object.entries({ nothing: KCONFIG.nothing, uncheckedAlone: KCONFIG.uncheckedAlone })) {
    const { configured, commands } = await build(`built-zephyr-${name}`, settings);
    assert.match(configured, /libraries: \[\]/);
    assert.equal(commands.size, 0);
  }
  for (const [name, settings] of Object.entries({ on: KCONFIG.on, unchecked: KCONFIG.unchecked })) {
    const { folder, configured, commands } = await build(`built-zephyr-${name}`, settings);
    assert.match(configured, /libraries: \[light_sernet\]/);
    assertFloatOptions(commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("light_sernet.c")), name === "unchecked");
    assert.equal(isUnchecked(commands.get("main.c")), false);
    await assertAnswersOfNode(join(folder, "app"));
  }
});

test("Arduino: library.properties", () => {
  const fields = new Map(lines(text("library.properties")).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const required = ["name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures"];
  assert.deepEqual([...fields.keys()].sort(), [...required, "includes"].sort());
  // The specification requires url, too, "for a person to visit". The IDE reads a library without; Library Manager would refuse it (its linter's
  // rule LP056), so that it must be there before this library is published as one.
  for (const name of required.filter((field) => field !== "url")) assert.notEqual(fields.get(name), "", name);
  assert.match(fields.get("name")!, /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}$/);
  assert.match(fields.get("version")!, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  const categories = ["Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage"];
  assert.ok([...categories, "Data Processing", "Other"].includes(fields.get("category")!));
  assert.ok(existsSync(join(written, "src", fields.get("includes")!)));
});

/** The sketch, built once for all: its program. */
let sketch: Promise<string> | undefined;

/** As the Arduino builder does: every source file below src/, and the sketch, with src/ alone on the include path. */
async function buildSketch(): Promise<string> {
  const folder = join(work, "arduino");
  mkdirSync(folder);
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Os", "-ffunction-sections", "-fdata-sections", "-I", join(written, "src")];
  const sources = tree(join(written, "src")).filter((name) => name.endsWith(".c"));
  assert.deepEqual(sources, ["light_sernet.c"]);
  const [library, program] = [join(folder, "library.o"), join(folder, "sketch")];
  await quiet("gcc", "-std=gnu11", ...warnings, "-c", join(written, "src", sources[0]!), "-o", library);
  const cpp = [
    "-std=gnu++11",
    "-fno-exceptions",
    "-fno-rtti",
    "-I",
    join(FIXTURES, "arduino"),
    "-I",
    join(written, "examples", "Classify"),
  ];
  await quiet("g++", ...cpp, ...warnings, join(FIXTURES, "arduino", "sketch.cpp"), library, "-o", program);
  return program;
}

/** What goes wrong on the first sound, as packaging/arduino/Arduino.h has it. */
interface Port {
  deaf?: number;
  late?: number;
  lost?: number;
}

/** Sends sounds to the sketch as it requests them; its answers must be what Node says at the sketch's level. */
async function assertSketchAsNode({ deaf = 0, late = 0, lost = -1 }: Port): Promise<void> {
  sketch ??= buildSketch();
  const program = await sketch;
  const level = Number(/\bLEVEL = (\d+);/.exec(text("examples/Classify/Classify.ino"))![1]);
  const count = Number(/\bSAMPLES = (\d+);/.exec(text("examples/Classify/Classify.ino"))![1]);
  assert.equal(count, 48000);
  const long = readPcmWav(join(repositoryRoot, "examples", "long.wav"));
  const sounds = [long.slice(16000, 16000 + count), voice(count), voice(count, 16000, 3), noise(count, 3000), new Int16Array(count)];

  const node = await Instance.create(new Uint8Array(readFileSync(join(repositoryRoot, "build", "light-sernet.wasm"))));
  const { classes } = JSON.parse(text("model.json")) as { classes: string[] };
  const expected = sounds.flatMap((samples) => {
    const sound = plainSound("", samples);
    node.setInput(sound);
    ok(node.exports.start(level, count), "start");
    node.pushAll(sound);
    ok(node.exports.finish(), "finish");
    const { label, accepted, logits } = node.answer();
    return [accepted ? classes[label]! : "uncertain", logits.join(" ")];
  });
  const input = Buffer.concat(sounds.map(bytesOf));
  const failures = late > 0 || lost >= 0 ? 1 : 0;
  const parameters = [sounds.length + failures, deaf, late, lost].map(String);
  const { code, stdout, stderr } = await runProgram(program, parameters, { input });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.ok(new Set(expected).size >= 6, "sounds of different labels");
  if (failures > 0) expected.unshift("a piece of the sound is missing or came late; all of it again", "no result");
  assert.deepEqual(lines(stdout), expected);
}

test("Arduino: the sketch on 48,000 samples from the serial port, which it requests in pieces", { skip: skipCompiler }, async () => {
  for (const deaf of [0, 5]) await assertSketchAsNode({ deaf });
});

test("Arduino: a byte of a sound is lost; the sketch says so, and that sound and the others are answered", {
  skip: skipCompiler,
}, async () => {
  // Of the mark, the number and the samples of a first, a middle and the last piece.
  for (const lost of [0, 2, 131, 132, 40_001, 750 * 132 - 1]) await assertSketchAsNode({ lost });
});

test("Arduino: a sender that answers a second late, and so twice", { skip: skipCompiler }, async () => {
  for (const late of [1, 2, 5]) await assertSketchAsNode({ late });
});

test("the same model is built to the same bytes in any folder and beside any other model", async () => {
  const elsewhere = join(work, "some", "where");
  const temporary = join(work, "temporary");
  for (const folder of [elsewhere, temporary]) mkdirSync(folder, { recursive: true });
  const source = relative(elsewhere, join(repositoryRoot, "weights", "full"));
  const { code, stdout, stderr } = await lightSernet(["build", source, "--out", "out", "--firmware", "c"], {
    folder: elsewhere,
    environment: { TMPDIR: temporary, TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8" },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^out, c: /);
  assert.deepEqual(tree(join(elsewhere, "c")), FILES);
  for (const name of FILES) assert.equal(readFileSync(join(elsewhere, "c", name), "utf8"), text(name), name);
  assert.ok(existsSync(join(elsewhere, "out", "light-sernet.wasm")));
  assert.deepEqual(tree(temporary, true), [], "nothing of the translation is left");
});

test("no file names a path of this machine", () => {
  const paths = [repositoryRoot, work, tmpdir(), homedir(), dirname(process.execPath)].filter((path) => path !== "/");
  for (const name of FILES) {
    const content = text(name);
    for (const path of paths) assert.ok(!content.includes(`${path}/`) && !content.includes(`${path}"`), `${name} names ${path}`);
    assert.doesNotMatch(content, /(^|[\s"'`(=<])(\/(home|root|tmp|usr|var|work|opt|Users|private)\/|[A-Z]:\\)/m, name);
  }
});

/** Everything below a folder: names, and the files' bytes. */
const snapshot = (folder: string): [string, string][] =>
  tree(folder, true).map((name) => [name, name.endsWith("/") ? "" : readFileSync(join(folder, name), "latin1")]);

const buildArguments = (folder: string): string[] => [
  "build",
  small,
  "--profile",
  "embedded",
  "--classes",
  SMALL_CLASSES,
  "--firmware",
  folder,
];

const buildSmall = (folder: string) => lightSernet(buildArguments(folder), { environment: { LC_ALL: "C" } });

/** The same without a process of its own, which would load the compiler again. */
const buildHere = (firmware: string, more: Partial<Parameters<typeof buildToFolder>[1]> = {}) =>
  buildToFolder(small, { profile: "embedded", classes: SMALL_CLASSES, firmware, ...more });

/** Exit code 1 with one sentence that matches, and nothing said to have been made. */
function assertRefused({ code, stdout, stderr }: CommandResult, sentence: RegExp): void {
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, stderr);
  assert.match(stderr, /^light-sernet: [^\n]+\n$/);
  assert.match(stderr, sentence);
}

test("refused in one sentence, nothing is written: a file where the folder should be", async () => {
  const root = join(work, "refused");
  mkdirSync(root);
  writeFileSync(join(root, "file"), "mine");
  const before = snapshot(root);
  assertRefused(await buildSmall(join(root, "file")), /refused\/file: there is a file where a folder is needed; choose another place$/m);
  assert.deepEqual(snapshot(root), before);
});

test("refused in one sentence: where no folder can be made", { skip: !existsSync("/proc/self") && "no /proc here" }, async () => {
  assertRefused(
    await buildSmall("/proc/light-sernet"),
    /^light-sernet: \/proc\/light-sernet: this folder cannot be made here; choose another place$/m,
  );
});

/** Root may write everywhere: the command then runs as nobody, where nobody can read the package. */
function asOther(program: string, parameters: readonly string[]): { command: string; parameters: string[] } | string {
  if (process.getuid?.() !== 0) return { command: program, parameters: [...parameters] };
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  const able = spawnSync("setpriv", [...nobody, program, COMMAND, "--version"]).status === 0;
  return able
    ? { command: "setpriv", parameters: [...nobody, program, ...parameters] }
    : "root may write everywhere, and nobody cannot run this";
}

test("refused in one sentence, nothing is written: a folder that may not be written to", async (t) => {
  const folder = join(work, "read-only");
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src", "light_sernet.h"), "of an older build");
  t.after(() => chmodSync(folder, 0o755));
  chmodSync(folder, 0o555);
  chmodSync(work, 0o755);
  const before = snapshot(folder);
  for (const place of [folder, join(folder, "below")]) {
    const other = asOther(process.execPath, [COMMAND, ...buildArguments(place)]);
    if (typeof other === "string") return t.skip(other);
    assertRefused(
      await runProgram(other.command, other.parameters),
      /read-only\/(src\/light_sernet\.h|below): it cannot be opened \(permission denied\)/,
    );
    assert.deepEqual(snapshot(folder), before);
  }
});

test("refused in one sentence, before anything is built: a folder with somebody else's files", async () => {
  const folder = join(work, "project");
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const name of ["README.md", "CMakeLists.txt", "src/main.c"]) writeFileSync(join(folder, name), "mine");
  const before = snapshot(folder);
  assertRefused(await buildSmall(folder), /project has files that are not from an earlier --firmware build .*; choose an empty folder$/m);
  assert.deepEqual(snapshot(folder), before);
  const empty = join(work, "empty-folder");
  mkdirSync(empty);
  assert.equal((await buildSmall(empty)).code, 0);
});

interface Blocked {
  before: [string, string][];
  after: [string, string][];
  result: CommandResult;
}

let blocked: Promise<Blocked> | undefined;

/** The command on a folder of an older build with a folder where a file is needed. */
async function buildBlocked(): Promise<Blocked> {
  const folder = join(work, "blocked");
  mkdirSync(join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "README.md"));
  writeFileSync(join(folder, "src", "light_sernet.h"), "of an older build");
  writeFileSync(join(folder, "mine.txt"), "mine");
  const before = snapshot(folder);
  const result = await buildSmall(folder);
  return { before, after: snapshot(folder), result };
}

test("refused in one sentence, no file is changed: a folder where a file is needed", async () => {
  blocked ??= buildBlocked();
  const { before, after, result } = await blocked;
  assertRefused(result, /README\.md is a folder where a file is needed; remove it, or choose another place$/m);
  const files = (all: [string, string][]) => all.filter(([name]) => !name.endsWith("/"));
  assert.deepEqual(files(after), files(before));
});

test("and no folder is left that was not there before", async () => {
  blocked ??= buildBlocked();
  const { before, after } = await blocked;
  assert.deepEqual(after, before);
});

test("a folder of an older build gets the new files and keeps what is not the command's; the profile makes no difference", async () => {
  const folder = join(work, "again");
  await buildHere(folder, { profile: "host" });
  const before = snapshot(folder);
  writeFileSync(join(folder, "src", "light_sernet.c"), "#error damaged\n");
  mkdirSync(join(folder, "src", "mine"));
  writeFileSync(join(folder, "src", "mine", "mine.c"), "int mine;\n");
  await buildHere(folder);
  const added = snapshot(folder).filter(([name]) => name.startsWith("src/mine"));
  assert.deepEqual(added, [
    ["src/mine/", ""],
    ["src/mine/mine.c", "int mine;\n"],
  ]);
  assert.deepEqual(
    snapshot(folder).filter(([name]) => !name.startsWith("src/mine")),
    before,
  );
});

test("nowhere to write to: exit code 2 and a sentence", async () => {
  const { code, stdout, stderr } = await lightSernet(["build", "x"]);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, /^light-sernet: nowhere to write to; add --out DIR, --firmware DIR or both\n\("light-sernet --help" [^\n]*\)\n$/);
});

/** The C sources with these names compile, and the classes and the id are what was given. */
async function assertNamesInC(name: string, id: string, classes: readonly string[]): Promise<void> {
  const folder = join(work, name);
  await buildHere(folder, { classes: classes.join(","), id });
  writeFileSync(
    join(folder, "names.c"),
    `#include <light_sernet.h>
#include <stdio.h>
static lsn_state state;
int main(void) {
  lsn_init(&state);
  printf("%s\\n%s\\n", LSN_MODEL_ID, lsn_model_id(&state));
  for (int i = 0; i < LSN_CLASSES; i++) printf("%s\\n", lsn_class_name(&state, i));
  return 0;
}
`,
  );
  const program = join(folder, "names");
  const sources = [join(folder, "names.c"), join(folder, "src", "light_sernet.c")];
  await quiet("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-I", join(folder, "src"), ...sources, "-o", program);
  const { stdout } = await runProgram(program, []);
  assert.deepEqual(lines(stdout), [id, id, ...classes]);
}

test("names with quotes, backslashes and letters of any language", { skip: skipCompiler }, async () => {
  await assertNamesInC("names", 'über "n\\t"', ["freude", '"', "\\", "怒り", "%s"]);
});

test("names that begin or end a comment in C", { skip: skipCompiler }, async () => {
  await assertNamesInC("comments", "a*/b", ["/*", "*/", "c", "d", "e"]);
});

test("names that C99 reads otherwise: trigraphs, digits after letters outside ASCII", { skip: skipCompiler }, async () => {
  await assertNamesInC("trigraphs", "what??/", ["??=", "a??'b", "???", "\u00e99", "\u00fc0"]);
});
