/** The npm package for apps: packed, installed into an empty project, used there by its name. And the documents of both packages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { isPackagedModel, LICENSES, type ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { repositoryRoot } from "../support/paths.js";

const MOST_UNPACKED_BYTES = 2_330_000;
/** The full model's SIMD build and the scripts that a page loads, each with gzip. */
const MOST_PAGE_BYTES = 482_000;

const work = mkdtempSync(join(tmpdir(), "light-sernet-package-"));
const app = join(work, "app");
const installed = join(app, "node_modules", "light-sernet");
const staged = join(work, "staged");
after(() => rmSync(work, { recursive: true }));

before(() => {
  execFileSync(process.execPath, [join(repositoryRoot, "ts-tools/runtime/stage_package.mjs"), staged]);
  npm(["pack", "--silent", "--pack-destination", work, join(staged, "light-sernet"), join(staged, "light-sernet-inline")]);
  const packed = readdirSync(work).filter((name) => name.endsWith(".tgz"));
  assert.equal(packed.length, 2);
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--silent", "--offline", "--no-audit", "--no-fund", ...packed.map((name) => join(work, name))], app);
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
    ["light-sernet", "light-sernet-inline"],
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
    readdirSync(join(staged, "light-sernet-tools/dist/ts-tools/models")).sort(),
    Object.keys(LICENSES).filter(isThere).sort(),
  );
});

test("every link in the Markdown of both packages leads to a file of its package", (t) => {
  const tools = join(staged, "light-sernet-tools");
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

/** A script, and those that it imports, before it runs. */
function scriptsOfPage(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) visit(join(dirname(file), name!));
  };
  visit(entry);
  return [...seen];
}

