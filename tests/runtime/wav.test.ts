import assert from "node:assert/strict";
import { before, test } from "node:test";
import { STATUS, WARNING } from "../../ts-tools/abi/status.js";
import { createRecognizer, type Recognition, type Recognizer, RecognizerError } from "../../ts-tools/runtime/index.js";
import { wavOf } from "../../ts-tools/sounds/pcm.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { hostileWavs, oddButGoodWavs, wavFile, wronglyLongWavs } from "../support/wav.js";

const SOUND = voice(9000);
let recognizer: Recognizer;
let expected: Record<string, number> | undefined;

before(async () => {
  recognizer = await createRecognizer({ model: (await narrowBuild()).folder });
  expected = recognizer.classify(SOUND, { sampleRate: 16000 }).logits;
});

function classifyWav(bytes: Uint8Array, piece: number): Recognition {
  recognizer.reset();
  recognizer.pushWav(new Uint8Array(0));
  for (let at = 0; at < bytes.length; at += piece) if (!recognizer.pushWav(bytes.subarray(at, at + piece))) break;
  return recognizer.finish();
}

test("odd but good WAVs, in pieces of any size", () => {
  for (const { name, bytes } of oddButGoodWavs(SOUND)) {
    for (const piece of [1, 7, 1000, 65536]) assert.deepEqual(classifyWav(bytes, piece).logits, expected, `${name} in pieces of ${piece}`);
  }
});

test("hostile WAVs: one sentence each, and the recognizer works on", () => {
  for (const { name, bytes, status } of hostileWavs()) {
    for (const piece of [1, 333, 65536]) {
      const check = (error: unknown) => {
        assert.ok(error instanceof RecognizerError, `${name}: ${String(error)}`);
        assert.equal(error.status, status, `${name} in pieces of ${piece}`);
        assert.equal(error.message, STATUS[status].sentence);
        return true;
      };
      assert.throws(() => classifyWav(bytes, piece), check, `${name} in pieces of ${piece}`);
    }
    assert.deepEqual(classifyWav(wavFile(SOUND), 4096).logits, expected, `after ${name}`);
  }
});

test("headers that are wrong about the length: the whole frames that are there, and one warning", () => {
  for (const { name, bytes, warning, samples } of wronglyLongWavs(SOUND)) {
    const { logits } = recognizer.classify(samples, { sampleRate: 16000 });
    for (const piece of [1, 7, 1000, 65536]) {
      const result = classifyWav(bytes, piece);
      assert.deepEqual(result.logits, logits, `${name} in pieces of ${piece}`);
      assert.deepEqual(result.input.warnings, [warning], `${name} in pieces of ${piece}`);
      assert.deepEqual(result.warnings, [WARNING[warning].sentence]);
    }
  }
});

test("a written WAV is a plain one", () => assert.deepEqual(wavOf(SOUND, 16000), wavFile(SOUND)));
