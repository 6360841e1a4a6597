/** The generated folder with the warnings that strict projects turn on, as errors: no compiler says a word. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runProgram } from "../support/command.js";
import { type CModel, CXX, GCC_WARNINGS, skipCompiler, skipCpp, WARNINGS, writeRandomModel } from "./c_build.js";
import { missingPrograms, skipHost } from "./cortex_m_make.js";
import { SMALL_NORMALIZED } from "./small_model.js";
import { FIXTURES } from "./workplace.js";

const COMPILERS = [
  { name: "GCC", program: "gcc", flags: GCC_WARNINGS, skip: skipCompiler || missingPrograms({ gcc: "gcc" }) },
  {
    name: "GCC for a Cortex-M4F",
    program: "arm-none-eabi-gcc",
    flags: [...GCC_WARNINGS, "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard"],
    skip: skipHost("cortex-m"),
  },
  {
    name: "GCC for a Cortex-M0+",
    program: "arm-none-eabi-gcc",
    flags: [...GCC_WARNINGS, "-mcpu=cortex-m0plus", "-mthumb"],
    skip: skipHost("cortex-m"),
  },
  {
    name: "GCC for RISC-V",
    program: "riscv64-unknown-elf-gcc",
    flags: [...GCC_WARNINGS, "-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"],
    skip: skipHost("riscv"),
  },
  {
    name: "Clang",
    program: "clang",
    // All but what speaks against C99, against padding, and against comparing floats, which the minimum of WebAssembly must.
    flags: ["-Weverything", "-Wno-declaration-after-statement", "-Wno-padded", "-Wno-float-equal", "-Wno-unknown-warning-option"].concat(
      // Newer ones: against every pointer that is counted on from.
      ["-Wno-unsafe-buffer-usage", "-Wno-pre-c11-compat"],
    ),
    skip: skipCompiler || missingPrograms({ clang: "clang" }),
  },
];

let work: string;
/** Of random weights; what ships differs in numbers alone. */
let model: CModel;
/** One that normalizes: its C has the functions of the adaptation, too. */
let normalized: CModel;
/** The source of each. */
let sources: string[];

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-warnings-"));
  model = await writeRandomModel(join(work, "model"));
  normalized = await writeRandomModel(join(work, "normalized"), SMALL_NORMALIZED);
  sources = [model, normalized].map(({ folder }) => join(folder, "src", "light_sernet.c"));
});
after(() => rmSync(work, { recursive: true, force: true }));

const compile = (program: string, flags: readonly string[], file: string) =>
  runProgram(program, [...flags, "-c", file, "-o", join(work, "object.o")], { environment: { LC_ALL: "C" } });

for (const { name, program, flags, skip } of COMPILERS) {
  test(`${name}: no warning`, { skip }, async () => {
    // What a compiler warns of depends on what it finds out about values, and so on the optimization.
    for (const [index, build] of [["-O1"], ["-O2", "-DLSN_UNCHECKED", "-DLSN_SOFTWARE_SQRT"]].entries()) {
      const { code, stderr } = await compile(program, ["-std=c99", ...WARNINGS, ...flags, "-Werror", ...build], sources[index]!);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    }
  });

  test(`${name}: a shadowed variable, a lost sign and a lost digit would be reported`, { skip }, async () => {
    const file = join(work, "careless.c");
    writeFileSync(
      file,
      "int f(int x, unsigned y, double z);\nint f(int x, unsigned y, double z) {\n  float r = z;\n  { int x = y; r += x; }\n  return r + x;\n}\n",
    );
    const { code, stderr } = await compile(program, ["-std=c99", ...WARNINGS, ...flags], file);
    assert.equal(code, 0);
    for (const warning of ["-Wshadow", "-Wsign-conversion", "-Wfloat-conversion|-Wimplicit-float-conversion"])
      assert.match(stderr, new RegExp(`\\[(${warning})\\]`));
  });
}

test("light_sernet.h in C++: no warning", { skip: skipCpp }, async () => {
  const file = join(work, "alone.cpp");
  writeFileSync(file, '#include "light_sernet.h"\n');
  const forCpp = WARNINGS.filter((flag) => !/prototypes|bad-function|old-style-def/.test(flag));
  const include = ["-I", join(model.folder, "src"), "-Werror"];
  const { code, stderr } = await compile(CXX, ["-std=c++11", ...forCpp, "-Wold-style-cast", "-Wuseless-cast", ...include], file);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

test("the sketch that comes with it: no warning of a conversion", { skip: skipCpp }, async () => {
  const arduino = join(FIXTURES, "arduino");
  const places = [arduino, join(model.folder, "src"), join(model.folder, "examples", "Classify")].flatMap((folder) => ["-I", folder]);
  const warnings = ["-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Werror"];
  const { code, stderr } = await compile(CXX, ["-std=gnu++11", ...warnings, ...places], join(arduino, "sketch.cpp"));
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});
