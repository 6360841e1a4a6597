/** Threads that classify recordings: the bits of one recognizer, errors of threads, back pressure. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import { createRecognizer, type Recognition, RecognizerError, type RecognizerStatus } from "../../ts-tools/runtime/index.js";
import { createPool, type Pool, type PoolOptions } from "../../ts-tools/runtime/pool.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";

const HZ = { sampleRate: 16000 };
let folder: string;
let pool: Pool;

before(async () => {
  ({ folder } = await narrowBuild());
  pool = await createPool({ model: folder, size: 2, mostWaiting: 3 });
});
after(() => pool.close());

const answer = ({ timing: _, ...rest }: Recognition): object => rest;
const refused = (status: RecognizerStatus, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RecognizerError, String(error));
  assert.deepEqual([error.status, text.test(error.message)], [status, true], error.message);
  return true;
};

test("recordings on two threads: the answers of one recognizer, in any order", async () => {
  const recognizer = await createRecognizer({ model: folder });
  assert.deepEqual([pool.size, pool.model], [2, recognizer.model]);
  const sounds = Array.from({ length: 5 }, (_, index) => voice(5000 + 9000 * index, 16000, index + 1));
  const results: Promise<Recognition>[] = [];
  for (const sound of sounds) {
    results.push(pool.classify(sound, HZ));
    // What is given is copied.
    sound.reverse();
  }
  for (const sound of sounds) sound.reverse();
  assert.deepEqual(
    (await Promise.all(results)).map(answer),
    sounds.map((sound) => answer(recognizer.classify(sound, HZ))),
  );
  const planes = [Float32Array.from(sounds[0]!, (sample) => sample / 32768), new Float32Array(5000)];
  assert.deepEqual(answer(await pool.classify(planes, HZ)), answer(recognizer.classify(planes, HZ)));
  const buffer = { length: 5000, sampleRate: 16000, numberOfChannels: 1, getChannelData: () => planes[0]! };
  assert.deepEqual(answer(await pool.classify(buffer)), answer(recognizer.classify(buffer)));
  const file = wavFile(sounds[4]!);
  assert.deepEqual(answer(await pool.classifyFile(file, { crops: 2 })), answer(await recognizer.classifyFile(file, { crops: 2 })));
  assert.equal(file.length > 0, true, "the file stays with the caller");
});

test("errors of a recording come from the thread as they are, and the thread goes on", async () => {
  await assert.rejects(pool.classify(voice(100), { sampleRate: 7999 }), refused("BAD_RATE", /8,000/));
  await assert.rejects(pool.classifyFile(wavFile([])), refused("WAV_EMPTY", /no complete sample/));
  await assert.rejects(pool.classify(voice(100), { ...HZ, crops: 0 }), refused("BAD_ARGUMENT", /crops/));
  await assert.rejects(
    pool.classify(voice(100), { ...HZ, onSegment: () => {} } as never),
    refused("BAD_ARGUMENT", /no option "onSegment"/),
  );
  await assert.rejects(pool.classify("sound" as never, HZ), refused("BAD_ARGUMENT", /samples must be/));
  assert.ok((await pool.classify(voice(3000), HZ)).label);
});

test("what cannot be sent to a thread is refused, and the thread goes on", async () => {
  const single = await createPool({ model: folder, size: 1 });
  const statistics = new Uint8Array(200);
  structuredClone(statistics, { transfer: [statistics.buffer] });
  await assert.rejects(
    single.classify(voice(3000), { ...HZ, adaptation: statistics }),
    refused("BAD_ARGUMENT", /cannot be sent to a thread/),
  );
  assert.ok((await single.classify(voice(3000), HZ)).label);
  await single.close();
});

test("back pressure: ready() waits for a thread, and more than mostWaiting are refused", async () => {
  const sound = voice(30000);
  const results: Promise<Recognition>[] = [];
  let most = 0;
  for (let round = 0; round < 8; round++) {
    await pool.ready();
    results.push(pool.classify(sound, HZ));
    most = Math.max(most, pool.waiting);
  }
  assert.equal(most, 0, "none had to wait");
  await Promise.all(results);
  const burst = Array.from({ length: 5 }, () => pool.classify(sound, HZ));
  await Promise.resolve();
  await assert.rejects(pool.classify(sound, HZ), refused("POOL_FULL", /^3 recordings wait for this pool, .* await pool\.ready\(\)/));
  assert.equal((await Promise.all(burst)).length, 5);
  assert.equal(pool.waiting, 0);
});

test("ready() reserves: of many callers at once none has to wait, whatever they do before they call", async () => {
  const narrow = await createPool({ model: folder, size: 1, mostWaiting: 0 });
  const sound = voice(3000);
  const order: number[] = [];
  const callers = Array.from({ length: 200 }, async (_, index) => {
    await narrow.ready();
    order.push(index);
    if (index % 3 === 0) return narrow.classify(sound, HZ);
    if (index % 3 === 1) return narrow.classifyFile(new Blob([wavFile(sound)]));
    return narrow.classify(sound, { ...HZ, crops: 0 }).catch(() => narrow.ready().then(() => narrow.classify(sound, HZ)));
  });
  assert.equal(new Set((await Promise.all(callers)).map(({ label }) => label)).size, 1);
  assert.deepEqual(
    order,
    Array.from({ length: 200 }).map((_, index) => index),
  );
  await narrow.close();
});

test("ready() without a recording holds its thread for a second, and close() ends the waiting", async () => {
  const narrow = await createPool({ model: folder, size: 1, mostWaiting: 0 });
  await narrow.ready();
  const begin = performance.now();
  await narrow.ready();
  assert.ok(performance.now() - begin > 900);
  const third = assert.rejects(narrow.ready(), refused("CLOSED", /this pool was closed/));
  await narrow.close();
  await third;
});

test("a thread that ends in the middle of a recording: this one is refused, the next gets a new thread", async (t) => {
  const threads: Worker[] = [];
  const post = Worker.prototype.postMessage;
  t.mock.method(Worker.prototype, "postMessage", function (this: Worker, ...parameters: Parameters<typeof post>) {
    threads.push(this);
    post.apply(this, parameters);
  });
  const dying = pool.classify(voice(48000), HZ);
  while (threads.length === 0) await Promise.resolve();
  await threads[0]!.terminate();
  await assert.rejects(
    dying,
    refused("WORKER_FAILED", /a thread of the pool has failed \(it ended with code 1\); classify this recording again/),
  );
  const again = await Promise.all(Array.from({ length: 4 }, () => pool.classify(voice(3000), HZ)));
  assert.equal(new Set(again.map(({ label }) => label)).size, 1);
});

test("close(): what is not finished is refused, and so is the rest", async () => {
  const closing = await createPool({ model: folder, size: 1 });
  const waiting = [closing.classify(voice(48000), HZ), closing.classify(voice(48000), HZ)];
  const refusals = waiting.map((result) => assert.rejects(result, refused("CLOSED", /this pool was closed/)));
  await closing.close();
  await Promise.all(refusals);
  await assert.rejects(closing.classify(voice(100), HZ), refused("CLOSED", /this pool was closed/));
  await assert.rejects(closing.ready(), refused("CLOSED", /this pool was closed/));
  await closing.close();
});

test("wrong options are refused by name", async () => {
  const wrong: [object, RegExp][] = [
    [{ size: 0 }, /^size must be a whole number from 1 to 256 and is 0$/],
    [{ size: "2" }, /^size must be/],
    [{ mostWaiting: -1 }, /^mostWaiting must be/],
    [{ siz: 2 }, /^there is no option "siz" here; there are size, mostWaiting, model, module, build, (?!.*onSegment)/],
    [{ onSegment: () => {} }, /^onSegment must be absent, because functions cannot go to a thread/],
    [{ long: "all" }, /^long must be/],
  ];
  for (const [options, text] of wrong)
    await assert.rejects(createPool({ model: folder, ...options } as PoolOptions), refused("BAD_ARGUMENT", text));
  await assert.rejects(createPool({ model: "/nowhere" }), refused("NO_MODEL", /has no built model/));
});
