import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A third-party program that a command runs. */
export interface WantedProgram {
  /** Its possible names, the preferred one first. */
  names: readonly string[];
  /** The environment variable that may name it. */
  variable: string;
  /** Folders to look in after those of the PATH. */
  folders?: readonly string[];
  /** The message if it is missing, up to ", or name the program in VARIABLE". */
  howToGet: string;
}

/** The program's path: from the environment variable, the PATH, or one of its own folders; throws an error that says how to get it. */
export function findProgram(
  { names, variable, folders = [], howToGet }: WantedProgram,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = environment[variable];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`${variable} names ${named}, which is not a program; correct it`);
  }
  const onPath = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const files = platform === "win32" ? names.map((name) => `${name}.exe`) : names;
  const found = [...onPath, ...folders].flatMap((folder) => files.map((file) => join(folder, file))).find(isProgram);
  if (found === undefined) throw new Error(`${howToGet}, or name the program in ${variable}`);
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
