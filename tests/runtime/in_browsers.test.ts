/** The runtime in a real Chromium where it is hard: in an AudioWorklet, under policies, with servers that answer wrongly. And where a browser is only played. */
import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launchChromium } from "../../bench/compare/chromium.js";
import { createRecognizer as createInBrowser } from "../../ts-tools/runtime/browser.js";
import { createRecognizer, type Recognition, RecognizerError } from "../../ts-tools/runtime/index.js";
import { type StaticOptions, serveFolder } from "../apps/static_server.js";
import { skipWithoutChromium } from "../support/chromium.js";
import { narrowBuild } from "../support/narrow_build.js";
import { repositoryRoot } from "../support/paths.js";
import { voice } from "../support/sounds.js";

const HZ = { sampleRate: 16000 };
let model: string;
let site: string;

before(async () => {
  model = (await narrowBuild()).folder;
  site = mkdtempSync(join(tmpdir(), "light-sernet-browsers-"));
  writeFileSync(join(site, "index.html"), "<!doctype html><title>light-sernet</title>");
  cpSync(join(repositoryRoot, "dist/ts-tools"), join(site, "ts-tools"), {
    recursive: true,
    filter: (file) => !/\.d\.ts$|\/models\//.test(file),
  });
  mkdirSync(join(site, "model"));
  copyFileSync(join(model, "light-sernet.wasm"), join(site, "model/light-sernet.wasm"));
});
after(() => rmSync(site, { recursive: true }));

/** What a function returns that runs in a page of the site. */
async function inPage<Input, Output>(options: StaticOptions, input: Input, call: (input: Input) => Promise<Output>): Promise<Output> {
  const server = await serveFolder(site, options);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.address);
    return (await page.evaluate(call as (input: unknown) => Promise<Output>, input)) as Output;
  } finally {
    await browser.close();
    server.close();
  }
}

/** Runs in a page: what createRecognizer() throws for an address, or nothing. */
async function refusalInPage(address: string): Promise<{ status: string; message: string } | undefined> {
  const path = "/ts-tools/runtime/browser.js";
  const { createRecognizer } = (await import(path)) as typeof import("../../ts-tools/runtime/browser.js");
  try {
    await createRecognizer({ model: address });
    return undefined;
  } catch (error) {
    const { name, status, message } = error as { name: string; status: string; message: string };
    return { status: `${name} ${status}`, message };
  }
}

const WORKLET = `
import { createRecognizer } from "./ts-tools/runtime/browser.js";
registerProcessor("recognize", class extends AudioWorkletProcessor {
  constructor({ processorOptions: { module } }) {
    super();
    const missing = ["TextDecoder", "performance", "fetch", "URL"].filter((name) => globalThis[name] === undefined);
    createRecognizer({ module }).then((recognizer) => {
      this.recording = recognizer.open({ sampleRate });
      this.port.onmessage = () => this.port.postMessage({ result: this.recording.finish(), missing });
      this.port.postMessage({});
    }, (error) => this.port.postMessage({ error: String(error), missing }));
  }
  process([[samples]]) {
    if (samples) this.recording?.push(samples);
    return true;
  }
});
`;

test("inside an AudioWorklet, which has neither TextDecoder nor performance: Node's bits", { skip: skipWithoutChromium }, async () => {
  writeFileSync(join(site, "worklet.js"), WORKLET);
  // A whole number of the blocks of 128 samples that a worklet gets.
  const sound = Float32Array.from(voice(128 * 180), (sample) => sample / 32768);
  const { missing, error, result } = await inPage({}, [...sound], async (samples) => {
    interface Said {
      error?: string;
      missing?: string[];
      result?: Recognition;
    }
    const context = new OfflineAudioContext(1, samples.length, 16000);
    await context.audioWorklet.addModule("/worklet.js");
    const module = await WebAssembly.compileStreaming(fetch("/model/light-sernet.wasm"));
    const node = new AudioWorkletNode(context, "recognize", { processorOptions: { module } });
    const said = () =>
      new Promise<Said>((resolve) => node.port.addEventListener("message", ({ data }) => resolve(data as Said), { once: true }));
    node.port.start();
    const ready = await said();
    if (ready.error !== undefined) return ready;
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: 16000 });
    buffer.copyToChannel(Float32Array.from(samples), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(node).connect(context.destination);
    source.start();
    await context.startRendering();
    node.port.postMessage("finish");
    return said();
  });
  assert.equal(error, undefined);
  assert.deepEqual(missing, ["TextDecoder", "performance", "fetch", "URL"]);
  const { timing: _, ...expected } = (await createRecognizer({ model })).classify(sound, HZ);
  const { timing, ...got } = result!;
  assert.deepEqual(got, expected);
  assert.ok(timing.networkMs >= 0);
});

