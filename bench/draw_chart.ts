/**
 * Draws the chart of a kept result again, with all stages or with some:
 *
 *     node dist/bench/draw_chart.js bench/results/bench.json docs/bench.svg [network,frontend]
 */
import { readFileSync } from "node:fs";
import { runIfMain, UsageError } from "../ts-tools/host/main_module.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { chart } from "./compare/chart.js";
import { STAGES } from "./compare/measurement.js";
import type { BenchReport } from "./compare/report.js";

await runIfMain(import.meta.url, () => {
  const [result, picture, names] = process.argv.slice(2);
  if (!result || !picture) throw new UsageError("usage: node dist/bench/draw_chart.js RESULT.json PICTURE.svg [STAGE,STAGE...]");
  const chosen = names?.split(",").map((name) => {
    const stage = STAGES.find((known) => known === name);
    if (stage === undefined) throw new UsageError(`${name} is not a stage; the stages are ${STAGES.join(", ")}`);
    return stage;
  });
  writeWhole(picture, chart(JSON.parse(readFileSync(result, "utf8")) as BenchReport, chosen));
});
