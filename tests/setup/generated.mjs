// Writes assembly/generated, the sources that the specs of as-pect, the editor and the linter see: those of `full` without the parts that a model may have or lack, so that the
// front end computes the coefficients that the specs know, and nothing optional is exported. Whole modules, with all of these parts, are tested from outside.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OPTIONAL = ["normalization", "dimensions", "speakerAnswers", "leastSpeechFrames", "voice"];
const SIDECAR = "light-sernet.json";

const root = fileURLToPath(new URL("../..", import.meta.url));
const weights = join(root, "weights/full");
const work = mkdtempSync(join(tmpdir(), "light-sernet-generated-"));
try {
  const model = join(work, "model");
  for (const file of readdirSync(weights).filter((name) => name === "model.json" || name.endsWith(".bin"))) cpSync(join(weights, file), join(model, file));
  const sidecar = Object.entries(JSON.parse(readFileSync(join(weights, SIDECAR), "utf8"))).filter(([name]) => !OPTIONAL.includes(name));
  writeFileSync(join(model, SIDECAR), JSON.stringify(Object.fromEntries(sidecar)));
  const out = join(work, "built");
  execFileSync(process.execPath, [join(root, "dist/ts-tools/cli/main.js"), "build", model, "--out", out, "--profile", "embedded"], { stdio: ["ignore", "ignore", "inherit"] });
  rmSync(join(root, "assembly/generated"), { recursive: true, force: true });
  cpSync(join(out, "generated"), join(root, "assembly/generated"), { recursive: true });
} finally {
  rmSync(work, { recursive: true });
}
