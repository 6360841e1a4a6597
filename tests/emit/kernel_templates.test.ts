/** Templates of kernels: loops in comments become repeated lines. */
import assert from "node:assert/strict";
import test from "node:test";
import { emitKernels, expandTemplate } from "../../ts-tools/emit/kernel_templates.js";

test("a loop repeats its lines with the number in place of its name", () => {
  const template = "const N: i32 = 2;\n  //$for tap in range($N)\n  sum$tap += load(at, 4 * $tap);\n  //$end\nat += $N;\n";
  assert.equal(expandTemplate(template, "a"), "const N: i32 = 2;\n  sum0 += load(at, 4 * 0);\n  sum1 += load(at, 4 * 1);\nat += 2;\n");
});

test("loops nest, and run over lists of numbers and ranges", () => {
  const template = "//$for rows in 1, range(2, 4)\nf$rows\n//$for row in range($rows)\ng$rows$row\n//$end\n//$end";
  assert.equal(expandTemplate(template, "a"), "f1\ng10\nf2\ng20\ng21\nf3\ng30\ng31\ng32");
});

test("a loop that cannot be unrolled is an error that names the file", () => {
  assert.throws(() => expandTemplate("//$for row in range($ROWS)\n//$end", "a.ts"), /^Error: a\.ts: a loop runs over range\(\$ROWS\)/);
  assert.throws(() => expandTemplate("  //$for row in range(2)\n", "a.ts"), /^Error: a\.ts: no \/\/\$end ends the loop/);
});

test("no directive and no placeholder is left in the generated kernels", () => {
  const kernels = emitKernels();
  assert.ok(kernels.size > 0);
  for (const [name, text] of kernels) assert.doesNotMatch(text, /\$/, name);
});
