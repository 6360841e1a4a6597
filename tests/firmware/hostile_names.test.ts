/** Names that are well-formed and mean harm, in the C sources, in Markdown and in the compiler's eyes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { commentText, cString } from "../../ts-tools/firmware/c_text.js";
import { headerTemplate, headerTexts } from "../../ts-tools/firmware/header.js";
import { isName } from "../../ts-tools/model/model_names.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import { filled } from "../../ts-tools/text/filled.js";
import { codeSpan } from "../../ts-tools/text/markdown.js";
import { runProgram } from "../support/command.js";
import { missingPrograms } from "./cortex_m_make.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-names-"));
after(() => rmSync(work, { recursive: true }));

const IDS = [
  '*/ int x = "',
  "??/",
  "??'",
  "a\\",
  '"; #error',
  "%s%n",
  "Überraschung 喜 👩\u200d🚀",
  "/* // */ /",
  "*/*/",
  "\\u0041",
  "@RAM@",
];

test("header and strings compile in C and C++, with trigraphs, without a warning, and say the name", {
  skip: missingPrograms({ gcc: "gcc", "g++": "g++" }),
}, async () => {
  for (const [index, id] of IDS.entries()) {
    assert.ok(isName(id, 128), id);
    const manifest = { id, license: id, sha256: "0".repeat(64), classes: [id, "b"] } as unknown as Manifest;
    const template = headerTemplate({ manifest, memoryBytes: 60000, globals: 10, version: "1.0.0" });
    writeFileSync(join(work, "light_sernet.h"), filled(template, headerTexts(manifest)));
    writeFileSync(
      join(work, "main.c"),
      '#include <stdio.h>\n#include "light_sernet.h"\nint main(void) { return puts(LSN_MODEL_ID) < 0; }\n',
    );
    const warnings = ["-Wall", "-Wextra", "-Werror", "-Wcomment", "-trigraphs", "-Wno-error=unused-function"];
    for (const [compiler, standard] of [
      ["gcc", "-std=c99"],
      ["g++", "-std=c++11"],
    ] as const) {
      const program = join(work, `program-${index}-${compiler}`);
      const parameters = [standard, ...warnings, ...(compiler === "g++" ? ["-x", "c++"] : []), join(work, "main.c"), "-o", program];
      const built = await runProgram(compiler, parameters);
      assert.deepEqual({ code: built.code, stderr: built.stderr }, { code: 0, stderr: "" }, id);
      assert.equal((await runProgram(program, [])).stdout, `${id}\n`);
    }
  }
});

const name = fc.string({ unit: fc.constantFrom(..."*/?\\\"'`|<>[]()@#%a ü喜") }).filter((text) => isName(text, 64));

test("no name ends a comment or a string", () => {
  fc.assert(
    fc.property(name, (text) => {
      const comment = commentText(text);
      assert.doesNotMatch(`${comment}.`, /\*\/|\/\*|\?\?|\\$/);
      assert.match(cString(text), /^(?:[ !#-[\]-~]|\\["\\?]|\\[0-3][0-7]{2})*$/);
    }),
    { seed: 31, numRuns: 2000 },
  );
});

test("in Markdown a name is a code span and nothing else", () => {
  assert.equal(codeSpan("anger"), "`anger`");
  assert.equal(codeSpan("a`b"), "``a`b``");
  assert.equal(codeSpan("`a"), "`` `a ``");
  assert.equal(codeSpan("<b>|[x](https://e.x)"), "`<b>|[x](https://e.x)`");
  fc.assert(
    fc.property(name, (text) => {
      const span = codeSpan(text);
      const [, fence, inside] = /^(`+)(.*?[^`])\1$/.exec(span) ?? [];
      assert.ok(fence !== undefined && inside !== undefined, span);
      const runs: readonly string[] = inside.match(/`+/g) ?? [];
      assert.ok(!runs.includes(fence), "nothing inside closes it");
      assert.equal(/^ .* $/.test(inside) && inside.trim() !== "" ? inside.slice(1, -1) : inside, text, "a reader sees the name itself");
    }),
    { seed: 32, numRuns: 2000 },
  );
});
