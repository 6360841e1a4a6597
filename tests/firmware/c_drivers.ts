/** c_api_driver.c with two models, compiled in many ways, and scripts that run in all of them. Several test files share the programs. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { cached } from "../support/cache.js";
import { noise, square, voice } from "../support/sounds.js";
import {
  CC,
  type CModel,
  compileC,
  SANITIZE,
  SMALL,
  skipCompiler,
  skipSanitizer,
  source,
  writeRandomModel,
  writeShippedModel,
} from "./c_build.js";
import { callsSource, Script, Twin } from "./c_script.js";

export const WINDOW = SMALL.frontEnd.windowSamples;

/** How the driver is compiled; every test runs it in all of these ways. */
const BUILDS: Readonly<Record<string, readonly string[]>> = {
  "checked-O0": ["-O0"],
  "checked-O2": ["-O2"],
  "unchecked-O0": ["-O0", "-DLSN_UNCHECKED"],
  "unchecked-O2": ["-O2", "-DLSN_UNCHECKED"],
  ...(skipSanitizer ? {} : { "checked-sanitized": SANITIZE, "unchecked-sanitized": [...SANITIZE, "-DLSN_UNCHECKED"] }),
};

export const sourceOf = ({ folder }: CModel, name: string): string => join(folder, "src", name);

/** What `make` writes to the path that it gets, made once for all test files: `name` and what is named below are all that it depends on. */
async function compiled(model: CModel, name: string, flags: readonly string[], make: (output: string) => Promise<string>): Promise<string> {
  const hash = createHash("sha256")
    .update(execFileSync(CC, ["--version"]))
    .update(callsSource());
  for (const file of [
    source("c_api_driver.c"),
    ...["light_sernet.h", "light_sernet_module.h", "light_sernet_weights.h"].map((part) => sourceOf(model, part)),
  ])
    hash.update(readFileSync(file));
  const folder = await cached(`${name} ${CC} ${flags.join(" ")} ${hash.digest("hex")}`, async (empty) => {
    await make(join(empty, name));
  });
  return join(folder, name);
}

/** light_sernet.c of a model, compiled with these flags. */
export const library = (model: CModel, flags: readonly string[]): Promise<string> =>
  compiled(model, "library.o", flags, (output) => compileC(output, [sourceOf(model, "light_sernet.c")], [...flags, "-c"]));

/** The builds in which a model has a driver. */
const BUILDS_OF = { small: Object.keys(BUILDS), shipped: Object.keys(BUILDS).filter((name) => !name.endsWith("O0")) } as const;

/** A folder for the tests of a file, which is removed after them, with the models in it and the drivers of those that are named. */
export class Drivers {
  work = "";
  small!: CModel;
  shipped!: CModel;
  private readonly programs = new Map<CModel, string[]>();

  constructor(...driven: readonly (keyof typeof BUILDS_OF)[]) {
    before(async () => {
      this.work = mkdtempSync(join(tmpdir(), "light-sernet-c-"));
      this.small = await writeRandomModel(join(this.work, "small"));
      this.shipped = await writeShippedModel(join(this.work, "shipped"));
      writeFileSync(join(this.work, "calls.h"), callsSource());
      if (skipCompiler) return;
      for (const model of driven) {
        const programs: string[] = [];
        for (const name of BUILDS_OF[model]) programs.push(await this.driver(this[model], BUILDS[name]!));
        this.programs.set(this[model], programs);
      }
    });
    after(() => rmSync(this.work, { recursive: true, force: true }));
  }

  private driver(model: CModel, flags: readonly string[]): Promise<string> {
    return compiled(model, "driver", flags, async (output) => {
      const parts = [source("c_api_driver.c"), await library(model, flags)];
      return compileC(output, parts, [...flags, "-I", join(model.folder, "src"), "-I", this.work]);
    });
  }

  /** Runs a script in all builds of a model; how many there are. */
  checkAll(model: CModel, script: Script): number {
    const programs = this.programs.get(model)!;
    for (const program of programs) script.check(program);
    return programs.length;
  }
}

/** States 0 to 3 are static, 4 to 7 are allocated. */
export function begin(model: CModel, states: readonly number[] = [0]): { script: Script; twins: Twin[] } {
  const module = new WebAssembly.Module(model.embedded);
  const script = new Script();
  const twins = states.map((state) => new Twin(script, state, module));
  for (const twin of twins) twin.init();
  return { script, twins };
}

/** Sounds of the lengths at which something begins or ends, by name. */
export function plainSounds(window: number): Record<string, Int16Array> {
  return {
    empty: new Int16Array(0),
    "one sample": Int16Array.of(-7),
    short: voice(Math.floor(0.3 * window)),
    "one less than the window": voice(window - 1),
    window: voice(window, 16000, 3),
    "one more than the window": voice(window + 1),
    long: voice(3 * window + 77, 16000, 2),
    silence: new Int16Array(window),
    "full scale": square(window),
    lowest: new Int16Array(window + 9).fill(-32768),
    highest: new Int16Array(window - 9).fill(32767),
    noise: noise(window, 32767),
    quiet: noise(window, 2),
  };
}
