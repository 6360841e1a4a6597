/** `light-sernet/microphone` in Chromium, with a microphone that plays a WAV file; and createLive() inside an AudioWorklet. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createLive, type LiveAnswer } from "../../ts-tools/runtime/index.js";
import type * as MicrophoneEntry from "../../ts-tools/runtime/microphone.js";
import { listen } from "../../ts-tools/runtime/microphone.js";
import { wavOf } from "../../ts-tools/sounds/pcm.js";
import { type OpenPage, openPage, skipWithoutChromium } from "../support/chromium.js";
import { type InPage, runInPage } from "../support/microphone_page.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";

const skip = skipWithoutChromium;
const build = join(repositoryRoot, "build");
const work = mkdtempSync(join(tmpdir(), "light-sernet-microphone-"));
const samples = readPcmWav(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav"));

let open: OpenPage;
let wasm: string;
before(async () => {
  if (skip) return;
  // The voice, and 1.5 s of silence, again and again.
  const played = new Int16Array(samples.length + 24000);
  played.set(samples);
  writeFileSync(join(work, "voice.wav"), wavOf(played, 16000));
  const fake = ["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${join(work, "voice.wav")}`];
  open = await openPage({ dist: join(repositoryRoot, "dist"), build }, [...fake, "--use-fake-ui-for-media-stream"]);
  wasm = open.server.file(join(build, "light-sernet.simd.wasm"));
});
after(async () => {
  await open?.close();
  rmSync(work, { recursive: true });
});

/** Runs a function in the page, with the microphone's entry. */
const inPage = <T>(run: (entry: InPage, wasm: string) => Promise<T>): Promise<T> => runInPage(open.page, run, wasm);

test("a microphone: answers, speech, frames; nothing about sound from before and after a pause; closed, it is released", {
  skip,
}, async () => {
  const told = await inPage(async ({ listen, accepted, wait, until }) => {
    const answers: LiveAnswer[] = [];
    const times: number[] = [];
    let [starts, ends, frames, overloads] = [0, 0, 0, 0];
    const microphone = await listen({
      model: "/build/",
      onAnswer: (answer) => {
        answers.push(answer);
        times.push(answer.timeMs);
      },
      onSpeechStart: () => void starts++,
      onSpeechEnd: () => void ends++,
      onFrame: ({ mel }) => {
        if (mel.length === 128) frames++;
      },
      onOverload: () => void overloads++,
    });
    const settings = microphone.stream!.getAudioTracks()[0]!.getSettings();
    const begin = performance.now();
    // Nearly 4 s of sound: all of the voice.
    await until(() => frames > 240 && starts > 0 && accepted(answers).length > 0);
    const framesASecond = (1000 * frames) / (performance.now() - begin);
    microphone.set({ smoothing: 2 });
    await microphone.pause();
    const [atPause, framesAtPause, startsAtPause, endsAtPause] = [answers.length, frames, starts, ends];
    await wait(600);
    const whilePaused = answers.length - atPause + (frames - framesAtPause);
    await microphone.resume();
    await until(() => answers.length - atPause >= 2);
    const statistics = (await microphone.adaptation())!.length;
    let setting = "";
    try {
      microphone.set(null as never);
    } catch (error) {
      setting = (error as Error).message;
    }
    await microphone.close();
    await microphone.close();
    const track = microphone.stream!.getAudioTracks()[0]!.readyState;
    const refusal = await microphone.resume().catch(({ status }: { status: string }) => status);
    const first = answers[atPause]!;
    const labels = accepted(answers);
    return {
      ...{
        labels,
        settings,
        whilePaused,
        framesAtPause,
        framesASecond,
        startsAtPause,
        endsAtPause,
        times,
        statistics,
        setting,
        track,
        refusal,
        overloads,
        first,
      },
      model: microphone.model.classes.length,
      later: answers.length - atPause,
    };
  });
  assert.ok(told.labels.length > 0);
  assert.deepEqual([...new Set(told.labels)], ["anger"]);
  assert.equal(told.settings.echoCancellation, false);
  assert.equal(told.settings.noiseSuppression, false);
  assert.equal(told.settings.autoGainControl, false);
  // Of 62.5, and what was heard before listen() had returned.
  assert.ok(told.framesAtPause > 240 && told.framesASecond < 75, `${told.framesAtPause} frames, ${told.framesASecond} a second`);
  assert.ok(told.startsAtPause > 0);
  assert.equal(told.endsAtPause, told.startsAtPause, "a pause ends speech");
  assert.equal(told.whilePaused, 0);
  assert.ok(told.later >= 2, `${told.later} answers after the pause`);
  assert.ok(told.first.heardMs <= 512 || told.first.state === "listening");
  assert.deepEqual(
    told.times,
    [...told.times].sort((a, b) => a - b),
  );
  assert.ok(told.statistics > 100);
  assert.match(told.setting, /^the argument of set\(\) must be an object of settings/);
  assert.equal(told.track, "ended");
  assert.equal(told.refusal, "CLOSED");
  assert.equal(told.overloads, 0);
  assert.equal(told.model, 7);
});

