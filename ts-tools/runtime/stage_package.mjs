// Writes the npm package for apps, dist/package/light-sernet: the compiled runtime with every file of ours that it imports, the models that ship, licence and
// model card. `npm run package` then packs it, and the tools beside it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ENTRIES = ["runtime/index.js", "runtime/browser.js"];

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiled = join(root, "dist/ts-tools");
const staged = join(root, "dist/package/light-sernet");

/** The files of ours that a compiled file and its types import, as they are named in the source. */
function imports(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"/g)].map(([, name]) => join(dirname(file), name));
}

/** The entries, and everything that they reach. */
function reachable() {
  const seen = new Set();
  const visit = (script) => {
    if (seen.has(script)) return;
    seen.add(script);
    const types = script.replace(/\.js$/, ".d.ts");
    for (const name of [...imports(script), ...imports(types)]) visit(name);
  };
  for (const entry of ENTRIES) visit(join(compiled, entry));
  return [...seen].flatMap((script) => [script, script.replace(/\.js$/, ".d.ts")]);
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

if (!existsSync(join(compiled, ENTRIES[0]))) {
  console.error("light-sernet: the tools are not compiled; run npm ci first");
  process.exit(1);
}
const { MODULE_BUILDS, moduleFile } = await import("../../dist/ts-tools/model/builds.js");
const { SHIPPED_MODELS } = await import("../../dist/ts-tools/runtime/shipped_models.js");
rmSync(staged, { recursive: true, force: true });
for (const file of reachable()) copy(file, join(staged, relative(compiled, file)));
for (const model of SHIPPED_MODELS) {
  for (const file of [...MODULE_BUILDS.map(moduleFile), "model.json"])
    copy(join(root, "weights", model, "int8", file), join(staged, "models", model, file));
}
copy(join(root, "LICENSE"), join(staged, "LICENSE"));
copy(join(root, "weights/README.md"), join(staged, "MODEL_CARD.md"));
copy(join(root, "ts-tools/runtime/README.md"), join(staged, "README.md"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const manifest = JSON.parse(readFileSync(join(root, "ts-tools/runtime/package.json"), "utf8"));
writeFileSync(join(staged, "package.json"), `${JSON.stringify({ name: manifest.name, version, ...manifest }, null, 2)}\n`);
