import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lightSernet, lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const voices = join(repositoryRoot, "examples", "emodb");

for (const model of ["full", "micro"]) {
  test(`${model} names the emotion in each real voice of examples/emodb, and is sure of it`, async () => {
    const { code, stdout, stderr } = await lightSernet([
      "classify",
      "--json",
      "--model",
      join(repositoryRoot, "weights", model, "int8"),
      voices,
    ]);
    assert.equal(code, 0, stderr);
    const answers = lines(stdout).map((line) => JSON.parse(line) as { file: string; label: string; accepted: boolean });
    assert.deepEqual(
      answers.map(({ file, label, accepted }) => [file, label, accepted]),
      readdirSync(voices)
        .sort()
        .map((name) => [join(voices, name), name.split("_")[0], true]),
    );
    assert.equal(answers.length, 3);
  });
}
