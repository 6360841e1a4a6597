// Writes the npm packages that `npm run package` packs to dist/package, or the folder that is named: light-sernet for apps (the compiled runtime with every file of ours that it
// imports, the models of the package, license and model card), light-sernet-inline beside it (the modules as text in scripts), and light-sernet-tools (what
// package.json lists). Links of their Markdown
// files lead to files of the package only.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { inlineFiles } from "./inline_package.mjs";

/** The scripts that are loaded by their addresses are entries, too: those of a microphone's page and of the pool. */
const ENTRIES = ["index", "browser", "pool", "pool_worker", "microphone", "microphone_worker", "microphone_worklet"].map(
  (name) => `runtime/${name}.js`,
);
/** Entries without types: nobody imports them. */
const SCRIPTS_ONLY = ["pool_worker", "microphone_worker", "microphone_worklet"].map((name) => `runtime/${name}.js`);
/** Sources that are copied as they are: what require() returns. */
const PLAIN = ["runtime/require.cjs", "runtime/require.d.cts", "runtime/pool_require.cjs", "runtime/pool_require.d.cts"];

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiled = join(root, "dist/ts-tools");

/** The files of ours that a compiled file and its types import, as they are named in the source. */
function imports(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"/g)].map(([, name]) => join(dirname(file), name));
}

/** The entries, and everything that they reach: scripts reach scripts, types reach types. */
function reachable() {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of imports(file)) visit(file.endsWith(".d.ts") ? typesOf(name) : name);
  };
  for (const name of ENTRIES) {
    const entry = join(compiled, name);
    visit(entry);
    if (!SCRIPTS_ONLY.includes(name)) visit(typesOf(entry));
  }
  return [...seen];
}

const typesOf = (script) => script.replace(/\.js$/, ".d.ts");

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** A compiled file as small as it gets: without comments, which the types beside it keep, and with short names. */
function minified(file) {
  return transformSync(readFileSync(file, "utf8"), { minify: true, format: "esm", target: "es2022" }).code;
}

/** What somebody who builds an app reads of the model card: how good, from what, and for what not. The tables for researchers, a half of it, are in the repository. */
function shortCard(card) {
  const [title, ...sections] = card.split(/^(?=## )/m);
  const kept = sections.filter((section) => /^## (How often|The models|Data|Limits)/.test(section));
  return [title, "How they were judged, all tables and the recipe are in weights/README.md of the repository.\n\n", ...kept].join("");
}

async function stageRuntime(staged) {
  const { MODULE_BUILDS, moduleFile } = await import("../../dist/ts-tools/model/builds.js");
  const { isPackagedModel, LICENSES } = await import("../../dist/ts-tools/runtime/shipped_models.js");
  for (const file of reachable()) {
    const to = join(staged, relative(compiled, file));
    copy(file, to);
    if (file.endsWith(".js")) writeFileSync(to, minified(file));
  }
  for (const file of PLAIN) copy(join(root, "ts-tools", file), join(staged, file));
  for (const model of Object.keys(LICENSES).filter(isPackagedModel)) {
    for (const file of [...MODULE_BUILDS.map(moduleFile), "model.json"])
      copy(join(root, "weights", model, "int8", file), join(staged, "models", model, file));
  }
  copy(join(root, "LICENSE"), join(staged, "LICENSE"));
  writeFileSync(join(staged, "MODEL_CARD.md"), shortCard(readFileSync(join(root, "weights/README.md"), "utf8")));
  copy(join(root, "ts-tools/runtime/README.md"), join(staged, "README.md"));
  // For bundlers that do not read "exports", as Parcel by default.
  const entry = { type: "module", main: "../runtime/microphone.js", types: "../runtime/microphone.d.ts" };
  mkdirSync(join(staged, "microphone"));
  writeFileSync(join(staged, "microphone/package.json"), `${JSON.stringify(entry)}\n`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(join(root, "ts-tools/runtime/package.json"), "utf8"));
  writeFileSync(join(staged, "package.json"), `${JSON.stringify({ name: manifest.name, version, ...manifest }, null, 2)}\n`);
}

/** The modules as text in scripts. */
function stageInline(staged) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const read = (model, file) => readFileSync(join(root, "weights", model, "int8", file));
  mkdirSync(staged, { recursive: true });
  for (const [name, text] of Object.entries(inlineFiles(version, read))) writeFileSync(join(staged, name), text);
  copy(join(root, "LICENSE"), join(staged, "LICENSE"));
}

/** npm itself says which files of the repository belong to the package. */
function stageTools(staged) {
  const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { npm_execpath: script } = process.env;
  const [program, ...first] = script === undefined ? ["npm"] : [process.execPath, script];
  const [{ files }] = JSON.parse(execFileSync(program, [...first, ...pack], { cwd: root, encoding: "utf8" }));
  for (const { path } of files) copy(join(root, path), join(staged, path));
}

/** Of a link to a file that is not in the package only its text stays; a paragraph or table with such a picture is left out. */
function removeDeadLinks(file) {
  const link = /```[\s\S]*?```|`[^`\n]*`|(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;
  const isDead = (target) =>
    target !== undefined && !/^(#|[a-z]+:)/.test(target) && !existsSync(join(dirname(file), target.replace(/#.*/, "")));
  const hasDeadPicture = (block) => [...block.matchAll(link)].some(([, picture, , target]) => picture && isDead(target));
  const blocks = readFileSync(file, "utf8").split(/\n{2,}/);
  const kept = blocks.filter((block) => !hasDeadPicture(block)).join("\n\n");
  writeFileSync(
    file,
    kept.replace(link, (all, _, text, target) => (isDead(target) ? text : all)),
  );
}

async function stagePackages(folder) {
  if (!existsSync(join(compiled, ENTRIES[0]))) {
    console.error("light-sernet: the tools are not compiled; run npm ci first");
    process.exit(1);
  }
  const packages = { "light-sernet": stageRuntime, "light-sernet-inline": stageInline, "light-sernet-tools": stageTools };
  for (const [name, stage] of Object.entries(packages)) {
    const staged = join(folder, name);
    rmSync(staged, { recursive: true, force: true });
    await stage(staged);
    for (const file of readdirSync(staged, { recursive: true })) if (file.endsWith(".md")) removeDeadLinks(join(staged, file));
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await stagePackages(process.argv[2] ?? join(root, "dist/package"));