test("a MediaStream and an AudioNode of one's own go on after close()", { skip }, async () => {
  const told = await inPage(async ({ listen, accepted, until }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const own = await navigator.mediaDevices.getUserMedia({ audio: true });
    const hear = async (source: MediaStream | AudioNode): Promise<string[]> => {
      const answers: LiveAnswer[] = [];
      const microphone = await listen({ module, source, onAnswer: (answer) => void answers.push(answer) });
      await until(() => accepted(answers).length > 0);
      await microphone.close();
      return [...new Set(accepted(answers))];
    };
    const context = new AudioContext({ sampleRate: 22050 });
    const gain = new GainNode(context, { gain: 0.5 });
    context.createMediaStreamSource(own).connect(gain);
    const labels = [await hear(own), await hear(gain)];
    const silent = await listen({ source: new MediaStream() }).catch(({ status, message }: { status: string; message: string }) => [
      status,
      message,
    ]);
    return { labels, state: context.state, track: own.getTracks()[0]!.readyState, silent };
  });
  assert.deepEqual(told.labels, [["anger"], ["anger"]]);
  assert.equal(told.state, "running");
  assert.equal(told.track, "live");
  assert.deepEqual(told.silent, ["BAD_ARGUMENT", "source must be a MediaStream with sound; this one has no audio track"]);
});

test("a worker that is too slow: the newest sound is dropped, and reported", { skip }, async () => {
  const overloads = await inPage(async ({ listen, wait, until }, wasm) => {
    const overloads: { timeMs: number; droppedMs: number }[] = [];
    // A worker that does nothing for two seconds after it has heard some sound.
    const slow = `import "${location.origin}/dist/ts-tools/runtime/microphone_worker.js";
      const take = onmessage; let port;
      globalThis.onmessage = (event) => { take(event);
        if (event.data.type === "set") { const end = Date.now() + 2000; while (Date.now() < end); } };`;
    const workerUrl = URL.createObjectURL(new Blob([slow], { type: "text/javascript" }));
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const microphone = await listen({ module, workerUrl, bufferMs: 500, onOverload: (overload) => void overloads.push(overload) });
    await wait(1000);
    microphone.set({ hold: 1 });
    await until(() => overloads.reduce((sum, { droppedMs }) => sum + droppedMs, 0) > 1000);
    // Nothing more is dropped.
    await wait(500);
    await microphone.close();
    return overloads;
  });
  const dropped = overloads.reduce((sum, { droppedMs }) => sum + droppedMs, 0);
  assert.ok(dropped > 1000 && dropped < 2000, `${dropped} ms dropped`);
  assert.ok(overloads.every(({ timeMs }) => timeMs > 500 && timeMs < 5000));
});

test("errors have a code: wrong options before the user is asked, no model, no scripts, no page, no microphone, denied", {
  skip,
}, async () => {
  const told = await inPage(async ({ listen }) => {
    const refusals: [string, string][] = [];
    const refused = async (options: object): Promise<void> => {
      await listen(options).then(
        () => refusals.push(["none", ""]),
        ({ status, message }: { status: string; message: string }) => refusals.push([status, message]),
      );
    };
    await refused({ onanswer: 1 });
    await refused({ onEnd: 1 });
    await refused({ bufferMs: 5 });
    await refused({ source: {} });
    await refused({ smoothing: 17 });
    // None of these asks the user.
    const { getUserMedia } = navigator.mediaDevices;
    navigator.mediaDevices.getUserMedia = () => {
      throw new Error("the user was asked");
    };
    const stream = await getUserMedia.call(navigator.mediaDevices, { audio: true });
    const bytes = new Uint8Array(8);
    await refused({ source: stream, audio: {} });
    await refused({ model: "full", module: bytes });
    await refused({ module: 42 });
    await refused({ module: () => {} });
    await refused({ workerUrl: 5 });
    await refused({ workletUrl: {} });
    await refused({ model: "/build/", adaptation: new Uint8Array(216) });
    for (const track of stream.getTracks()) track.stop();
    Reflect.deleteProperty(navigator.mediaDevices, "getUserMedia");
    await refused({ model: "/nothing/" });
    await refused({ workerUrl: "/nothing.js" });
    await refused({ workletUrl: "/nothing.js" });
    await refused({ audio: { deviceId: { exact: "nothing" } } });
    const { mediaDevices } = navigator;
    const fail = (name: string): void => {
      mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
    };
    for (const name of ["NotAllowedError", "SecurityError", "NotFoundError", "NotReadableError", "OtherError"]) {
      fail(name);
      await refused({});
    }
    Reflect.deleteProperty(mediaDevices, "getUserMedia");
    return refusals;
  });
  assert.deepEqual(
    told.map(([status]) => status),
    [
      ...[...Array.from({ length: 11 }, () => "BAD_ARGUMENT"), "ADAPTATION_DAMAGED", "NO_MODEL"],
      ...["NO_WORKER", "NO_WORKER", "NO_MICROPHONE"],
      ...["MICROPHONE_DENIED", "MICROPHONE_DENIED", "NO_MICROPHONE", "MICROPHONE_BUSY", "MICROPHONE_BUSY"],
    ],
    JSON.stringify(told),
  );
  for (const [, message] of told) assert.match(message, /^[^\n]{20,}$/);
  for (const [index, text] of [
    /both source and audio/,
    /both model and module/,
    /^module /,
    /^module /,
    /^workerUrl /,
    /^workletUrl /,
  ].entries())
    assert.match(told[5 + index]![1], text);
  await assert.rejects(listen(), { name: "RecognizerError", status: "UNSUPPORTED" });
});

