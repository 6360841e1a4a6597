import assert from "node:assert/strict";
import { test } from "node:test";
import { VerificationError, verify, verifyLogits } from "../../../bench/compare/verify.js";

const EXPECTED = { probabilities: [0.7, 0.2, 0.1], classes: ["calm", "angry", "sad"], frames: 184, coefficients: 40 };
const answer = (probabilities: number[]) => ({ probabilities, versions: {} });

test("within the bound of its precision an answer is right, beyond it a sentence says who and what to do", () => {
  assert.match(verify("tflite int8 native", "tflite", "int8", answer([0.65, 0.25, 0.1]), EXPECTED), /same label .* 0\.050 \(bound 0\.1\)/);
  assert.throws(() => verify("tflite float32 native", "tflite", "float32", answer([0.65, 0.25, 0.1]), EXPECTED), VerificationError);
  const wrongLabel = () => verify("onnxruntime int8 native", "onnxruntime", "int8", answer([0.2, 0.7, 0.1]), EXPECTED);
  assert.throws(wrongLabel, /onnxruntime int8 native answers angry and the float model calm, .*--install-peers/);
  const notNumbers = () => verify("light-sernet simd", "light-sernet", "int8", answer([Number.NaN, 0.2, 0.1]), EXPECTED);
  assert.throws(notNumbers, VerificationError);
  assert.throws(() => verify("short", "tflite", "int8", answer([0.7, 0.3]), EXPECTED), VerificationError);
});

test("the front end of another library must compute as many finite MFCCs", () => {
  const mfccs = { frames: 184, coefficients: 40, finite: true, versions: {} };
  assert.equal(verify("meyda", "meyda", "float32", mfccs, EXPECTED), "meyda: 184 x 40 finite MFCCs");
  assert.throws(() => verify("meyda", "meyda", "float32", { ...mfccs, frames: 185 }, EXPECTED), /185 x 40/);
  assert.throws(() => verify("meyda", "meyda", "float32", { ...mfccs, finite: false }, EXPECTED), VerificationError);
});

test("logits of all builds and engines are the same to the bit", () => {
  const one = { name: "scalar node", logits: [1, 2] };
  assert.equal(verifyLogits([]), undefined);
  assert.match(verifyLogits([one, { name: "simd wasmtime", logits: [1, 2] }])!, /scalar node, simd wasmtime/);
  assert.throws(
    () => verifyLogits([one, { name: "simd wasmtime", logits: [1, 3] }]),
    /simd wasmtime computes the logits 1,3 and scalar node 1,2/,
  );
});
