/** Where the bench finds its peers. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { packageRoot } from "../../ts-tools/host/package_root.js";

export const INSTALL_PEERS = "run `npm run bench -- --install-peers`";

/** Where --install-peers puts everything; git ignores it. */
export function benchFolder(): string {
  return path.join(packageRoot(), ".bench");
}

/** The scripts and pinned versions of the peers. */
export function peersFolder(): string {
  return path.join(packageRoot(), "bench", "peers");
}

/** A folder in which Node finds a package: .bench, or bench/ with what npm ci installs; undefined when neither has it. */
export function folderWithPackage(name: string, bench = benchFolder()): string | undefined {
  return [bench, path.join(packageRoot(), "bench")].find((folder) => {
    try {
      createRequire(path.join(folder, "index.js")).resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}

/** The folder of an installed package itself. */
export function packageFolder(folder: string, name: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = path.join(at, "node_modules", name);
    if (existsSync(found)) return found;
    if (path.dirname(at) === at) throw new Error(`${name} is not installed; ${INSTALL_PEERS}`);
  }
}

/** The Python that has a package: that of .bench, or the environment of the tests; undefined when neither has it. */
export function pythonWithPackage(name: string, bench = benchFolder()): string | undefined {
  return [path.join(bench, "python"), path.join(packageRoot(), ".venv")]
    .filter((environment) => hasPythonPackage(environment, name))
    .map(environmentPython)[0];
}

/** The program of a virtual environment. */
export function environmentPython(environment: string): string {
  return process.platform === "win32" ? path.join(environment, "Scripts", "python.exe") : path.join(environment, "bin", "python");
}

function hasPythonPackage(environment: string, name: string): boolean {
  if (!existsSync(environmentPython(environment))) return false;
  const libraries = path.join(environment, "lib");
  const versions = existsSync(libraries)
    ? readdirSync(libraries).map((version) => path.join(libraries, version))
    : [path.join(environment, "Lib")];
  return versions.some((folder) => existsSync(path.join(folder, "site-packages", name)));
}
