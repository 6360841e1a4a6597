import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgram } from "../../ts-tools/cli/program.js";

const ALL = ["classify", "listen", "build", "inspect", "evaluate", "segment", "features", "bench"];

test("a command that is named first is the only one that is loaded; for anything else there are all of them", async () => {
  const names = async (first: string | undefined): Promise<string[]> =>
    (await createProgram(first)).commands.map((command) => command.name());
  for (const name of ALL) assert.deepEqual(await names(name), [name]);
  for (const first of [undefined, "help", "--help", "-V", "clasify", "constructor"]) assert.deepEqual(await names(first), ALL);
});
