/**
 * Installs what our module is compared with: packages of npm and PyPI into .bench/, and models that the official converters make there.
 *
 * The packages of bench/peers are not dependencies of the workspace, so that `npm ci` stays quick: onnxruntime-web alone would add 140 MB to it.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { importModel } from "../../ts-tools/import/import_model.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import { missingPeerModels, peerModelFolder, writeNetwork } from "./peer_models.js";
import { benchFolder, environmentPython, peersFolder } from "./places.js";
import { representativeMfccs } from "./representative.js";

/** The environment variable that names the Python to use. */
const PYTHON_VARIABLE = "LIGHT_SERNET_PYTHON";
/** TensorFlow's newest release that our converter's pins know has wheels up to 3.12; the newest NumPy needs 3.11. */
const PYTHONS = ["python3.12", "python3.11", "python3", "/usr/bin/python3"];

/** `model` is a built model, for the MFCCs of the shipped sounds; `source` the float model. Finished steps are skipped. */
export async function installPeers(model: string, source: string): Promise<void> {
  const bench = benchFolder();
  await mkdir(bench, { recursive: true });
  await installNodePackages(bench);
  const float = await importModel(source);
  const folder = peerModelFolder(bench, float);
  if (missingPeerModels(folder).length > 0) {
    const engine = await Engine.create((await loadFromFolder(model, "auto")).module);
    await writeNetwork(folder, float, await representativeMfccs(engine, path.join(packageRoot(), "examples")));
    const python = await pythonEnvironment(bench, "converter");
    say(`making the peers' models in ${folder}`);
    await command(python, ["-B", path.join(peersFolder(), "make_models.py"), folder]);
  }
  const python = await pythonEnvironment(bench, "python");
  // The first call compiles for half a minute; the result is cached.
  await command(python, ["-c", "import librosa, numpy; librosa.feature.mfcc(y=numpy.zeros(48000, numpy.float32), sr=16000)"]);
  say(`everything is in ${bench}; its folder converter is needed again only for models of other weights`);
}

async function installNodePackages(bench: string): Promise<void> {
  const wanted = path.join(peersFolder(), "package.json");
  const done = path.join(bench, "package.json");
  if (existsSync(path.join(bench, "node_modules")) && (await sameText(wanted, done))) return;
  say("installing the packages of npm");
  const part = path.join(bench, "npm");
  // In a folder of its own, moved when it is complete: npm may be interrupted at any point.
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  await copyFile(wanted, path.join(part, "package.json"));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await command(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefix", part]);
  await rm(path.join(bench, "node_modules"), { recursive: true, force: true });
  await rename(path.join(part, "node_modules"), path.join(bench, "node_modules"));
  await rename(path.join(part, "package.json"), done);
  await rm(part, { recursive: true, force: true });
}

/** A virtual environment with the packages of requirements-NAME.txt; its Python. */
async function pythonEnvironment(bench: string, name: "converter" | "python"): Promise<string> {
  const environment = path.join(bench, name);
  const requirements = path.join(peersFolder(), `requirements-${name}.txt`);
  const done = path.join(environment, "installed.txt");
  if (await sameText(requirements, done)) return environmentPython(environment);
  if (spawnSync(environmentPython(environment), ["-m", "pip", "--version"]).status !== 0) {
    await rm(environment, { recursive: true, force: true });
    await command(findPython(), ["-m", "venv", environment]);
  }
  say(`installing ${name === "converter" ? "TensorFlow and the converters" : "the native runtimes"} from PyPI`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  await command(environmentPython(environment), pip);
  await copyFile(requirements, done);
  return environmentPython(environment);
}

function findPython(): string {
  const named = process.env[PYTHON_VARIABLE];
  const check = "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))";
  const found = (named ? [named] : PYTHONS).find((python) => spawnSync(python, ["-c", check]).status === 0);
  if (found !== undefined) return found;
  throw new Error(
    named
      ? `${PYTHON_VARIABLE} names ${named}, which is not a Python 3.11 or 3.12 with venv; correct it`
      : `the peers need Python 3.11 or 3.12 with venv (Debian's package is python3-venv); install it, or name one in ${PYTHON_VARIABLE}`,
  );
}

async function sameText(first: string, second: string): Promise<boolean> {
  const text = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);
  return (await text(first)) === (await text(second));
}

/** Runs a program; what it prints goes to standard error. */
function command(program: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ["ignore", 2, 2] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            `${program} ${parameters.slice(0, 3).join(" ")} ended with code ${code} (see above); run the same command again to continue`,
          ),
        );
    });
  });
}

function say(line: string): void {
  process.stderr.write(`light-sernet: ${line}\n`);
}
