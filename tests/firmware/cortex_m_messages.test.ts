/** hosts/cortex-m: what make says where something is missing, and of itself. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { assertRecipeFailed, make, missingPrograms, skipHost } from "./cortex_m_make.js";

const CORES = ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];

const skip = skipHost("cortex-m");
const skipWithoutMake = missingPrograms({ timeout: "coreutils", make: "make" });

let work: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-cortex-m-messages-"));
});
after(() => rmSync(work, { recursive: true }));

test("what is missing is named: tools as Debian packages, a model, a core", { skip: skipWithoutMake }, async () => {
  const broken = join(work, "broken");
  const empty = join(work, "empty");
  for (const folder of [broken, empty]) mkdirSync(folder);
  // As a compiler without its C library: it is there, and cannot compile what includes a header.
  for (const name of ["no-library-gcc", "qemu"]) {
    writeFileSync(join(broken, name), "#!/bin/sh\nexit 1\n");
    chmodSync(join(broken, name), 0o755);
  }
  const cases: [Record<string, string>, NodeJS.ProcessEnv, RegExp][] = [
    [{ CROSS: "/nonexistent/", QEMU: join(broken, "qemu") }, {}, /^missing Debian packages: gcc-arm-none-eabi$/m],
    [{ CROSS: join(broken, "no-library-"), QEMU: "nonexistent" }, {}, /^missing Debian packages: qemu-system-arm$/m],
    [{ CROSS: "/nonexistent/", QEMU: "nonexistent" }, {}, /^missing Debian packages: gcc-arm-none-eabi qemu-system-arm$/m],
    [{ CROSS: join(broken, "no-library-"), QEMU: join(broken, "qemu") }, {}, /^missing Debian packages: libnewlib-arm-none-eabi$/m],
  ];
  for (const [variables, environment, sentence] of cases) {
    const result = await make("cortex-m", { BUILD: join(work, "nothing"), ...variables }, { environment });
    assertRecipeFailed(result, 1);
    assert.match(result.stderr, sentence);
    assert.equal(result.stdout, "");
  }
  assert.ok(!existsSync(join(work, "nothing")), "nothing is begun without the tools");
});

test("a PATH without any tool", { skip: skipWithoutMake }, async () => {
  const where = async (program: string) => (await runProgram("sh", ["-c", `command -v ${program}`])).stdout.trim();
  const parameters = ["--silent", "--directory", join(repositoryRoot, "hosts", "cortex-m"), `BUILD=${join(work, "nothing")}`];
  const { code, stderr } = await runProgram(await where("make"), parameters, { environment: { LC_ALL: "C", PATH: join(work, "none") } });
  assert.equal(code, 2);
  assert.match(stderr, /^missing Debian packages: gcc-arm-none-eabi qemu-system-arm nodejs$/m);
});

test("a model that is not there is named beside those that are", { skip }, async () => {
  const result = await make("cortex-m", { BUILD: join(work, "nothing"), MODEL: "huge" });
  assertRecipeFailed(result, 1);
  assert.match(result.stderr, /^no model huge in weights\/; there are: .*\bfull\b/m);
});

test("make help names the cores, the models and the variables", { skip: skipWithoutMake }, async () => {
  const { code, stdout } = await make("cortex-m", {}, { goals: ["help"] });
  assert.equal(code, 0);
  for (const word of [CORES.join("|"), "full", "CHECKED=yes|no", "FILES=", "make report", "make clean"])
    assert.ok(stdout.includes(word), `${word} in:\n${stdout}`);
});
