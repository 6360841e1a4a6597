/**
 * States that somebody else has written to: with the checks no access leaves the state, whatever it holds. corrupt_states.c says how. The proof is
 * that without the checks some do, and are seen.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NETWORK_CASES, THOROUGH } from "../module/cases.js";
import { runProgram } from "../support/command.js";
import { type CModel, compileC, SANITIZE, skipCompiler, skipSanitizer, source, writeRandomModel } from "./c_build.js";

const FACTOR = THOROUGH ? 25 : 1;
/** Two models, whose layers are computed by different loops. */
const MODELS = ["small", "extreme"] as const;
type ModelName = (typeof MODELS)[number];

/** How many cases ended in which way; see corrupt_states.c. */
interface Ends {
  returned: number;
  trapped: number;
  /** They took longer than a whole sound by far. A loop whose end was corrupted may take its time. */
  late: number;
  /** The processor's own stop at a division by zero. */
  divided: number;
  outside: number;
}

interface Run {
  place: "malloc" | "edge" | "middle";
  kind?: "module" | "wrapper";
  cases: number;
  /** Of processor time that a case may take; a whole sound takes a tenth of it. */
  milliseconds: number;
}

let work: string;
const models = new Map<ModelName, CModel>();

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-corruption-"));
  models.set("small", await writeRandomModel(join(work, "small")));
  const extreme = NETWORK_CASES.find(({ name }) => name === "extreme")!;
  models.set("extreme", await writeRandomModel(join(work, "extreme"), extreme));
});
after(() => rmSync(work, { recursive: true, force: true }));

const programs = new Map<string, Promise<string>>();

function compiled(model: ModelName, name: string, flags: readonly string[]): Promise<string> {
  const output = join(work, `${model}-${name}`);
  let program = programs.get(output);
  program ??= compileC(output, [source("corrupt_states.c")], [...flags, "-I", join(models.get(model)!.folder, "src")]);
  programs.set(output, program);
  return program;
}

async function corrupt(program: string, { place, kind = "module", cases, milliseconds }: Run): Promise<Ends> {
  const count = cases * FACTOR;
  const { code, stdout, stderr } = await runProgram(program, [place, kind, "1", String(count), String(milliseconds)]);
  assert.equal(code, 0, `${program} ${place}\n${stderr.slice(0, 8000)}`);
  const ends = JSON.parse(stdout) as Ends;
  assert.equal(
    Object.values(ends).reduce((sum, value) => sum + value, 0),
    count,
  );
  return ends;
}

/** No case left the state, and the cases are such that it matters. */
function assertInside(ends: Ends): void {
  const all = ends.returned + ends.trapped + ends.late;
  assert.equal(ends.outside, 0);
  assert.ok(ends.trapped > 0.05 * all, "some fail a check");
  assert.ok(ends.returned > 0.5 * all, "some do not");
  assert.ok(ends.late < 0.01 * all, "few are cut off");
}

for (const model of MODELS) {
  test(`${model}, checked: no access beyond the state, after which nothing can be accessed`, { skip: skipCompiler }, async (t) => {
    for (const [level, cases] of [
      ["-O0", 2000],
      ["-O2", 8000],
    ] as const) {
      const ends = await corrupt(await compiled(model, `checked${level}`, [level]), { place: "edge", cases, milliseconds: 50 });
      t.diagnostic(`${level}: ${JSON.stringify(ends)}`);
      assertInside(ends);
      assert.equal(ends.divided, 0);
    }
  });

  test(`${model}, checked: nothing around the state is written to`, { skip: skipCompiler }, async (t) => {
    const ends = await corrupt(await compiled(model, "checked-O2", ["-O2"]), { place: "middle", cases: 2000, milliseconds: 50 });
    t.diagnostic(JSON.stringify(ends));
    assertInside(ends);
  });

  test(`${model}, checked: AddressSanitizer finds nothing`, { skip: skipSanitizer }, async (t) => {
    // An address that was corrupted need not be a multiple of what is read there.
    const flags = [...SANITIZE, "-fno-sanitize=alignment"];
    const ends = await corrupt(await compiled(model, "sanitized", flags), { place: "malloc", cases: 2400, milliseconds: 300 });
    t.diagnostic(JSON.stringify(ends));
    assertInside(ends);
  });

  test(`${model}, unchecked: the same cases do leave the state, and it is seen`, { skip: skipCompiler }, async (t) => {
    const unchecked = await compiled(model, "unchecked-O2", ["-O2", "-DLSN_UNCHECKED"]);
    const ends = await corrupt(unchecked, { place: "edge", cases: 1200, milliseconds: 50 });
    t.diagnostic(JSON.stringify(ends));
    assert.ok(ends.outside > 0.02 * 1200 * FACTOR);
  });
}

test("unchecked: AddressSanitizer sees it, too", { skip: skipSanitizer }, async () => {
  const program = await compiled("small", "unchecked-sanitized", [...SANITIZE, "-fno-sanitize=alignment", "-DLSN_UNCHECKED"]);
  const { code, stderr } = await runProgram(program, ["malloc", "module", "1", "1200", "300"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /AddressSanitizer: (heap-buffer-overflow|SEGV)/);
});

/** States in which light_sernet.c's own number is another, too; the same for two tests. */
let ownNumber: Promise<Ends> | undefined;

async function corruptOwnNumber(): Promise<Ends> {
  return corrupt(await compiled("small", "checked-O2", ["-O2"]), { place: "edge", kind: "wrapper", cases: 1000, milliseconds: 20 });
}

test("checked: what light_sernet.c keeps beside the module leads to no access beyond the state", { skip: skipCompiler }, async (t) => {
  ownNumber ??= corruptOwnNumber();
  const ends = await ownNumber;
  t.diagnostic(JSON.stringify(ends));
  assert.equal(ends.outside, 0);
  assert.ok(ends.trapped > 0 && ends.returned > 0);
});

test("checked: and neither to a division by zero nor to a loop without end", { skip: skipCompiler }, async () => {
  ownNumber ??= corruptOwnNumber();
  assertInside(await ownNumber);
  assert.equal((await ownNumber).divided, 0);
});
