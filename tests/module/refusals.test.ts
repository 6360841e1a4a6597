/** Models whose parts do not agree must not become modules, and names may hold any characters. */
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
  "fewer coefficients than the front end gives": { ...NAMED, frontEnd: shortFrontEnd(6, 13) },
};

for (const [name, named] of Object.entries(DISAGREEING)) {
  test(`${name}: refused`, async () => {
    await assert.rejects(buildModules(named, { command: false }));
  });
}

const NAMES: Readonly<Record<string, { id?: string; classes?: string[] }>> = {
  "quotes, backslashes and letters of other alphabets": {
    id: 'odd "id" \\ `x` $y',
    classes: ['joy "and" fear', "Überraschung ζ", "\\u0041"],
  },
  "line ends in an id": { id: "two\nlines\u2028" },
  "line ends in a class": { classes: ["two\nlines", "b\r", "c"] },
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
