/** Writes the page: one folder that any server of files serves, from any path. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { bundleScripts, bundleServiceWorker } from "./bundle.js";

const MODELS = ["micro", "full"];
const EXAMPLES = ["anger_15a04Wb.wav", "sadness_14a04Tc.wav"];

/** Where the page is written by default; git ignores it. */
export function defaultPageFolder(): string {
  return path.join(packageRoot(), "dist/page");
}

/** Makes the folder anew; refuses one that has something else in it. Needs the compiled sources and the models in weights/. */
export async function buildPage(folder: string): Promise<void> {
  const root = packageRoot();
  checkFolder(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, "code"), { recursive: true });
  const copy = (from: string, to: string): void => cpSync(path.join(root, from), path.join(folder, to));
  for (const name of readdirSync(path.join(root, "web/static"))) copy(`web/static/${name}`, name);
  for (const name of EXAMPLES) copy(`examples/emodb/${name}`, `examples/${name}`);
  copy("LICENSE", "LICENSE.txt");
  const modules = MODELS.flatMap((model) => MODULE_BUILDS.map((build) => [model, moduleFile(build)] as const));
  const sources = modules.map(([model, file]) => path.join("weights", model, "int8", file));
  // Named after what is in it: a page that is open while its server gets another version never loads that version's models.
  const models = `models/${hashOf(root, sources)}`;
  const scripts = await bundleScripts(path.join(root, "dist"), path.join(folder, "code"), models);
  writePreloads(path.join(folder, "index.html"), scripts);
  const kept = filesIn(folder).filter((name) => name !== "LICENSE.txt");
  for (const [index, [model, file]] of modules.entries()) copy(sources[index]!, `${models}/${model}/${file}`);
  // "./" is the page's own address; it is index.html under the name that people use.
  const page = { version: hashOf(folder, filesIn(folder)), files: ["./", ...kept] };
  writeFileSync(path.join(folder, "sw.js"), await bundleServiceWorker(path.join(root, "dist"), page));
}

/** What is there is deleted, so that it must be a page of ours, or nothing. */
function checkFolder(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  const index = path.join(folder, "index.html");
  if (existsSync(index) && readFileSync(index, "utf8").includes("<title>light-sernet:")) return;
  throw new Error(`${folder} is not empty and is not a page that was built before; name a new folder`);
}

/** All files of a folder, with their paths inside it, in order. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Lets the browser fetch all scripts at once, not one after it has read another. */
function writePreloads(file: string, scripts: readonly string[]): void {
  const links = scripts.slice(1).map((name) => `<link rel="modulepreload" href="code/${name}">\n`);
  const text = readFileSync(file, "utf8");
  const script = text.indexOf("<script ");
  writeFileSync(file, text.slice(0, script) + links.join("") + text.slice(script));
}

/** 16 hexadecimal digits that change with every name and byte. */
function hashOf(folder: string, names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}
