/** The command line `light-sernet`. */
import type { Command } from "commander";
import { registerBench } from "./bench.js";
import { registerBuild } from "./build.js";
import { registerClassify } from "./classify.js";
import { registerEvaluate } from "./evaluate.js";
import { registerFeatures } from "./features.js";
import { registerInspect } from "./inspect.js";
import { registerListen } from "./listen.js";
import { newProgram } from "./run_program.js";
import { registerSegment } from "./segment.js";

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

/** All commands, none of them run. */
export function createProgram(): Command {
  const program = newProgram("light-sernet")
    .description("Speech emotion recognition in one WebAssembly module that fits in a microcontroller")
    .addHelpText("after", EXAMPLES);
  const commands = [
    registerClassify,
    registerListen,
    registerBuild,
    registerInspect,
    registerEvaluate,
    registerSegment,
    registerFeatures,
    registerBench,
  ];
  for (const register of commands) register(program);
  return program;
}
