/** `make report` of both hosts with a model of another width: any folder of models is a folder of firmware. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildToFolder } from "../../ts-tools/cli/build.js";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { repositoryRoot } from "../support/paths.js";
import { assertSameAnswer, firmwareLines, type Host, make, nodeAnswers, skipHost } from "./cortex_m_make.js";
import { writeNarrowSource } from "./narrow_source.js";

const CORES: Readonly<Record<Host, readonly string[]>> = {
  "cortex-m": ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"],
  riscv: ["rv32imafc"],
};

let work: string;
let node: Recognition;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-narrow-report-"));
  writeNarrowSource(join(work, "weights", "narrow"), "narrow-of-full");
  const built = join(work, "built");
  await buildToFolder(join(work, "weights", "narrow"), { profile: "embedded", out: built });
  [node] = (await nodeAnswers([join(repositoryRoot, "examples", "long.wav")], built)) as [Recognition];
});
after(() => rmSync(work, { recursive: true }));

for (const [host, cores] of Object.entries(CORES) as [Host, readonly string[]][]) {
  test(`${host}: every core, checked and not, with the logits of Node`, { skip: skipHost(host) }, async () => {
    const result = await make(host, { BUILD: join(work, host), WEIGHTS: join(work, "weights") }, { goals: ["report"] });
    assert.equal(result.code, 0, result.stderr);
    const said = firmwareLines(result);
    assert.deepEqual(
      said.map(({ core, checked }) => ({ core, checked })),
      cores.flatMap((core) => [true, false].map((checked) => ({ core, checked }))),
    );
    assert.ok(new Set(Object.values(node.logits!)).size > 1);
    for (const line of said) {
      assertSameAnswer(line, node);
      assert.ok(line.ramBytes! < 48 * 1024 && line.flashBytes! < 100_000, `RAM ${line.ramBytes}, flash ${line.flashBytes}`);
    }
  });
}
