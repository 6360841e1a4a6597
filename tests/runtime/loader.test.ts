import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import wabt from "wabt";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { createRecognizer as createInBrowser } from "../../ts-tools/runtime/browser.js";
import { engineHas, PROBES } from "../../ts-tools/runtime/engine_features.js";
import { createRecognizer, RecognizerError } from "../../ts-tools/runtime/index.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import { isPackagedModel, LICENSES } from "../../ts-tools/runtime/shipped_models.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";

let folder: string;
let work: string;
const SOUND = voice(5000);
const LICENSE = "CC BY-NC-SA 4.0";

before(async () => {
  ({ folder } = await narrowBuild());
  work = mkdtempSync(join(tmpdir(), "light-sernet-loader-"));
});
after(() => rmSync(work, { recursive: true }));

const refused = (status: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RecognizerError, String(error));
  assert.equal(error.status, status);
  assert.match(error.message, text);
  return true;
};

test("a folder as path and URL, a module compiled and as bytes", async () => {
  const bytes = readFileSync(join(folder, "light-sernet.wasm"));
  const sources = [
    { model: folder },
    { model: pathToFileURL(folder) },
    { model: pathToFileURL(folder).href },
    { module: bytes },
    { module: await WebAssembly.compile(bytes) },
    { model: folder, build: "scalar" as const },
  ];
  const logits = [];
  for (const source of sources) logits.push((await createRecognizer(source)).classify(SOUND, { sampleRate: 16000 }).logits);
  for (const other of logits) assert.deepEqual(other, logits[0]);
});

