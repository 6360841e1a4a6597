/** Pauses, ends and overload of `light-sernet/microphone` in Chromium, where contexts stop, tracks end and workers are late. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type OpenPage, openPage, skipWithoutChromium } from "../support/chromium.js";
import { type InPage, runInPage } from "../support/microphone_page.js";
import { repositoryRoot } from "../support/paths.js";

const skip = skipWithoutChromium;
const build = join(repositoryRoot, "build");

let open: OpenPage;
let wasm: string;
before(async () => {
  if (skip) return;
  const parameters = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  open = await openPage({ dist: join(repositoryRoot, "dist"), build }, [...parameters, "--autoplay-policy=no-user-gesture-required"]);
  wasm = open.server.file(join(build, "light-sernet.simd.wasm"));
});
after(() => open?.close());

const inPage = <T>(run: (entry: InPage, wasm: string) => Promise<T>): Promise<T> => runInPage(open.page, run, wasm);

test("an AudioNode whose context stops before a pause: nothing is heard until resume(), also if the context runs again", {
  skip,
}, async () => {
  const told = await inPage(async ({ listen, wait }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const context = new AudioContext();
    const source = new OscillatorNode(context);
    source.start();
    let frames = 0;
    const microphone = await listen({ module, source, onFrame: () => void frames++ });
    const counts: number[] = [];
    await wait(500);
    await context.suspend();
    await microphone.pause();
    counts.push(frames);
    await context.resume();
    await wait(500);
    counts.push(frames);
    await microphone.resume();
    await wait(500);
    counts.push(frames);
    await microphone.close();
    return counts;
  });
  const [before, paused, resumed] = told;
  assert.ok(before! > 0);
  assert.equal(paused, before, "frames while it is paused");
  assert.ok(resumed! > paused!, "frames after it goes on");
});

test("an AudioNode that falls silent: time goes on", { skip }, async () => {
  const [sounding, silent] = await inPage(async ({ listen, wait }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const context = new AudioContext();
    const source = new OscillatorNode(context);
    source.start();
    let timeMs = 0;
    const microphone = await listen({
      module,
      source,
      onFrame: (frame) => {
        timeMs = frame.timeMs;
      },
    });
    await wait(500);
    source.stop();
    await wait(200);
    const sounding = timeMs;
    await wait(1000);
    await microphone.close();
    return [sounding, timeMs - sounding];
  });
  assert.ok(sounding! > 100);
  assert.ok(silent! > 700, `${silent} ms of a second without sound`);
});

test("resume() that fails leaves the microphone paused and muted, and may be called again", { skip }, async () => {
  const told = await inPage(async ({ listen }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const microphone = await listen({ module });
    const track = microphone.stream!.getAudioTracks()[0]!;
    await microphone.pause();
    const { resume } = AudioContext.prototype;
    AudioContext.prototype.resume = () => new Promise(() => {});
    const status = await microphone.resume().catch((error: { status: string }) => error.status);
    const failed = [status, microphone.state, track.enabled];
    AudioContext.prototype.resume = resume;
    await microphone.resume();
    const resumed = [microphone.state, track.enabled];
    await microphone.close();
    return { failed, resumed };
  });
  assert.deepEqual(told, { failed: ["NEEDS_CLICK", "paused", false], resumed: ["listening", true] });
});

test("a track that ends while resume() or pause() runs: one sentence, onEnd once, and it stays closed", { skip }, async () => {
  const told = await inPage(async ({ listen, wait }, wasm) => {
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const { resume } = AudioContext.prototype;
    const results: unknown[] = [];
    for (const during of ["resume", "pause"] as const) {
      const ends: string[] = [];
      const microphone = await listen({ module, onEnd: ({ status }) => void ends.push(status) });
      const end = (): void => void microphone.stream!.getAudioTracks()[0]!.dispatchEvent(new Event("ended"));
      if (during === "resume") {
        await microphone.pause();
        AudioContext.prototype.resume = async function () {
          end();
          await wait(100);
          await resume.call(this);
        };
      }
      const step = microphone[during]();
      if (during === "pause") end();
      results.push(
        await step.then(
          () => "done",
          (error: { status?: string; name: string }) => error.status ?? error.name,
        ),
      );
      AudioContext.prototype.resume = resume;
      await wait(300);
      results.push([microphone.state, ends]);
    }
    return results;
  });
  assert.deepEqual(told, ["MICROPHONE_ENDED", ["closed", ["MICROPHONE_ENDED"]], "done", ["closed", ["MICROPHONE_ENDED"]]]);
});

test("a source whose tracks have ended is refused", { skip }, async () => {
  const told = await inPage(async ({ listen }) => {
    const source = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of source.getTracks()) track.stop();
    return listen({ source }).then(
      () => "none",
      ({ message }: { message: string }) => message,
    );
  });
  assert.equal(told, "source must be a MediaStream with sound; the audio tracks of this one have ended");
});

test("a worker that is too slow: what is dropped at last is told at a pause, and pauses do not enlarge the buffer", { skip }, async () => {
  const told = await inPage(async ({ listen, wait }, wasm) => {
    // A worker that does nothing for a while after a change of the settings.
    const slow = `import "${location.origin}/dist/ts-tools/runtime/microphone_worker.js";
      const take = onmessage;
      globalThis.onmessage = (event) => { take(event);
        if (event.data.type === "set") { const end = Date.now() + 600; while (Date.now() < end); } };`;
    const workerUrl = URL.createObjectURL(new Blob([slow], { type: "text/javascript" }));
    const module = await WebAssembly.compileStreaming(fetch(wasm));
    const context = new AudioContext();
    const source = new OscillatorNode(context);
    source.start();
    let dropped = 0;
    const onOverload = ({ droppedMs }: { droppedMs: number }): void => {
      dropped += droppedMs;
    };
    const microphone = await listen({ module, source, workerUrl, bufferMs: 100, onOverload });
    await wait(300);
    for (let pauses = 0; pauses < 40; pauses++) {
      await microphone.pause();
      await microphone.resume();
    }
    dropped = 0;
    microphone.set({ hold: 1 });
    await wait(400);
    await microphone.pause();
    const atPause = dropped;
    await microphone.close();
    return { atPause, later: dropped - atPause };
  });
  assert.ok(told.atPause > 150 && told.atPause < 600, `${told.atPause} ms dropped`);
  assert.equal(told.later, 0);
});