test("classify(AudioBuffer), of decodeAudioData() too: Node's bits", { skip: skipWithoutChromium }, async () => {
  const left = Float32Array.from(voice(40000, 44100), (sample) => sample / 32768);
  const right = Float32Array.from(voice(40000, 44100, 2), (sample) => sample / 32768);
  const got = await inPage({}, [[...left], [...right]], async (planes) => {
    const path = "/ts-tools/runtime/browser.js";
    const { createRecognizer } = (await import(path)) as typeof import("../../ts-tools/runtime/browser.js");
    const recognizer = await createRecognizer({ model: "/model/" });
    const buffer = new AudioBuffer({ length: 40000, sampleRate: 44100, numberOfChannels: 2 });
    for (const [channel, plane] of planes.entries()) buffer.copyToChannel(Float32Array.from(plane), channel);
    const { timing: _, ...rest } = recognizer.classify(buffer);
    return rest;
  });
  const { timing: _, ...expected } = (await createRecognizer({ model })).classify([left, right], { sampleRate: 44100 });
  const { license: __, ...rest } = { license: undefined, ...got };
  assert.deepEqual(rest, expected);
});

test("a policy without wasm-unsafe-eval, a page for a module, a missing file: a sentence and a code each", {
  skip: skipWithoutChromium,
}, async () => {
  const policy = (script: string): StaticOptions => ({ headers: { "content-security-policy": `script-src 'self' ${script}` } });
  assert.deepEqual(await inPage(policy("'unsafe-eval'"), "/model/", refusalInPage), undefined);
  assert.deepEqual(await inPage(policy("'wasm-unsafe-eval'"), "/model/", refusalInPage), undefined);
  const blocked = await inPage(policy(""), "/model/", refusalInPage);
  assert.equal(blocked?.status, "RecognizerError WASM_BLOCKED");
  assert.match(
    blocked!.message,
    /^the Content-Security-Policy of this page forbids WebAssembly; add 'wasm-unsafe-eval' to script-src[^\n]*$/,
  );
  const page = await inPage({ fallback: "\n<!doctype html><title>app</title>" }, "/nowhere/", refusalInPage);
  assert.equal(page?.status, "RecognizerError PAGE_FOR_MODULE");
  assert.match(
    page!.message,
    /^http:\/\/127[^ ]*\/nowhere\/light-sernet\.wasm is a page and not a WebAssembly module, [^\n]*; put a built model [^\n]*$/,
  );
  const missing = await inPage({}, "/nowhere/", refusalInPage);
  assert.equal(missing?.status, "RecognizerError NO_MODEL");
  assert.match(missing!.message, /^http:[^ ]* is not available \(HTTP 404\); put a built model with that file there$/);
  const unpacked = await inPage({}, "full", refusalInPage);
  assert.equal(unpacked?.status, "RecognizerError NO_MODEL");
  assert.match(unpacked!.message, /\(HTTP 404\); copy the folder models of the package light-sernet beside [^\n]*light-sernet-inline$/);
});

/** The answers of both entries, with a model of the package and with an address that must be fetched. */
async function answersHere(): Promise<unknown[]> {
  const sound = voice(20000);
  const answers: unknown[] = [];
  for (const create of [createRecognizer, createInBrowser]) answers.push((await create({ model: "micro" })).classify(sound, HZ).logits);
  return answers;
}

test("a program in Electron's window, whose process is Node's: files are read (its process.versions is faked here)", async () => {
  const expected = await answersHere();
  assert.deepEqual(expected[0], expected[1]);
  Object.defineProperty(process.versions, "electron", { value: "40.0.0", configurable: true });
  const { document } = globalThis;
  Object.defineProperty(globalThis, "document", { value: { baseURI: "file:///app/index.html" }, configurable: true });
  try {
    assert.deepEqual(await answersHere(), expected);
  } finally {
    Reflect.deleteProperty(process.versions, "electron");
    Object.defineProperty(globalThis, "document", { value: document, configurable: true });
    Reflect.deleteProperty(globalThis, "document");
  }
});

test("an engine without WebAssembly: a sentence and a code", async () => {
  const { WebAssembly } = globalThis;
  Reflect.deleteProperty(globalThis, "WebAssembly");
  try {
    await assert.rejects(createRecognizer({ model }), (error) => {
      assert.ok(error instanceof RecognizerError && error.status === "WASM_BLOCKED", String(error));
      return /^this engine has no WebAssembly/.test(error.message);
    });
  } finally {
    Object.defineProperty(globalThis, "WebAssembly", { value: WebAssembly, configurable: true, writable: true });
  }
});
