/** What the tests of apps install: bundlers into .tools/apps, as their lock files say, and our packages into folders of apps, as npm unpacks them. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../support/paths.js";

const run = promisify(execFile);

/** quick: what `npm test` needs; heavy: what `npm run test:apps` needs besides. */
export type Tools = "quick" | "heavy";

/** The folder with node_modules of those tools, which is installed anew if the lock file has changed. No package runs a script. */
export async function installTools(tools: Tools): Promise<string> {
  const folder = join(repositoryRoot, ".tools/apps", tools);
  const source = join(repositoryRoot, "tests/apps", tools);
  const lock = readFileSync(join(source, "package-lock.json"), "utf8");
  const stamp = join(folder, "installed.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) cpSync(join(source, name), join(folder, name));
  const [program, first] = npm();
  await run(program, [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  writeFileSync(stamp, lock);
  return folder;
}

/** npm itself: a script of npm finds an older one first, from a development package. */
function npm(): [program: string, first: string[]] {
  const { npm_execpath: script } = process.env;
  return script === undefined ? ["npm", []] : [process.execPath, [script]];
}

/** Packs our packages; returns the folder with their archives. */
export function packPackages(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const staged = `${folder}-staged`;
  execFileSync(process.execPath, [join(repositoryRoot, "ts-tools/runtime/stage_package.mjs"), staged]);
  const [program, first] = npm();
  const packages = ["light-sernet", "light-sernet-inline"].map((name) => join(staged, name));
  execFileSync(program, [...first, "pack", "--silent", "--pack-destination", folder, ...packages]);
  rmSync(staged, { recursive: true });
  return folder;
}

/** Unpacks the archives into node_modules of an app. */
export function installPackages(archives: string, app: string): void {
  for (const archive of readdirSync(archives)) {
    const to = join(app, "node_modules", archive.replace(/-\d+\.\d+\.\d+.*$/, ""));
    mkdirSync(to, { recursive: true });
    execFileSync("tar", ["-xzf", join(archives, archive), "-C", to, "--strip-components=1"]);
  }
}

export function versionOf(tools: string, name: string): string {
  return (JSON.parse(readFileSync(join(tools, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
}
