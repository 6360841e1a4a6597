/** Sketches, compiled as the Arduino builder does, with a stand-in of the board in packaging/arduino. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Instance, ok, plainSound } from "../module/instance.js";
import { FIXTURES, quiet, tree } from "./workplace.js";

export interface Sketch {
  /** The folder of its .ino. */
  folder: string;
  /** The file of packaging/arduino that includes it. */
  main: string;
  /** Written folders -> the name of their one C file. */
  libraries: Readonly<Record<string, string>>;
}

/** Every source file below each src/, and the sketch, with these src/ alone on the include path. Builds in a new folder; the program. */
export async function buildSketch(folder: string, sketch: Sketch): Promise<string> {
  mkdirSync(folder);
  const sources = Object.keys(sketch.libraries).map((library) => join(library, "src"));
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Os", "-ffunction-sections", "-fdata-sections"];
  const options = [...warnings, ...sources.flatMap((source) => ["-I", source])];
  const objects: string[] = [];
  for (const [library, file] of Object.entries(sketch.libraries)) {
    const source = join(library, "src");
    assert.deepEqual(
      tree(source).filter((name) => name.endsWith(".c")),
      [file],
    );
    objects.push(join(folder, `${file}.o`));
    await quiet("gcc", "-std=gnu11", ...options, "-c", join(source, file), "-o", objects.at(-1)!);
  }
  const program = join(folder, "sketch");
  const board = join(FIXTURES, "arduino");
  const cpp = ["-std=gnu++11", "-fno-exceptions", "-fno-rtti", "-I", board, "-I", sketch.folder];
  await quiet("g++", ...cpp, ...options, join(board, sketch.main), ...objects, "-o", program);
  return program;
}

/** What a module in Node says of a sound of the window's length, at a level. */
export function answerAt(node: Instance, level: number, samples: Int16Array): ReturnType<Instance["answer"]> {
  const sound = plainSound("", samples);
  node.setInput(sound);
  ok(node.exports.start(level, samples.length), "start");
  node.pushAll(sound);
  ok(node.exports.finish(), "finish");
  return node.answer();
}