test("a microphone that is taken away: onEnd, and everything is released", { skip }, async () => {
  const told = await inPage(async ({ listen }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    return new Promise<unknown[]>((resolve) => {
      const opened = listen({
        module,
        onEnd: async ({ status }) => {
          const microphone = await opened;
          resolve([status, microphone.state, microphone.stream!.getTracks()[0]!.readyState]);
        },
      });
      void opened.then(({ stream }) => stream!.getAudioTracks()[0]!.dispatchEvent(new Event("ended")));
    });
  });
  assert.deepEqual(told, ["MICROPHONE_ENDED", "closed", "ended"]);
});

test("a strict Content-Security-Policy: scripts and workers of this site, and WebAssembly", { skip }, async () => {
  const page = await open.page.context().browser()!.newPage();
  const csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-test'; worker-src 'self'; connect-src 'self'";
  await page.route("**/strict", (route) =>
    route.fulfill({
      contentType: "text/html",
      headers: { "content-security-policy": csp },
      body: '<script nonce="test" type="module">window.entry = await import("/dist/ts-tools/runtime/microphone.js");</script>',
    }),
  );
  await page.goto(`${open.server.address}strict`);
  const answers = await page.evaluate(async () => {
    const found = globalThis as unknown as { entry?: typeof MicrophoneEntry };
    while (found.entry === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    const { entry } = found;
    let answers = 0;
    const microphone = await entry.listen({ model: "/build/", onAnswer: () => void answers++ });
    for (const end = performance.now() + 20_000; answers === 0 && performance.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    await microphone.close();
    return answers;
  });
  await page.close();
  assert.ok(answers > 0);
});

test("createLive() inside an AudioWorklet: the same bits as in Node", { skip }, async () => {
  const worklet = `import { createLive } from "/dist/ts-tools/runtime/browser.js";
    registerProcessor("live", class extends AudioWorkletProcessor {
      constructor() {
        super();
        this.port.onmessage = async ({ data: { module, samples } }) => {
          try {
            const answers = [];
            const live = await createLive({ module, onAnswer: (answer) => answers.push(answer) });
            for (let at = 0; at < samples.length; at += 128) live.push(samples.subarray(at, at + 128));
            live.finish();
            this.port.postMessage({ answers, missing: ["TextDecoder", "performance", "fetch", "URL"].filter((name) => !(name in globalThis)) });
          } catch (error) { this.port.postMessage({ error: String(error) }); }
        };
      }
      process() { return true; }
    });`;
  writeFileSync(join(work, "live_worklet.js"), worklet);
  const address = open.server.file(join(work, "live_worklet.js"));
  const bytes = readFileSync(join(build, "light-sernet.simd.wasm"));
  const { answers, error, missing } = await open.page.evaluate(
    async ([address, wasm, samples]) => {
      const context = new AudioContext();
      await context.audioWorklet.addModule(address);
      const node = new AudioWorkletNode(context, "live");
      const module = new Uint8Array(await (await fetch(wasm)).arrayBuffer());
      const told = new Promise((resolve) => {
        node.port.onmessage = ({ data }) => resolve(data);
      });
      node.port.postMessage({ module, samples: Int16Array.from(samples) });
      const result = await told;
      await context.close();
      return result as { answers: LiveAnswer[]; error?: string; missing?: string[] };
    },
    [address, wasm, [...samples]] as const,
  );
  assert.equal(error, undefined);
  // What a worklet lacks, and the stream must do without.
  assert.deepEqual(missing, ["TextDecoder", "performance", "fetch", "URL"]);
  const expected: LiveAnswer[] = [];
  const live = await createLive({ module: bytes, onAnswer: (answer) => void expected.push(answer) });
  live.push(samples);
  live.finish();
  assert.deepEqual(answers, expected);
  assert.ok(expected.some(({ accepted }) => accepted));
});
