import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { errorSentence } from "../../ts-tools/host/terminal.js";
import { lightSernet } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";

let model: string;
let work: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-errors-"));
  mkdirSync(join(work, "data"));
  writeFileSync(join(work, "data", "a.wav"), wavFile(voice(1000)));
  writeFileSync(join(work, "a-file"), "");
});
after(() => rmSync(work, { recursive: true }));

test("every refusal names the file, once", async () => {
  const nothing = "there is no such file or folder; check the path";
  const cases: [string[], string][] = [
    [["inspect", "nonexist"], `nonexist: ${nothing}`],
    [["classify", "--model", model, "nonexist.wav"], `nonexist.wav: ${nothing}`],
    [["segment", "nonexist", "out", "--duration", "3"], `nonexist: ${nothing}`],
    [["build", "x", "--out", "y", "--budget", "nonexist.json"], `nonexist.json: ${nothing}`],
    [
      ["segment", "data", "a-file", "--duration", "3", "--model", model],
      "a-file: there is a file where a folder is needed; choose another place",
    ],
  ];
  for (const [parameters, sentence] of cases) {
    const { code, stdout, stderr } = await lightSernet(parameters, { folder: work });
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: "", stderr: `light-sernet: ${sentence}\n` });
  }
  const { stderr } = await lightSernet(["bench", "--model", "/nonexist"]);
  assert.match(stderr, /^light-sernet: \/nonexist\b[^\n]*\n$/);
});

test("the system's errors as sentences", () => {
  const error = (fields: object, message = "E: said") => Object.assign(new Error(message), fields);
  assert.equal(errorSentence(error({ code: "ENOENT" })), "there is no such file or folder; check the path");
  assert.match(errorSentence(error({ code: "EISDIR", path: "a\nb" })), /^a\\nb: this is a folder/);
  assert.match(errorSentence(error({ code: "ENOTEMPTY", path: ".b.1.part", dest: "b" })), /^b: there is a folder with files/);
  assert.equal(errorSentence(error({ code: "EIO", path: "a" })), "a: E: said");
  assert.equal(errorSentence(error({ code: "EIO", path: "a" }, "EIO: open 'a'")), "EIO: open 'a'");
  assert.equal(errorSentence("text"), "text");
});
