/**
 * Writes assembly/generated, the sources that the specs of as-pect, an editor and the linter see: those of `full` without its optional parts, so that the front end computes
 * the coefficients that the specs know. Whole modules, with all parts, are tested from outside.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildToFolder } from "../../ts-tools/cli/build.js";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { repositoryRoot } from "../support/paths.js";
import { writePlainSource } from "../support/plain_source.js";

await runIfMain(import.meta.url, async () => {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-generated-"));
  try {
    writePlainSource(join(work, "source"), "full");
    await buildToFolder(join(work, "source"), { profile: "embedded", out: join(work, "built") });
    const generated = join(repositoryRoot, "assembly", "generated");
    rmSync(generated, { recursive: true, force: true });
    cpSync(join(work, "built", "generated"), generated, { recursive: true });
  } finally {
    rmSync(work, { recursive: true });
  }
});