test("by address, as browsers do", async () => {
  const server = createServer((request, response) => {
    const name = request.url === "/model/light-sernet.wasm" ? "light-sernet.wasm" : undefined;
    response.statusCode = name ? 200 : 404;
    response.end(name && readFileSync(join(folder, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const here = (await createRecognizer({ model: folder })).classify(SOUND, { sampleRate: 16000 });
    for (const create of [createInBrowser, createRecognizer]) {
      for (const model of [`${address}/model`, `${address}/model/`, new URL(`${address}/model`)]) {
        assert.deepEqual((await create({ model })).classify(SOUND, { sampleRate: 16000 }).logits, here.logits);
      }
    }
    await assert.rejects(createInBrowser({ model: `${address}/other` }), refused("NO_MODEL", /HTTP 404/));
  } finally {
    server.close();
  }
  await assert.rejects(createInBrowser({ model: address }), refused("NO_MODEL", /cannot be reached/));
});

test("the license: what the manifest says, from a folder and by address; undefined if it does not, or without a manifest", async () => {
  const licensed = join(work, "licensed");
  cpSync(folder, licensed, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as object;
  const server = createServer((request, response) => {
    const [, from, file] = /^\/(\w+)\/(.*)$/.exec(request.url ?? "") ?? [];
    const manifests: Record<string, string> = { page: "<!doctype html>", hidden: JSON.stringify({ license: "MIT\u202e" }) };
    if (file === "light-sernet.wasm") return response.end(readFileSync(join(folder, file)));
    if (file === "model.json" && from === "licensed") return response.end(readFileSync(join(licensed, file)));
    response.statusCode = file === "model.json" && from !== "none" ? 200 : 404;
    response.end(manifests[from!]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const licenseOf = async (model: string, create = createRecognizer) => (await create({ model })).model.license;
  try {
    writeFileSync(join(licensed, "model.json"), JSON.stringify({ ...manifest, license: LICENSE }));
    assert.equal(await licenseOf(licensed), LICENSE);
    for (const create of [createInBrowser, createRecognizer]) assert.equal(await licenseOf(`${address}/licensed`, create), LICENSE);
    assert.equal(await licenseOf(folder), undefined);
    for (const from of ["none", "page", "hidden"]) assert.equal(await licenseOf(`${address}/${from}`, createInBrowser), undefined, from);
    assert.equal((await createRecognizer({ module: readFileSync(join(folder, "light-sernet.wasm")) })).model.license, undefined);
  } finally {
    server.close();
  }
});

test("models that are not part of the package: one sentence says why, and what to do", async () => {
  for (const model of Object.keys(LICENSES).filter((name) => !isPackagedModel(name))) {
    const sentence = new RegExp(
      `^the model "${model}" is not part of this package, because its license is CC BY-NC-SA 4\\.0; get weights/${model}/int8 of [^\n]*$`,
    );
    await assert.rejects(createInBrowser({ model }), refused("NO_MODEL", sentence));
    // In a clone they are found by name once they are there.
    if (existsSync(join(packageRoot(), "weights", model, "int8"))) assert.equal((await createRecognizer({ model })).model.license, LICENSE);
    else await assert.rejects(createRecognizer({ model }), refused("NO_MODEL", sentence));
  }
});

test("a relative address, with and without a place that it is seen from", async () => {
  const { document, location } = globalThis;
  assert.deepEqual([document, location], [undefined, undefined]);
  const noAddress = refused("NO_MODEL", /^"models\/mine" is not an address that can be fetched from here; use an absolute one/);
  await assert.rejects(createInBrowser({ model: "models/mine" }), noAddress);
  const requested: string[] = [];
  const server = createServer((request, response) => {
    requested.push(request.url ?? "");
    response.writeHead(200, { "content-length": 100 }).write("cut");
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = (href: string) => Object.defineProperty(globalThis, "location", { value: { href }, configurable: true });
  try {
    place(`${origin}/app/worker.js`);
    await assert.rejects(createInBrowser({ model: "models/mine" }), refused("NO_MODEL", /cannot be reached/));
    assert.deepEqual(requested, ["/app/models/mine/light-sernet.simd.wasm"]);
    place(`blob:${origin}/0000`);
    await assert.rejects(createInBrowser({ model: "models/mine" }), noAddress);
  } finally {
    Reflect.deleteProperty(globalThis, "location");
    server.close();
  }
});

test("the fastest build that is there and that this engine runs", async () => {
  const several = join(work, "several");
  cpSync(folder, several, { recursive: true });
  const chosen = async (build: "auto" | "simd"): Promise<number> => {
    const { exports } = await WebAssembly.instantiate((await loadFromFolder(several, build)).module, {});
    return (exports.memory as WebAssembly.Memory).buffer.byteLength;
  };
  const onePage = 65536;
  assert.equal(await chosen("auto"), onePage);
  cpSync(join(packageRoot(), "build"), several, { recursive: true });
  assert.ok((await chosen("auto")) > onePage);
  assert.equal(await chosen("auto"), await chosen("simd"));
  rmSync(join(several, "light-sernet.simd.wasm"));
  rmSync(join(several, "light-sernet.relaxed.wasm"));
  assert.equal(await chosen("auto"), onePage);
});

test("a server that answers with a page where nothing is: the next build", async () => {
  const server = createServer((request, response) => {
    response.end(request.url === "/light-sernet.wasm" ? readFileSync(join(folder, "light-sernet.wasm")) : "<!doctype html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const model = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const here = await createRecognizer({ model: folder });
    assert.equal((await createInBrowser({ model })).model.sha256, here.model.sha256);
    await assert.rejects(createInBrowser({ model, build: "simd" }), refused("PAGE_FOR_MODULE", /is a page and not a WebAssembly module/));
  } finally {
    server.close();
  }
});

test("a build that the engine cannot run is refused, whether or not the file is there", async (t) => {
  if (engineHas("relaxed")) return t.skip("this engine has relaxed SIMD");
  await assert.rejects(createRecognizer({ build: "relaxed" }), refused("BAD_ARGUMENT", /this engine has no relaxed SIMD/));
});

test("the probes are what their comment says", async () => {
  const text = readFileSync(join(packageRoot(), "ts-tools/runtime/engine_features.ts"), "utf8");
  const sources = [...text.matchAll(/^ \* {5}(\(module .*\))$/gm)].map(([, source]) => source!);
  assert.equal(sources.length, 2);
  const { parseWat } = await wabt();
  for (const [index, probe] of [PROBES.simd, PROBES.relaxed].entries()) {
    const { buffer } = parseWat("probe.wat", sources[index]!, { simd: true, relaxed_simd: true }).toBinary({});
    assert.deepEqual(probe, buffer);
  }
});

test("folders that hold no model, half of one, or two", async () => {
  await assert.rejects(createRecognizer({ model: join(work, "nowhere") }), refused("NO_MODEL", /has no built model \(no model\.json\)/));
  await assert.rejects(createRecognizer({ model: folder, build: "simd" }), refused("NO_MODEL", /light-sernet\.simd\.wasm is missing/));

  const half = join(work, "half");
  cpSync(folder, half, { recursive: true });
  rmSync(join(half, "light-sernet.wasm"));
  await assert.rejects(createRecognizer({ model: half }), refused("NO_MODEL", /light-sernet\.wasm is missing/));
  writeFileSync(join(half, "light-sernet.wasm"), "no module");
  await assert.rejects(createRecognizer({ model: half }), refused("BAD_MODULE", /not a WebAssembly module/));
  cpSync(join(folder, "light-sernet-cli.wasm"), join(half, "light-sernet.wasm"));
  await assert.rejects(createRecognizer({ model: half }), refused("BAD_MODULE", /not light-sernet's library/));
  writeFileSync(join(half, "model.json"), "{");
  await assert.rejects(createRecognizer({ model: half }), refused("NO_MODEL", /model\.json/));

  const mixed = join(work, "mixed");
  cpSync(folder, mixed, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(mixed, "model.json"), "utf8")) as { sha256: string };
  writeFileSync(join(mixed, "model.json"), JSON.stringify({ ...manifest, sha256: "0".repeat(64) }));
  await assert.rejects(createRecognizer({ model: mixed }), refused("NO_MODEL", /mixes two models.*hashes/));
  writeFileSync(join(mixed, "model.json"), JSON.stringify({ ...manifest, acceptThreshold: 0.5 }));
  await assert.rejects(createRecognizer({ model: mixed }), refused("NO_MODEL", /mixes two models.*acceptance thresholds/));
});

test("what a browser loads imports nothing of Node", () => {
  const runtime = dirname(fileURLToPath(import.meta.resolve("../../ts-tools/runtime/index.js")));
  for (const entry of ["browser.js", "index.js"]) {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, name] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\s[^;]*?from "([^"]+)";/gm)) {
        assert.ok(name!.startsWith(".") && extname(name!) === ".js", `${file} imports ${name}`);
        visit(join(dirname(file), name!));
      }
    };
    visit(join(runtime, entry));
    assert.ok(seen.size > 8, `${entry} reaches ${seen.size} files`);
  }
});
