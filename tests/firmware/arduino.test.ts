/** The sketch in the generated folder, as arduino_sketch.ts compiles it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Instance } from "../module/instance.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { noise, voice } from "../support/sounds.js";
import { answerAt, buildSketch } from "./arduino_sketch.js";
import { bytesOf, skipCompiler, Workplace } from "./workplace.js";

const place = new Workplace();

/** The sketch, built once for all: its program. */
let sketch: Promise<string> | undefined;

/** What goes wrong on the first sound, as packaging/arduino/Arduino.h has it. */
interface Port {
  deaf?: number;
  late?: number;
  lost?: number;
}

/** Sends sounds to the sketch as it requests them; its answers must be what Node says at the sketch's level. */
async function assertSketchAsNode({ deaf = 0, late = 0, lost = -1 }: Port): Promise<void> {
  sketch ??= buildSketch(join(place.work, "arduino"), {
    folder: join(place.written, "examples", "Classify"),
    main: "sketch.cpp",
    libraries: { [place.written]: "light_sernet.c" },
  });
  const program = await sketch;
  const level = Number(/\bLEVEL = (\d+);/.exec(place.text("examples/Classify/Classify.ino"))![1]);
  const count = Number(/\bSAMPLES = (\d+);/.exec(place.text("examples/Classify/Classify.ino"))![1]);
  assert.equal(count, 48000);
  const long = readPcmWav(join(repositoryRoot, "examples", "long.wav"));
  const sounds = [long.slice(16000, 16000 + count), voice(count), voice(count, 16000, 3), noise(count, 3000), new Int16Array(count)];

  const node = await Instance.create(new Uint8Array(readFileSync(join(repositoryRoot, "build", "light-sernet.wasm"))));
  const { classes } = JSON.parse(place.text("model.json")) as { classes: string[] };
  const expected = sounds.flatMap((samples) => {
    const { label, accepted, logits } = answerAt(node, level, samples);
    return [accepted ? classes[label]! : "uncertain", logits.join(" ")];
  });
  const input = Buffer.concat(sounds.map(bytesOf));
  const failures = late > 0 || lost >= 0 ? 1 : 0;
  const parameters = [sounds.length + failures, deaf, late, lost].map(String);
  const { code, stdout, stderr } = await runProgram(program, parameters, { input });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.ok(new Set(expected).size >= 6, "sounds of different labels");
  if (failures > 0) expected.unshift("a piece of the sound is missing or came late; all of it again", "no result");
  assert.deepEqual(lines(stdout), expected);
}

test("Arduino: the sketch on 48,000 samples from the serial port, which it requests in pieces", { skip: skipCompiler }, async () => {
  for (const deaf of [0, 5]) await assertSketchAsNode({ deaf });
});

test("Arduino: a byte of a sound is lost; the sketch says so, and that sound and the others are answered", {
  skip: skipCompiler,
}, async () => {
  // Of the mark, the number and the samples of a first, a middle and the last piece.
  for (const lost of [0, 2, 131, 132, 40_001, 750 * 132 - 1]) await assertSketchAsNode({ lost });
});

test("Arduino: a sender that answers a second late, and so twice", { skip: skipCompiler }, async () => {
  for (const late of [1, 2, 5]) await assertSketchAsNode({ late });
});
