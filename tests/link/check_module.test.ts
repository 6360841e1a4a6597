/** What the check of a finished module must refuse, each planted in the smallest module that keeps every other promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { EXPORTS } from "../../ts-tools/abi/exports.js";
import { checkEmbedded, checkHost } from "../../ts-tools/link/check_module.js";

const EXPORTED = Object.keys(EXPORTS)
  .map((name) => `(export "${name}" (func $f))`)
  .join(" ");

/** A module with a page, the exports and one passive segment, and with what `planted` adds. */
function moduleWith(planted: string, memory = "1 1", segments = '(data "weights")'): Uint8Array {
  const module = binaryen.parseText(
    `(module ${planted} (memory $m ${memory}) (export "memory" (memory $m)) ${segments} (func $f) ${EXPORTED})`,
  );
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
}

function check(bytes: Uint8Array): void {
  checkEmbedded("x.wasm", bytes, 1000, {});
}

test("a module that keeps the promises", () => {
  check(moduleWith("(func $local (local f32) (drop (f32.const 1)))"));
  // 11 is also the byte that ends an initial value; the last one's float32 has such bytes.
  check(moduleWith("(global (mut i64) (i64.const 11)) (global (mut f32) (f32.const 0x1.16160ap+0)) (global (mut i32) (i32.const -1))"));
  checkHost("x.wasm", moduleWith("", "3 3"), {});
});

const BROKEN: Readonly<Record<string, [module: Uint8Array, found: string]>> = {
  "an import": [moduleWith('(import "env" "abort" (func $abort))'), "imports env.abort; expected no imports"],
  "another export": [moduleWith('(export "extra" (func $f))'), "does not export what ts-tools/abi/exports.ts lists"],
  "no passive segment": [moduleWith("", "1 1", ""), "has 0 passive segments; expected one, the weights"],
  "memory that grows": [moduleWith("", "1 2"), "has 1 to 2 pages of memory; expected exactly one"],
  "memory without end": [moduleWith("", "1"), "has 1 to any number of pages of memory; expected exactly one"],
  ...Object.fromEntries(
    [
      ["memory.size", "(func (drop (memory.size)))"],
      ["memory.grow", "(func (drop (memory.grow (i32.const 1))))"],
      ["float64", "(func (drop (f32.demote_f64 (f64.promote_f32 (f32.const 1)))))"],
      ["float64", "(func (drop (f64.load (i32.const 0))))"],
      ["float64", "(func (drop (f64.mul (f64.const 1) (f64.const 2))))"],
      ["float64", "(func (param f64))"],
      ["float64", "(func (result f64) (unreachable))"],
      ["float64", "(func (local f64))"],
      ["float64", "(global (mut f64) (f64.const 11))"],
      ["a start function", "(start $f)"],
    ].map(([found, planted]) => [
      planted,
      [moduleWith(planted!), `has ${found}; expected no memory.size, memory.grow, float64 or start function`],
    ]),
  ),
};

for (const [name, [bytes, found]] of Object.entries(BROKEN)) {
  test(`refused: ${name}`, () => {
    assert.throws(() => check(bytes), { name: "ModuleCheckError", message: `x.wasm ${found}` });
  });
}

test("refused in a module for hosts: memory that grows", () => {
  const message = "x.wasm has 3 to 4 pages of memory; expected a fixed number";
  assert.throws(() => checkHost("x.wasm", moduleWith("", "3 4"), {}), { message });
});
