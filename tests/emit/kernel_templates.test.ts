/** Templates of kernels: loops in comments become repeated lines. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { emitKernels, expandTemplate } from "../../ts-tools/emit/kernel_templates.js";
import { repositoryRoot } from "../support/paths.js";

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
  assert.throws(() => expandTemplate("  //$for row in range(2)\n", "a.ts"), /^Error: a\.ts: no \/\/\$end ends "\/\/\$for row/);
});

test("halves() is what is left of an unrolled loop, largest first", () => {
  assert.equal(expandTemplate("const N: i32 = 8;\n//$for rest in halves($N)\nf$rest\n//$end", "a"), "const N: i32 = 8;\nf4\nf2\nf1");
  assert.equal(expandTemplate("//$for rest in halves(1)\nf$rest\n//$end", "a"), "");
});

test("a block is put where it is named, with its number", () => {
  const template = "//$block add(taps)\n//$for tap in range($taps)\ns$tap\n//$end\n//$end\nif\n//$put add(2)\nelse\n//$put add(1)";
  assert.equal(expandTemplate(template, "a"), "if\ns0\ns1\nelse\ns0");
  assert.throws(() => expandTemplate("//$put add(2)", "a.ts"), /^Error: a\.ts: "\/\/\$put add\(2\)" stands before any \/\/\$block add$/);
});

test("a size that the code cannot have is refused", () => {
  const sized = (size: number, rule: string): string => `const N: i32 = ${size};\n//$require ${rule}\n$N`;
  assert.equal(expandTemplate(sized(4, "N divides 8"), "a"), "const N: i32 = 4;\n4");
  assert.throws(() => expandTemplate(sized(16, "N divides 8"), "a.ts"), /^Error: a\.ts: N is 16 and must divide 8$/);
  assert.equal(expandTemplate(sized(16, "N is a power of two"), "a"), "const N: i32 = 16;\n16");
  assert.throws(() => expandTemplate(sized(12, "N is a power of two"), "a.ts"), /^Error: a\.ts: N is 12 and must be a power of two$/);
  assert.throws(() => expandTemplate(sized(4, "M divides 8"), "a.ts"), /names a constant that the template does not have$/);
});

test("the sizes of the real kernels are checked", () => {
  for (const [name, size, wrong] of [
    ["convolve_packed", "UNROLLED: usize = 8", "UNROLLED: usize = 12"],
    ["convolve_winograd", "UNROLLED: usize = 32", "UNROLLED: usize = 24"],
    ["convolve_winograd", "TAIL: usize = 4", "TAIL: usize = 8"],
    ["convolve_winograd", "WORDS: usize = 8", "WORDS: usize = 16"],
    ["pack_weights", "TAPS: usize = 4", "TAPS: usize = 8"],
  ] as const) {
    const template = readFileSync(join(repositoryRoot, `assembly/kernels/${name}.template.ts`), "utf8");
    assert.ok(template.includes(size), `${name} no longer has ${size}; adapt this list`);
    assert.throws(() => expandTemplate(template.replace(size, wrong), name), / and must /, `${name}: ${wrong}`);
  }
});

test("no directive and no placeholder is left in the generated kernels", () => {
  const kernels = emitKernels();
  assert.ok(kernels.size > 0);
  for (const [name, text] of kernels) assert.doesNotMatch(text, /\$/, name);
});
