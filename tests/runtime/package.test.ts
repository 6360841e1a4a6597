/** The npm package for apps: packed, installed into an empty project, used there by its name. And the documents of both packages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { isPackagedModel, LICENSES, type ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { repositoryRoot } from "../support/paths.js";

const MOST_UNPACKED_BYTES = 2_200_000;
/** The full model's SIMD build and all JavaScript of a page, each with gzip. */
const MOST_PAGE_BYTES = 480_000;

const work = mkdtempSync(join(tmpdir(), "light-sernet-package-"));
const app = join(work, "app");
const installed = join(app, "node_modules", "light-sernet");
after(() => rmSync(work, { recursive: true }));

before(() => {
  execFileSync(process.execPath, [join(repositoryRoot, "ts-tools/runtime/stage_package.mjs")]);
  npm(["pack", "--silent", "--pack-destination", work, join(repositoryRoot, "dist/package/light-sernet")]);
  const packed = readdirSync(work).find((name) => name.endsWith(".tgz"))!;
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--silent", "--offline", "--no-audit", "--no-fund", join(work, packed)], app);
});

/** npm itself: a script of npm finds an older one first, from a development package. */
function npm(parameters: readonly string[], cwd = work): void {
  const { npm_execpath: script } = process.env;
  if (script === undefined) execFileSync("npm", parameters, { cwd });
  else execFileSync(process.execPath, [script, ...parameters], { cwd });
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test("it has no dependency and no script, and stays below its ceiling", (t) => {
  assert.deepEqual(
    readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith(".")),
    ["light-sernet"],
  );
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  const tools = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { version: string };
  assert.equal(manifest.version, tools.version);
  for (const field of ["dependencies", "optionalDependencies", "peerDependencies", "scripts", "bin"])
    assert.equal(manifest[field], undefined);
  const files = filesOf(installed);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  t.diagnostic(`${files.length} files, ${bytes} bytes`);
  assert.ok(bytes <= MOST_UNPACKED_BYTES, `${bytes} bytes`);
});

test("it has the models under its own license; the tools have every model that is there", () => {
  assert.deepEqual(readdirSync(join(installed, "models")).sort(), Object.keys(LICENSES).filter(isPackagedModel).sort());
  for (const model of readdirSync(join(installed, "models"))) assert.equal(LICENSES[model as ShippedModel], "MIT");
  const isThere = (model: string) => existsSync(join(repositoryRoot, "weights", model, "int8"));
  assert.deepEqual(
    readdirSync(join(repositoryRoot, "dist/package/light-sernet-tools/dist/ts-tools/models")).sort(),
    Object.keys(LICENSES).filter(isThere).sort(),
  );
});

test("every link in the Markdown of both packages leads to a file of its package", (t) => {
  const tools = join(repositoryRoot, "dist/package/light-sernet-tools");
  let count = 0;
  for (const folder of [installed, tools]) {
    const documents = filesOf(folder).filter((file) => file.endsWith(".md"));
    assert.ok(documents.length >= 2);
    for (const document of documents) {
      const text = readFileSync(document, "utf8").replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
      for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(#|[a-z]+:)/.test(target!)) continue;
        assert.ok(existsSync(join(dirname(document), target!.replace(/#.*/, ""))), `${document}: ${target} is not in the package`);
        count++;
      }
    }
  }
  t.diagnostic(`${count} links`);
  const card = readFileSync(join(installed, "MODEL_CARD.md"), "utf8");
  assert.deepEqual(
    [...card.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
    ["How often they are right", "The models", "Data", "Limits, and what they must not be used for"],
  );
  const pictures = (folder: string): string[] =>
    readFileSync(join(folder, "weights/README.md"), "utf8").match(/!\[[^\]]*\]\([^)]*\)/g) ?? [];
  assert.deepEqual(pictures(tools), pictures(repositoryRoot), "the tools bring the model card's pictures");
});

test("a page loads little", (t) => {
  const scripts = filesOf(installed).filter((file) => file.endsWith(".js"));
  const script = gzipSync(Buffer.concat(scripts.map((file) => readFileSync(file))), { level: 9 }).length;
  const module = gzipSync(readFileSync(join(installed, "models/full/light-sernet.simd.wasm")), { level: 9 }).length;
  t.diagnostic(`with gzip: module ${module} bytes, all JavaScript ${script}`);
  assert.ok(module + script <= MOST_PAGE_BYTES, `${module} + ${script} bytes`);
});

test("both models, by their names, answer as their modules in the repository do", () => {
  const program = `
    import { createRecognizer } from "light-sernet";
    const samples = Int16Array.from({ length: 48000 }, (_, index) => 8000 * Math.sin(index * index / 1e5));
    const logits = async (model) => (await createRecognizer({ model })).classify(samples, { sampleRate: 16000 }).logits;
    const folder = (model) => ${JSON.stringify(join(repositoryRoot, "weights"))} + "/" + model + "/int8";
    console.log(JSON.stringify([
      [await logits(undefined), await logits("full"), await logits(folder("full"))],
      [await logits("micro"), await logits(folder("micro"))],
      [(await createRecognizer()).model.license, (await createRecognizer({ model: "micro" })).model.license],
      (await createRecognizer()).features(samples, { sampleRate: 16000 }).shape,
      await createRecognizer({ model: "world" }).catch(({ name, status, message }) => [name, status, message]),
    ]));`;
  writeFileSync(join(app, "use.js"), program);
  const output = execFileSync(process.execPath, ["use.js"], { cwd: app, encoding: "utf8" });
  const [full, micro, licenses, shape, refused] = JSON.parse(output) as unknown[][];
  for (const answers of [full!, micro!]) for (const answer of answers) assert.deepEqual(answer, answers.at(-1));
  assert.notDeepEqual(full![0], micro![0]);
  assert.deepEqual(licenses, ["MIT", "MIT"]);
  assert.deepEqual(shape, [184, 40]);
  assert.deepEqual(refused!.slice(0, 2), ["RecognizerError", "NO_MODEL"]);
  assert.match(String(refused![2]), /^the model "world" is not part of this package, because its license is CC BY-NC-SA 4\.0; get [^\n]*$/);
});
