import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { classesFault, isName, nameTwice } from "../../ts-tools/model/model_names.js";
import { shown, visible, visibleLines, visibleTexts } from "../../ts-tools/text/visible_text.js";

test("accepted names", () => {
  for (const name of ["anger", "Überraschung", "喜び", "خوش\u200cحال", "❤\ufe0f", "👩\u200d🚀", "C++ (v2) <b>|`*`", "__proto__", "a b"])
    assert.ok(isName(name, 64), name);
});

test("refused names: invisible, look-alike, or with control characters", () => {
  const bad = [
    "",
    " ",
    "a ",
    "\ta",
    "a\0b",
    "a\nb",
    "\u001b[2J",
    "\u007f",
    "a\u009bm",
    "a\u2028b",
    "a\u202eb",
    "a\u2066b",
    "a\u200bb",
    "\ufeffa",
    "a\u00adb",
  ];
  for (const name of [...bad, "a\u200cb", "\u200d", "a\ud800", "\udc00", "\u3164", "a\u{e0041}"])
    assert.ok(!isName(name, 64), JSON.stringify(name));
  for (const name of [undefined, null, 1, 1n, [], {}, Symbol("a")]) assert.ok(!isName(name, 64), String(name));
});

test("the ceiling counts bytes of UTF-8", () => {
  assert.ok(isName("é".repeat(32), 64));
  assert.ok(!isName("é".repeat(33), 64));
  assert.ok(!isName("x".repeat(65), 64));
});

test("lists of classes", () => {
  assert.equal(classesFault(["a", "b"]), undefined);
  assert.equal(classesFault(Array.from({ length: 256 }, (_, index) => String(index))), undefined);
  assert.match(classesFault(Array.from({ length: 257 }, (_, index) => String(index)))!.expected, /1 to 256/);
  assert.equal(classesFault(["a", 3])!.index, 1);
  assert.equal(nameTwice(["e\u0301", "b", "é"]), "é");
});

test("a name survives UTF-8, and no two become one", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: "binary", maxLength: 8 }), { minLength: 1, maxLength: 5 }), (names) => {
      if (classesFault(names)) return;
      assert.deepEqual(
        names.map((name) => new TextDecoder().decode(new TextEncoder().encode(name))),
        names,
      );
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test("what a person is shown has no control characters, and is one line", () => {
  assert.equal(visible("a\u001b[31m\n\u009b\u202e\ud800é👩\u200d🚀"), "a\\u001b[31m\\n\\u009b\\u202e\\ud800é👩\u200d🚀");
  assert.equal(visibleLines("a\nb\rc"), "a\nb\\rc");
  assert.deepEqual(visibleTexts({ "a\n": ["\u0007", 1, null, { b: true }] }), { "a\\n": ["\\u0007", 1, null, { b: true }] });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(visible(text), /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/u);
      assert.equal(JSON.parse(visible(JSON.stringify(text))), text, "of JSON it is the same value");
    }),
    { seed: 6, numRuns: 2000 },
  );
});

test("any value in a sentence: short, and nothing is thrown", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  let deep: unknown = 0;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  for (const value of [
    1n,
    Symbol("s"),
    () => 1,
    circle,
    deep,
    Object.create(null),
    undefined,
    Number.NaN,
    "x".repeat(1e6),
    "😀".repeat(40),
  ]) {
    const text = shown(value);
    assert.ok(text.length > 0 && text.length <= 60 && !/\p{Cs}/u.test(text), text);
  }
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => shown(value).length <= 60),
    { seed: 7, numRuns: 1000 },
  );
});
