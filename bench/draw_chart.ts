#!/usr/bin/env node
/**
 * Draws the chart of a kept result again, of all stages or of some:
 *
 *     node bench/chart.mjs bench/results/bench.json docs/bench.svg [network,frontend]
 */
import { readFileSync } from "node:fs";
import { chart } from "../dist/bench/compare/chart.js";
import { writeWhole } from "../dist/ts-tools/host/write_whole.js";

const [result, picture, stages] = process.argv.slice(2);
if (result === undefined || picture === undefined) {
  console.error("usage: node bench/chart.mjs RESULT.json PICTURE.svg [STAGE,STAGE...]");
  process.exit(2);
}
writeWhole(picture, chart(JSON.parse(readFileSync(result, "utf8")), stages?.split(",")));
