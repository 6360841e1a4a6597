import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { parseFolds, readFolds } from "../../ts-tools/evaluate/folds.js";

const FILE = join("runs", "folds.json");
const FOLD = { name: "03", model: "03/int8", test: ["03a01Fa", "03a01Nc"] };
let work: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-folds-"));
});
after(() => rmSync(work, { recursive: true }));

function sentence(text: string): string {
  try {
    parseFolds(text, FILE);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  return "";
}

test("what the file says; models seen from its folder", () => {
  const text = JSON.stringify({ protocol: "loso", folds: [FOLD, { ...FOLD, name: "08", model: "../08" }], more: 1 });
  assert.deepEqual(parseFolds(text, FILE), {
    file: FILE,
    protocol: "loso",
    folds: [
      { ...FOLD, model: join("runs", "03", "int8") },
      { ...FOLD, name: "08", model: "08" },
    ],
  });
  assert.equal(parseFolds(JSON.stringify({ protocol: "random", folds: [FOLD] }), FILE).protocol, "random");
});

test("every field that is wrong gets one sentence with the file and what to do", () => {
  const advice = "; correct it.";
  const folds = (...changed: unknown[]) => JSON.stringify({ protocol: "loso", folds: changed });
  const cases: [string, string][] = [
    ["", `${FILE} is not JSON${advice}`],
    ["{", `${FILE} is not JSON${advice}`],
    ["[]", `${FILE} must contain a JSON object${advice}`],
    ["null", `${FILE} must contain a JSON object${advice}`],
    [JSON.stringify({ folds: [FOLD] }), `${FILE}: protocol must be loso or random, but is missing${advice}`],
    [JSON.stringify({ protocol: "loso\n", folds: [FOLD] }), `${FILE}: protocol must be loso or random, but is "loso\\n"${advice}`],
    [JSON.stringify({ protocol: ["loso"], folds: [FOLD] }), `${FILE}: protocol must be loso or random, but is ["loso"]${advice}`],
    [JSON.stringify({ protocol: "loso" }), `${FILE}: folds must be a list of objects, but is missing${advice}`],
    [folds(), `${FILE}: folds must be a list of objects, but is []${advice}`],
    [folds(3), `${FILE}: folds[0] must be an object${advice}`],
    [folds({ ...FOLD, name: " " }), `${FILE}: folds[0].name must be a non-empty string, but is " "${advice}`],
    [folds({ ...FOLD, name: 3 }), `${FILE}: folds[0].name must be a non-empty string, but is 3${advice}`],
    [folds({ ...FOLD, model: undefined }), `${FILE}: folds[0].model must be a non-empty string, but is missing${advice}`],
    [folds({ ...FOLD, test: "03a01Fa" }), `${FILE}: folds[0].test must be a list of different names, but is "03a01Fa"${advice}`],
    [folds({ ...FOLD, test: [] }), `${FILE}: folds[0].test must be a list of different names, but is []${advice}`],
    [folds({ ...FOLD, test: ["a", 1] }), `${FILE}: folds[0].test must be a list of different names, but is ["a",1]${advice}`],
    [folds({ ...FOLD, test: ["a", "a"] }), `${FILE}: folds[0].test must be a list of different names, but is ["a","a"]${advice}`],
    [folds(FOLD, FOLD), `${FILE}: two folds are named "03"; give each its own name.`],
  ];
  for (const [text, expected] of cases) assert.equal(sentence(text), expected);
});

test("a thousand folds are read, more of them are refused at once", () => {
  const text = (count: number) => {
    const folds = Array.from({ length: count }, (_, index) => ({ ...FOLD, name: String(index) }));
    return JSON.stringify({ protocol: "loso", folds });
  };
  assert.equal(parseFolds(text(1000), FILE).folds.length, 1000);
  assert.equal(sentence(text(1001)), `${FILE}: it has 1,001 folds, more than the limit of 1,000; leave some out.`);
  const large = text(200_000);
  const before = process.cpuUsage();
  assert.match(sentence(large), /it has 200,000 folds/);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5e6, `${user + system} microseconds`);
});

test("anything at all is read or refused with one sentence", () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ protocol: fc.constantFrom("loso", "random", "x"), folds: fc.anything() }).map((value) => JSON.stringify(value)),
    fc
      .record({
        protocol: fc.constant("loso"),
        folds: fc.array(
          fc.record(
            { name: fc.jsonValue(), model: fc.jsonValue(), test: fc.oneof(fc.jsonValue(), fc.array(fc.string())) },
            { requiredKeys: [] },
          ),
        ),
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const said = sentence(text);
      assert.ok(said === "" || (said.startsWith(FILE) && !said.includes("\n")), said);
    }),
    { seed: 3, numRuns: 2000 },
  );
});

test("a missing folds.json is not an error, one that cannot be read is", async () => {
  assert.equal(await readFolds(work), undefined);
  assert.equal(await readFolds(join(work, "missing")), undefined);
  writeFileSync(join(work, "file"), "");
  assert.equal(await readFolds(join(work, "file")), undefined);
  mkdirSync(join(work, "folder", "folds.json"), { recursive: true });
  await assert.rejects(readFolds(join(work, "folder")), /folds\.json is a folder, not a file; replace it by a plain file$/);
  writeFileSync(join(work, "folds.json"), JSON.stringify({ protocol: "random", folds: [FOLD] }));
  assert.equal((await readFolds(work))?.folds[0]?.model, join(work, "03", "int8"));
});
