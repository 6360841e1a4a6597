/** Writes the page: one folder that any server of files serves, from any path. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { reachedFrom, withoutComments } from "./module_files.js";

const MODELS = ["micro", "full"];
const EXAMPLES = ["anger_15a04Wb.wav", "sadness_14a04Tc.wav"];

/** Where the page is written by default; git ignores it. */
export function defaultPageFolder(): string {
  return path.join(packageRoot(), "dist/page");
}

/** Makes the folder anew. Needs the compiled sources and the models in weights/. */
export function buildPage(folder: string): void {
  const root = packageRoot();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = (from: string, to: string): void => cpSync(path.join(root, from), path.join(folder, to));
  for (const name of readdirSync(path.join(root, "web/static"))) copy(`web/static/${name}`, name);
  for (const name of EXAMPLES) copy(`examples/emodb/${name}`, `examples/${name}`);
  copy("LICENSE", "LICENSE.txt");
  const modules = writeModules(path.join(root, "dist"), folder);
  writePreloads(
    path.join(folder, "index.html"),
    modules.filter(({ ofPage }) => ofPage).map(({ name }) => name),
  );
  const kept = filesIn(folder).filter((name) => name !== "LICENSE.txt");
  for (const model of MODELS)
    for (const build of MODULE_BUILDS) copy(`weights/${model}/int8/${moduleFile(build)}`, `models/${model}/${moduleFile(build)}`);
  writeServiceWorker(path.join(root, "dist/web/src/service_worker.js"), folder, kept);
}

/** All files of a folder, with their paths inside it, in order. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** The modules of page and worker, at the places where they import each other from. */
function writeModules(compiled: string, folder: string): { name: string; ofPage: boolean }[] {
  const main = path.join(compiled, "web/src/main.js");
  const worker = path.join(compiled, "web/src/worker.js");
  const ofPage = reachedFrom([main], (file) => file !== worker);
  return reachedFrom([main]).map((file) => {
    const name = path.relative(compiled, file).replaceAll("\\", "/");
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), withoutComments(readFileSync(file, "utf8")));
    return { name, ofPage: ofPage.includes(file) };
  });
}

/** Lets the browser fetch all modules at once, not one level of imports after the other. */
function writePreloads(file: string, modules: readonly string[]): void {
  const links = modules.map((name) => `<link rel="modulepreload" href="${name}">\n`).join("");
  const text = readFileSync(file, "utf8");
  const script = text.indexOf("<script ");
  writeFileSync(file, text.slice(0, script) + links.trimStart() + text.slice(script));
}

function writeServiceWorker(script: string, folder: string, kept: readonly string[]): void {
  const hash = createHash("sha256");
  for (const name of filesIn(folder)) hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
  // "./" is the page's own address; it is index.html under the name that people use.
  const page = { version: hash.digest("hex").slice(0, 16), files: ["./", ...kept] };
  const program = withoutComments(readFileSync(script, "utf8")).replace(/^export \{\};?\n?/m, "");
  writeFileSync(path.join(folder, "sw.js"), `const PAGE = ${JSON.stringify(page)};\n${program}`);
}
