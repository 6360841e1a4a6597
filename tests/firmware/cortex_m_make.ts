/** Firmware of hosts/cortex-m and hosts/riscv, which share main.c: made, run in QEMU, and what it says beside what Node says. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { type CommandResult, lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

export type Host = "cortex-m" | "riscv";

/** What is said of a sound. */
export interface FirmwareAnswer {
  label: string;
  accepted: boolean;
  /** In class order. */
  probabilities: number[];
  logits: number[];
}

/** A line of JSON. Only that of the sound in flash has counts; that of a file that cannot be read has an error instead of an answer. */
export interface FirmwareLine extends Partial<FirmwareAnswer> {
  core: string;
  model: string;
  checked: boolean;
  file: string;
  instructions?: { frontend: number; network: number; total: number; exactTo: number };
  ramBytes?: number;
  flashBytes?: number;
  error?: string;
}

/** The line of the sound in flash. */
export type FlashLine = FirmwareLine & Required<Pick<FirmwareLine, keyof FirmwareAnswer | "instructions" | "ramBytes" | "flashBytes">>;

/** A QEMU that never ended would hold up all tests after it. */
const LONGEST_SECONDS = "300";

/** Why tests cannot run here, or false. `programs` are given with the Debian packages that have them. */
export function missingPrograms(programs: Readonly<Record<string, string>>): string | false {
  const packages = Object.keys(programs)
    .filter((program) => !isOnPath(program))
    .map((program) => programs[program]);
  return packages.length > 0 && `missing Debian packages: ${[...new Set(packages)].join(", ")}`;
}

/** The same for the C library of a cross compiler, a package of its own, recognized by a file that only it contains. */
function missingLibrary(compiler: string, specs: string, debianPackage: string): string | false {
  const { stdout } = spawnSync(compiler, [`-print-file-name=${specs}`], { encoding: "utf8" });
  return !stdout?.includes("/") && `missing Debian packages: ${debianPackage}`;
}

/** Why a host's firmware cannot be made and run here, or false. */
export function skipHost(host: Host): string | false {
  const common = { timeout: "coreutils", make: "make" };
  if (host === "cortex-m") {
    const programs = { ...common, "arm-none-eabi-gcc": "gcc-arm-none-eabi", "qemu-system-arm": "qemu-system-arm" };
    return missingPrograms(programs) || missingLibrary("arm-none-eabi-gcc", "nano.specs", "libnewlib-arm-none-eabi");
  }
  const programs = { ...common, "riscv64-unknown-elf-gcc": "gcc-riscv64-unknown-elf", "qemu-system-riscv32": "qemu-system-misc" };
  return missingPrograms(programs) || missingLibrary("riscv64-unknown-elf-gcc", "picolibc.specs", "picolibc-riscv64-unknown-elf");
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `make -C hosts/HOST`, silent but for what the recipes print; by default it makes the firmware and runs it. */
export function make(
  host: Host,
  variables: Readonly<Record<string, string>>,
  { goals = [], environment = {} }: { goals?: readonly string[]; environment?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const parameters = ["make", "--silent", "--directory", join(repositoryRoot, "hosts", host), ...assignments, ...goals];
  return runProgram("timeout", [LONGEST_SECONDS, ...parameters], { environment: { LC_ALL: "C", ...environment } });
}

/**
 * Variables that put cortex_m_fault.c in place of main.c, by the rules of the host's own Makefile. `module` is the object file of
 * light_sernet.c that an earlier run has left, `out` a folder for the others.
 */
export function faultVariables(module: string, out: string): Record<string, string> {
  assert.ok(existsSync(module), `${module} is not there; name it here as the Makefile of the host does`);
  const others = ["cortex_m_fault", "semihosting", "instructions", "reset", "startup", "memory", "sound"].map((name) =>
    join(out, `${name}.o`),
  );
  return { OUT: out, OBJECTS: [module, ...others].join(" "), VPATH: join(repositoryRoot, "tests", "firmware") };
}

/** Every line must be an object of JSON. */
export function firmwareLines({ stdout, stderr }: CommandResult): FirmwareLine[] {
  assert.ok(stdout === "" || stdout.endsWith("\n"), `no end of line:\n${stdout}${stderr}`);
  return lines(stdout).map((line) => JSON.parse(line) as FirmwareLine);
}

/** The only line of a run without files. */
export function flashLine(result: CommandResult): FlashLine {
  assert.equal(result.code, 0, result.stderr);
  const [line, ...more] = firmwareLines(result);
  assert.deepEqual(more, []);
  assert.equal(line?.file, "flash");
  return line as FlashLine;
}

const answered = new Map<string, Recognition>();

/**
 * What the module in Node says of WAV files, of longer ones their center. By default it is what `light-sernet build weights/full` made. Tests ask for the
 * same sounds on every core: each is classified once.
 */
export async function nodeAnswers(files: readonly string[], model?: string): Promise<Recognition[]> {
  const recognizer = await createRecognizer({ long: "center", ...(model && { model }) });
  try {
    return files.map((file) => {
      const wav = readFileSync(file);
      const key = `${model} ${createHash("sha256").update(wav).digest("hex")}`;
      const known = answered.get(key);
      if (known) return known;
      recognizer.pushWav(wav);
      const answer = recognizer.finish();
      answered.set(key, answer);
      return answer;
    });
  } finally {
    recognizer.close();
  }
}

/** Model, label and logits to the bit, and the probabilities as far as they are printed: nine digits after the point, cut off. */
export function assertSameAnswer(line: FirmwareLine, node: Recognition): void {
  const { file, model, label, accepted, logits, probabilities } = line;
  const printed = Object.values(node.probabilities).map((value) => Math.trunc(Math.fround(Math.fround(value) * 1e9)) / 1e9);
  assert.deepEqual(
    { file, model, label, accepted, logits, probabilities },
    { file, model: node.model.id, label: node.label, accepted: node.accepted, logits: Object.values(node.logits!), probabilities: printed },
  );
}

/** That make says one recipe failed with this exit status, which make itself turns into 2. */
export function assertRecipeFailed({ code, stderr }: CommandResult, status: number): void {
  assert.equal(code, 2, stderr);
  assert.match(stderr, new RegExp(`^make(\\[\\d+\\])?: \\*\\*\\* .* Error ${status}$`, "m"));
}
