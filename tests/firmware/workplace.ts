/** What the tests of the generated folder share: its files, programs that must be quiet, and the folder of the model that ships. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { type CommandResult, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { writeShippedFirmware } from "../support/shipped_build.js";
import { missingPrograms } from "./cortex_m_make.js";

export const FILES = [
  "CMakeLists.txt",
  "LICENSE",
  "README.md",
  "examples/Classify/Classify.ino",
  "examples/Listen/Listen.ino",
  "idf_component.yml",
  "library.properties",
  "model.json",
  "src/light_sernet.c",
  "src/light_sernet.h",
  "src/light_sernet_exports.h",
  "src/light_sernet_float.h",
  "src/light_sernet_module.h",
  "src/light_sernet_runtime.h",
  "src/light_sernet_sqrt.h",
  "src/light_sernet_target.h",
  "src/light_sernet_weights.h",
  "zephyr/CMakeLists.txt",
  "zephyr/Kconfig",
  "zephyr/module.yml",
];

export const FIXTURES = join(repositoryRoot, "tests", "firmware", "packaging");

export const skipCompiler = missingPrograms({ gcc: "gcc", "g++": "g++" });

/** Settings of Kconfig. */
export const KCONFIG = {
  nothing: "",
  on: "CONFIG_LIGHT_SERNET=y",
  unchecked: "CONFIG_LIGHT_SERNET=y,CONFIG_LIGHT_SERNET_UNCHECKED=y",
  uncheckedAlone: "CONFIG_LIGHT_SERNET_UNCHECKED=y",
};

/** A folder for the tests of a file, which is removed after them, and in it the folder of the model that ships. */
export class Workplace {
  work = "";
  written = "";

  constructor() {
    before(async () => {
      this.work = mkdtempSync(join(tmpdir(), "light-sernet-packaging-"));
      this.written = join(this.work, "light-sernet");
      await writeShippedFirmware(this.written, "full");
    });
    after(() => rmSync(this.work, { recursive: true, force: true }));
  }

  /** Of a file of the written folder. */
  text(name: string): string {
    return readFileSync(join(this.written, name), "utf8");
  }
}

/** Paths of the files below a folder; with folders, which end in "/", if asked for. */
export function tree(folder: string, withFolders = false): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => (statSync(join(folder, name)).isDirectory() ? `${name}/` : name))
    .filter((name) => withFolders || !name.endsWith("/"))
    .sort();
}

/** Runs a program that must succeed, and say nothing of warnings. */
export async function quiet(program: string, ...parameters: string[]): Promise<CommandResult> {
  const result = await runProgram(program, parameters, { environment: { LC_ALL: "C", CMAKE_EXPORT_COMPILE_COMMANDS: "ON" } });
  assert.equal(result.code, 0, `${program} ${parameters.join(" ")}\n${result.stdout}${result.stderr}`);
  assert.doesNotMatch(result.stdout + result.stderr, /warning:/i);
  return result;
}

/** Bytes of int16 samples, little endian. */
export const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
