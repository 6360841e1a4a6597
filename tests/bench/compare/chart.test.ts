import assert from "node:assert/strict";
import { test } from "node:test";
import { chart } from "../../../bench/compare/chart.js";
import type { Measurement } from "../../../bench/compare/measurement.js";

const MACHINE = { cpu: 'A <fast> & "cheap" one', cores: 2, platform: "linux x64", release: "6", core: "1" };

function row(subject: Measurement["subject"], stage: Measurement["stage"], medianMs: number): Measurement {
  return { subject, engine: "node", precision: "float32", stage, medianMs, minMs: medianMs, runs: 3 };
}

test("a bar for every row, the fastest of a stage first, and well-formed XML", () => {
  const results = [
    row("tensorflow.js", "network", 12),
    row("light-sernet", "network", 3),
    row("meyda", "frontend", 150),
    row("librosa", "frontend", 0),
  ];
  const svg = chart({ machine: MACHINE, results });
  assert.equal(svg.match(/<rect class="bar"/g)?.length, results.length);
  assert.ok(svg.indexOf("light-sernet") < svg.indexOf("tensorflow.js"));
  assert.match(svg, /A &#60;fast&#62; &#38; &#34;cheap&#34; one/);
  assertWellFormed(svg);
  assert.equal(chart({ machine: MACHINE, results }, ["network"]).match(/<rect class="bar"/g)?.length, 2);
});

/** Every tag that opens closes, in order; no stray < or & in the text. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, end: string, name: string, attributes: string, empty: string) => {
      assert.ok(!/&(?!#\d+;)/.test(attributes), attributes);
      if (end) assert.equal(open.pop(), name);
      else if (!empty) open.push(name);
      return "";
    },
  );
  assert.deepEqual(open, []);
  assert.ok(!/[<>]|&(?!#\d+;)/.test(rest), "markup that is none");
}
