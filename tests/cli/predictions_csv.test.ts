import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvRow } from "../../ts-tools/cli/csv.js";
import { predictionsCsv } from "../../ts-tools/cli/predictions_csv.js";

/** The fields of CSV (RFC 4180). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: string[] = [];
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (text[at] === '"') at++;
          field += text[at];
        }
        at++;
      } else {
        while (text[at] !== "," && text[at] !== "\n") field += text[at++];
      }
      row.push(field);
      if (text[at++] === "\n") break;
    }
    rows.push(row);
  }
  return rows;
}

/** A text cell as it was before it was kept from being a formula: training/results/predictions.py does the same. */
const written = (cell: string): string => (/^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell);

test("what a spreadsheet would run is text; numbers stay as they are", () => {
  const cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "'x", "x=1", "", ";x"];
  const expected = ["'=1+1", "'+1", "'-1", "'@SUM(A1)", '"\'\tx"', '"\'\rx"', '"\'\nx"', "'＝1", "''=1", "'x", "x=1", "", '";x"'];
  for (const [index, cell] of cells.entries()) assert.equal(csvRow([cell]), expected[index]);
  assert.equal(csvRow(["a", -0.5, 1e-7]), "a,-0.5,1e-7");
});

test("header and rows", () => {
  const prediction = {
    utterance: "03a01Fa",
    fold: "03",
    label: 0,
    answered: 1,
    accepted: true,
    probabilities: [Math.fround(1 / 3), Math.fround(2 / 3)],
  };
  assert.equal(
    predictionsCsv([prediction, { ...prediction, utterance: "a,b", fold: "" }], ["happiness", "neutral"]),
    "utterance,fold,true,predicted,happiness,neutral\n03a01Fa,03,happiness,neutral,0.33333334,0.6666667\n" +
      '"a,b",,happiness,neutral,0.33333334,0.6666667\n',
  );
});

test("failures: rows at the end, and the column error", () => {
  const prediction = { utterance: "a", fold: "", label: 0, answered: 1, accepted: true, voice: 1, probabilities: [0.25, 0.75] };
  const failure = { utterance: "caf\udce9", fold: "f", label: 1, error: "it is empty; record it again" };
  assert.equal(
    predictionsCsv([prediction], ["x", "y"], ["voice"], [failure]),
    'utterance,fold,true,predicted,voice,x,y,error\na,,x,y,1,0.25,0.75,\ncaf\\udce9,f,y,,,,,"it is empty; record it again"\n',
  );
});

test("any names and any probabilities read back, floats to the same float32", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."='+-@\t\r\n\"a,;＝") }));
  const names = fc.uniqueArray(
    text.filter((name) => name !== ""),
    { minLength: 2, maxLength: 4 },
  );
  const file = names.chain((classes) => {
    const index = fc.nat(classes.length - 1);
    const probabilities = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: classes.length, maxLength: classes.length });
    const prediction = fc.record({
      utterance: text,
      fold: text,
      label: index,
      answered: index,
      accepted: fc.boolean(),
      probabilities,
    });
    return fc.record({ classes: fc.constant(classes), predictions: fc.array(prediction, { maxLength: 5 }) });
  });
  fc.assert(
    fc.property(file, ({ classes, predictions }) => {
      const [header, ...rows] = parseCsv(predictionsCsv(predictions, classes));
      assert.deepEqual(header!.map(written), ["utterance", "fold", "true", "predicted", ...classes]);
      for (const cell of [...header!, ...rows.flatMap((row) => row.slice(0, 4))]) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/);
      assert.equal(rows.length, predictions.length);
      for (const [index, { utterance, fold, label, answered, probabilities }] of predictions.entries()) {
        const row = rows[index]!;
        assert.deepEqual(row.slice(0, 4).map(written), [utterance, fold, classes[label], classes[answered]]);
        // Negative zero is not a probability.
        assert.deepEqual(
          row.slice(4).map((text) => Math.fround(Number(text))),
          probabilities.map((value) => value + 0),
        );
      }
    }),
    { seed: 4, numRuns: 500 },
  );
});
