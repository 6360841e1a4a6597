/** Writes the figures of the documents anew, and the picture of the bench: the second half of `npm run docs`. A test checks that they are up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chart } from "../compare/chart.js";
import type { BenchReport } from "../compare/report.js";
import { documents } from "./documents.js";
import { root } from "./sources.js";

async function writeDocuments(): Promise<void> {
  for (const [name, text] of await documents()) writeFileSync(path.join(root, name), text);
  const report = JSON.parse(readFileSync(path.join(root, "bench", "results", "bench.json"), "utf8")) as BenchReport;
  writeFileSync(path.join(root, "docs", "bench.svg"), chart(report, ["network", "frontend"]));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await writeDocuments();
