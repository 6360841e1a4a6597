/**
 * `light-sernet build --firmware DIR`: the folder as projects of CMake, ESP-IDF and Zephyr compile it. ESP-IDF and Zephyr themselves cannot be had here: packaging/
 * has small stand-ins of them, which do what their documentation says. CMake and the compilers are real.
 */
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { noise, voice } from "../support/sounds.js";
import { type Built, cmake, skipCMake } from "./cmake_build.js";
import { missingPrograms } from "./cortex_m_make.js";
import { bytesOf, FILES, FIXTURES, KCONFIG, quiet, tree, Workplace } from "./workplace.js";

const place = new Workplace();

/** A project: a copy of a fixture with the written folder at a place in it, and the main.c of ../cmake. */
function project(name: string, fixtureName: string, at: string): string {
  const folder = join(place.work, name);
  cpSync(join(FIXTURES, fixtureName), folder, { recursive: true });
  cpSync(join(FIXTURES, "cmake", "main.c"), join(folder, "main.c"));
  cpSync(place.written, join(folder, at), { recursive: true });
  return folder;
}

/** Builds in a folder of that name. */
const build = (source: string, name: string, ...definitions: string[]): Promise<Built> =>
  cmake(source, join(place.work, name), definitions);

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
  assert.deepEqual(tree(place.written), FILES);
  for (const name of FILES) assert.doesNotMatch(place.text(name), /@[A-Z_]+@/, name);
  const state = /^#define LSN_STATE_BYTES (\d+)$/m.exec(place.text("src/light_sernet.h"))![1]!;
  assert.match(place.text("README.md"), new RegExp(`needs ${state} bytes of RAM`));
  assert.equal(place.text("LICENSE"), readFileSync(join(repositoryRoot, "LICENSE"), "utf8"));
});

for (const unchecked of [false, true]) {
  const name = unchecked ? "-DLIGHT_SERNET_UNCHECKED=ON, optimized" : "as it comes";
  test(`CMake, ${name}: add_subdirectory() and target_link_libraries() are all`, { skip: skipCMake }, async () => {
    const source = project(`consumer-${unchecked}`, "cmake", "light-sernet");
    const definitions = unchecked ? ["-DLIGHT_SERNET_UNCHECKED=ON", "-DCMAKE_BUILD_TYPE=Release"] : [];
    const { folder, commands } = await build(source, `built-${unchecked}`, ...definitions);
    assertFloatOptions(commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("light_sernet.c")), unchecked, commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("main.c")), false, "the choice is the library's own");
    for (const program of ["consumer", "consumer_cpp"]) await assertAnswersOfNode(join(folder, program));
    // The other way round, after a change of mind: the option is kept in CMake's cache, and what depends on it is built again.
    const changed = await build(source, `built-${unchecked}`, `-DLIGHT_SERNET_UNCHECKED=${unchecked ? "OFF" : "ON"}`);
    assert.equal(isUnchecked(changed.commands.get("light_sernet.c")), !unchecked);
  });
}

/** A project of these languages that uses the written folder in place. */
function buildElsewhere(name: string, languages: string): Promise<Built> {
  const source = join(place.work, name);
  cpSync(join(FIXTURES, "cmake"), source, { recursive: true });
  writeFileSync(
    join(source, "CMakeLists.txt"),
    `cmake_minimum_required(VERSION 3.13)
project(${name} LANGUAGES ${languages})
add_subdirectory("${place.written}" light-sernet)
add_executable(program main.cpp)
target_link_libraries(program PRIVATE light_sernet)
`,
  );
  return build(source, `built-${name}`);
}

test("CMake: the folder is outside the project, and stays unchanged", { skip: skipCMake }, async () => {
  const { folder } = await buildElsewhere("elsewhere", "C CXX");
  await assertAnswersOfNode(join(folder, "program"));
  assert.deepEqual(tree(place.written), FILES);
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
  const { folder } = await build(place.written, "built-cortex-m", ...cross, ...compiler, flags);
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
  const { folder, commands } = await build(source, "built-esp-idf");
  assertFloatOptions(commands.get("light_sernet.c"));
  assert.equal(isUnchecked(commands.get("light_sernet.c")), false);
  await assertAnswersOfNode(join(folder, "app"));
});

test("Zephyr: the module's CMakeLists.txt with every setting", { skip: skipCMake }, async () => {
  const source = project("zephyr", "zephyr", "module");
  const folderOfModule = /^ {2}cmake: (\S+)$/m.exec(place.text("zephyr/module.yml"))![1]!;
  const buildWith = (name: string, settings: string) =>
    build(
      source,
      name,
      `-DMODULE_CMAKE=${folderOfModule}`,
      ...settings
        .split(",")
        .filter(Boolean)
        .map((setting) => `-D${setting}`),
    );
  for (const [name, settings] of Object.entries({ nothing: KCONFIG.nothing, uncheckedAlone: KCONFIG.uncheckedAlone })) {
    const { configured, commands } = await buildWith(`built-zephyr-${name}`, settings);
    assert.match(configured, /libraries: \[\]/);
    assert.equal(commands.size, 0);
  }
  for (const [name, settings] of Object.entries({ on: KCONFIG.on, unchecked: KCONFIG.unchecked })) {
    const { folder, configured, commands } = await buildWith(`built-zephyr-${name}`, settings);
    assert.match(configured, /libraries: \[light_sernet\]/);
    assertFloatOptions(commands.get("light_sernet.c"));
    assert.equal(isUnchecked(commands.get("light_sernet.c")), name === "unchecked");
    assert.equal(isUnchecked(commands.get("main.c")), false);
    await assertAnswersOfNode(join(folder, "app"));
  }
});
