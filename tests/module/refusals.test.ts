/** Models whose parts do not agree must not become modules, and names may hold any characters that can be seen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { NamedModel } from "../../ts-tools/emit/emit.js";
import { buildModules } from "../../ts-tools/link/build_modules.js";
import { type ModelPlan, nameModel, planModel, shortFrontEnd } from "./built_model.js";
import { Instance } from "./instance.js";

const PLAN: ModelPlan = { name: "parts", frontEnd: shortFrontEnd(6, 12), widths: [4, 4, 4, 4, 4, 4, 4, 4], classes: 3, seed: 111 };
const NAMED = nameModel(PLAN.name, planModel(PLAN), PLAN.frontEnd);

const DISAGREEING: Readonly<Record<string, NamedModel>> = {
  "fewer names than classes": { ...NAMED, classes: NAMED.classes.slice(1) },
  "a threshold above 1": { ...NAMED, acceptThreshold: 1.5 },
  "a threshold below 0": { ...NAMED, acceptThreshold: -0.5 },
  "a threshold that is no float32": { ...NAMED, acceptThreshold: 0.6 },
  "a threshold that is no number": { ...NAMED, acceptThreshold: Number.NaN },
  "another number of frames than the front end gives": { ...NAMED, frontEnd: shortFrontEnd(5, 12) },
  "an id of two lines": { ...NAMED, id: "two\nlines" },
  "an id with half a surrogate pair": { ...NAMED, id: "half\ud800" },
  "a class that a terminal obeys": { ...NAMED, classes: ["a", "b\u001b[2J", "c"] },
  "a class twice": { ...NAMED, classes: ["a", "b", "a"] },
  "a frame larger than the page": { ...NAMED, frontEnd: { ...NAMED.frontEnd, frameSamples: 2 ** 30 } },
  "no bin between the edges of the filter bank": { ...NAMED, frontEnd: { ...NAMED.frontEnd, melLowHz: 7999, melHighHz: 8000 } },
  "fewer coefficients than the front end gives": { ...NAMED, frontEnd: shortFrontEnd(6, 13) },
};

for (const [name, named] of Object.entries(DISAGREEING)) {
  test(`${name}: refused`, async () => {
    await assert.rejects(buildModules(named, { command: false }), /^ModelError: This model cannot be built: \P{Cc}+\.$/u);
  });
}

const NAMES: Readonly<Record<string, { id?: string; classes?: string[] }>> = {
  "quotes, backslashes and letters of other alphabets": {
    id: 'odd "id" \\ `x` $y',
    classes: ['joy "and" fear', "Überraschung ζ", "\\u0041"],
  },
  "joiners that a script needs": { id: "خوش\u200cحال" },
  "as many bytes as there may be": { id: "é".repeat(64), classes: ["x".repeat(64), "喜".repeat(21), "c"] },
  "the end of a comment in an id": { id: "a */ b" },
  "the end of a comment in a class": { classes: ["a */ b", "/* c", "// d"] },
};

for (const [name, odd] of Object.entries(NAMES)) {
  test(`names with ${name} come back as they were`, async () => {
    const named = { ...NAMED, ...odd };
    const { embedded } = await buildModules(named, { command: false });
    const instance = await Instance.create(embedded);
    const text = (address: number): string => {
      const bytes = instance.bytes().subarray(address);
      return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    };
    assert.equal(text(instance.exports.modelIdAddress()), named.id);
    const names = named.classes.map((_, index) => text(instance.exports.classNameAddress(index)));
    assert.deepEqual(names, named.classes);
  });
}