test("a page loads little", (t) => {
  const scripts = scriptsOfPage(join(installed, "runtime/browser.js"));
  assert.ok(scripts.length > 20 && !scripts.some((file) => /loader_node|pool/.test(basename(file))), scripts.join());
  const script = gzipSync(Buffer.concat(scripts.map((file) => readFileSync(file))), { level: 9 }).length;
  const module = gzipSync(readFileSync(join(installed, "models/full/light-sernet.simd.wasm")), { level: 9 }).length;
  t.diagnostic(`with gzip: module ${module} bytes, the scripts of a page ${script}`);
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

/** What a type checker says of a program in the app, in the module mode of Node 16; "" if nothing. */
function checked(name: string, text: string): string {
  writeFileSync(join(app, name), text);
  const tsc = join(repositoryRoot, "node_modules/typescript/bin/tsc");
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "node16",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom",
    "--exactOptionalPropertyTypes",
  ];
  try {
    execFileSync(process.execPath, [tsc, ...options, name], { cwd: app, encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  }
}

const USE = `
export async function use(samples: Int16Array, planes: Float32Array[], buffer: AudioBuffer, stream: ReadableStream<Uint8Array>): Promise<string> {
  const options: CreateOptions = { model: "micro", crops: undefined };
  const recognizer: Recognizer = await createRecognizer(options);
  const recording: OpenRecording = recognizer.open({ sampleRate: 8000 });
  recording.push(samples);
  const results: Recognition[] = [
    recognizer.classify(samples, { sampleRate: 44100 }),
    recognizer.classify(planes, { sampleRate: 44100, onSegment: ({ label }) => console.log(label) }),
    recognizer.classify(buffer),
    recording.finish(),
    await recognizer.classifyStream(stream, { format: "wav" }),
  ];
  const wav = recognizer.open({ format: "wav" });
  await stream.pipeTo(wav.writable());
  const pool: Pool = await createPool({ size: 2 });
  results.push(await pool.classify(samples, { sampleRate: 8000 }));
  return results.map((result) => result.label).join();
}
`;
const TYPES = "CreateOptions, OpenRecording, Recognition, Recognizer";

test("types in the module mode of Node 16: for ES modules and for CommonJS", () => {
  const imports = (from: string) => `import { createRecognizer, type ${TYPES.replaceAll(", ", ", type ")} } from "${from}";
import { createPool, type Pool } from "light-sernet/pool";
${USE}`;
  assert.equal(checked("use.mts", imports("light-sernet")), "");
  assert.equal(
    checked("inline.mts", imports("light-sernet-inline").replace('{ model: "micro", crops: undefined }', "{ crops: undefined }")),
    "",
  );
  assert.equal(checked("use.cts", imports("light-sernet")), "");
  const required = `import sernet = require("light-sernet");\nimport pools = require("light-sernet/pool");
const { createRecognizer } = sernet;\nconst { createPool } = pools;
type CreateOptions = sernet.CreateOptions; type OpenRecording = sernet.OpenRecording; type Recognition = sernet.Recognition;
type Recognizer = sernet.Recognizer; type Pool = pools.Pool;\n${USE}`;
  assert.equal(checked("required.cts", required), "");
  for (const name of ["wrong.mts", "wrong.cts"])
    assert.match(
      checked(name, 'import { createRecognizer } from "light-sernet";\ncreateRecognizer({ modle: "micro" });\n'),
      /error TS2561: .*'modle'/,
    );
});

test("the types that require() has are those of the ES module", () => {
  const names = (file: string) => {
    const text = readFileSync(join(repositoryRoot, "ts-tools/runtime", file), "utf8");
    const lists = [...text.matchAll(/export (type )?\{([^}]*)\}/g)];
    return lists.flatMap(([, all, list]) =>
      list!
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && (all !== undefined || name.startsWith("type ")))
        .map((name) => name.replace(/^type /, "")),
    );
  };
  assert.deepEqual(names("require.d.cts").sort(), [...names("api.ts"), "RecognizerError"].sort());
});

test("require(): the functions that load something; of the others a sentence", () => {
  const program = `
    const sernet = require("light-sernet");
    const { createPool } = require("light-sernet/pool");
    const samples = Int16Array.from({ length: 48000 }, (_, index) => 8000 * Math.sin(index * index / 1e5));
    (async () => {
      const recognizer = await sernet.createRecognizer({ model: "micro" });
      const here = recognizer.classify(samples, { sampleRate: 16000 }).logits;
      const pool = await createPool({ model: "micro", size: 1 });
      const there = (await pool.classify(samples, { sampleRate: 16000 })).logits;
      await pool.close();
      let sentence;
      try { sernet.RecognizerError; } catch (error) { sentence = error.message; }
      console.log(JSON.stringify([here, there, sentence, { ...sernet } !== undefined]));
    })();`;
  writeFileSync(join(app, "use.cjs"), program);
  const [here, there, sentence] = JSON.parse(execFileSync(process.execPath, ["use.cjs"], { cwd: app, encoding: "utf8" })) as unknown[];
  assert.deepEqual(here, there);
  assert.match(
    String(sentence),
    /^light-sernet is an ES module: RecognizerError is not there after require\(\); use const .* = await import\("light-sernet"\)$/,
  );
});

test("light-sernet-inline: the same answers, nothing is read; wrong options are refused", () => {
  const program = `
    import { createRecognizer as plain } from "light-sernet";
    import { createRecognizer, RecognizerError } from "light-sernet-inline";
    import { createRecognizer as micro } from "light-sernet-inline/micro";
    const samples = Int16Array.from({ length: 48000 }, (_, index) => 8000 * Math.sin(index * index / 1e5));
    const logits = async (created) => (await created).classify(samples, { sampleRate: 16000 }).logits;
    const refusal = (options) => createRecognizer(options).catch((error) => [error instanceof RecognizerError, error.status, error.message]);
    console.log(JSON.stringify([
      [await logits(plain()), await logits(createRecognizer({ long: "center" }))],
      [await logits(plain({ model: "micro" })), await logits(micro())],
      [await refusal({ model: "micro" }), await refusal({ crop: 1 }), await refusal(null)],
    ]));`;
  writeFileSync(join(app, "inline.js"), program);
  const [full, micro, refusals] = JSON.parse(execFileSync(process.execPath, ["inline.js"], { cwd: app, encoding: "utf8" })) as unknown[][];
  assert.deepEqual(full![0], full![1]);
  assert.deepEqual(micro![0], micro![1]);
  const [model, crop, none] = refusals as [boolean, string, string][];
  assert.deepEqual(
    [model, crop, none].map((refusal) => refusal!.slice(0, 2)),
    Array(3).fill([true, "BAD_ARGUMENT"]),
  );
  assert.match(model![2], /has one module, so there is no option "model" here/);
});
