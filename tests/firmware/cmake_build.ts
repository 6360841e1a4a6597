/** Projects that CMake builds. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missingPrograms } from "./cortex_m_make.js";
import { quiet, skipCompiler } from "./workplace.js";

export const skipCMake = skipCompiler || missingPrograms({ cmake: "cmake", make: "make" });

export interface Built {
  /** The folder of the programs. */
  folder: string;
  /** What CMake said. */
  configured: string;
  /** Name of a source file -> the command that compiled it. */
  commands: Map<string, string>;
}

/** Configures with CMake, whose warnings for developers are errors, with definitions (-D) and variables of the environment (NAME=VALUE), and builds in a folder. */
export async function cmake(
  source: string,
  folder: string,
  definitions: readonly string[] = [],
  environment: readonly string[] = [],
): Promise<Built> {
  const parameters = ["-S", source, "-B", folder, "-Werror=dev", "--no-warn-unused-cli", ...definitions];
  const configured = await quiet("cmake", "-E", "env", ...environment, "cmake", ...parameters);
  await quiet("cmake", "--build", folder);
  const file = join(folder, "compile_commands.json");
  const entries = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { file: string; command: string }[]) : [];
  const commands = new Map(entries.map((entry) => [entry.file.slice(entry.file.lastIndexOf("/") + 1), entry.command]));
  return { folder, configured: configured.stdout, commands };
}
