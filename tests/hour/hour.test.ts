/** Two minutes of what `node dist/tests/hour/main.js` does for an hour, in Node and wasmtime; tests/firmware/stream_c.test.ts is about C. */
import { test } from "node:test";
import { StreamInstance } from "../firmware/stream_in_node.js";
import { findPython } from "../module/python.js";
import { shippedBuild } from "../support/shipped_build.js";
import { inNode, inWasmtime, runSubject } from "./runs.js";
import { talk } from "./sound.js";

const python = findPython();

test("a stream in Node and in every build under wasmtime: the same bits in any pieces, and memory does not grow", {
  skip: "missing" in python && python.missing,
}, async () => {
  const samples = talk(122);
  const instance = await StreamInstance.create("micro");
  const expected = instance.numbers(samples);
  const { out } = await shippedBuild("micro");
  const subjects = [...inNode(out), ...inWasmtime(out, (python as { program: string }).program)];
  for (const subject of subjects) await runSubject(subject, samples, expected, instance.classes.length);
});
