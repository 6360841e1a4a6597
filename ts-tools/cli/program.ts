/** The command line `light-sernet`. */
import type { Command } from "commander";
import { newProgram } from "./run_program.js";

const EXAMPLES = `
Examples:
  $ light-sernet classify speech.wav            the emotion in a recording
  $ arecord -q -f S16_LE -r 16000 | light-sernet listen   emotions over time, from a microphone
  $ light-sernet build my-model.h5 --out build  a module from a trained model
  $ light-sernet inspect build                  what is inside it
  $ light-sernet evaluate build --data wavs     how good its answers are
  $ light-sernet features --npy a.npy a.wav     what the network receives of a sound
  $ light-sernet bench                          how fast it is on this machine

"light-sernet help COMMAND" says more about each. Exit code: 2 for wrong usage, 1 when a file failed, otherwise 0.`;

type Register = (program: Command) => void;

/** In the order of the help. Each adds its command; what a command needs is loaded only then. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ["classify", async () => (await import("./classify.js")).registerClassify],
  ["listen", async () => (await import("./listen.js")).registerListen],
  ["build", async () => (await import("./build.js")).registerBuild],
  ["inspect", async () => (await import("./inspect.js")).registerInspect],
  ["evaluate", async () => (await import("./evaluate.js")).registerEvaluate],
  ["segment", async () => (await import("./segment.js")).registerSegment],
  ["features", async () => (await import("./features.js")).registerFeatures],
  ["bench", async () => (await import("./bench.js")).registerBench],
]);

/** The program with the command that its first argument names, or else with all of them; none is run. */
export async function createProgram(firstArgument: string | undefined): Promise<Command> {
  const program = newProgram("light-sernet")
    .description("Speech emotion recognition in one WebAssembly module that fits in a microcontroller")
    .addHelpText("after", EXAMPLES);
  const named = firstArgument === undefined ? undefined : COMMANDS.get(firstArgument);
  for (const load of named ? [named] : COMMANDS.values()) (await load())(program);
  return program;
}
