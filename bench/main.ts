/** `npm run bench`: our builds beside what people use for the same work. */
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { newProgram, positiveWholeNumber, runProgram, wholeNumber } from "../ts-tools/cli/run_program.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { clearProgress, printJson, printLine, showStep } from "../ts-tools/host/terminal.js";
import { chart } from "./compare/chart.js";
import { installPeers } from "./compare/install_peers.js";
import { ENGINES, type EngineName } from "./compare/measurement.js";
import { runOnOneCore } from "./compare/one_core.js";
import { reportText } from "./compare/report_text.js";
import { runBench } from "./compare/run_bench.js";

interface BenchOptions {
  model: string;
  source: string;
  sound: string;
  runs: number;
  coldRuns: number;
  engines: EngineName[];
  installPeers?: boolean;
  json?: boolean;
  chart?: string;
}

const HELP = `
What is compared takes turns, run by run, on one core (Linux with taskset): quote ratios of one run, the times of one machine mean little on another.
Every answer is verified first: labels and probabilities against the float model, our logits bit for bit.

  subjects   our builds (scalar, simd, relaxed; whichever the model's folder has), tensorflow.js, onnxruntime-web, tflite and onnxruntime (native,
             one thread), and for MFCCs meyda and librosa
  engines    node; wasmtime (its Python package); native; chromium (Debian's package, or LIGHT_SERNET_CHROMIUM names the program)

\`npm run bench -- --install-peers\` installs the other peers, once, from npm and PyPI into .bench/ (3.2 GB, most of it TensorFlow, which only
converts models; Python 3.11 or 3.12, or LIGHT_SERNET_PYTHON names one) and converts --source to their formats. If it is interrupted, run it again:
it continues where it stopped. Without it the bench measures what is installed and lists what it skipped.

Exit code: 1 when an answer is wrong, 2 for wrong usage.

--json: {"machine", "versions", "model", "modules", "verified", "skipped", "multiplies", "limits", "sizes", "memory",
         "results": [{"subject", "engine", "build", "precision", "variant", "stage", "medianMs", "minMs", "runs", "effectiveGmacs", "realGmacs", "shareOfLimit"}]}
  stages     frontend, network, total, coldStart
  limits     GMAC/s of one multiplying instruction whose operands are in the nearest cache, in the same rounds: shareOfLimit is realGmacs over it`;

/** The command line, not run. */
export function createBenchProgram(): Command {
  const root = packageRoot();
  return newProgram("npm run bench --")
    .description("Latency, cold start, memory and size for one segment (3 s), side by side with other libraries, on one core")
    .option("--model <dir>", "built model", path.join(root, "build"))
    .option("--source <model>", "the float model that it was built from, as for `light-sernet build`", path.join(root, "weights/full"))
    .option("--sound <file>", "WAV file to classify", path.join(root, "examples/speech.wav"))
    .option("--runs <n>", "runs of each after a warm-up", positiveWholeNumber, 50)
    .option("--cold-runs <n>", "cold starts of each, every one in a fresh process; 0: none, and no memory", wholeNumber, 10)
    .option("--engines <list>", `which engines, from ${ENGINES.join(",")}`, engineList, [...ENGINES])
    .option("--install-peers", "install the other peers and convert the model for them, then end")
    .option("--json", "one JSON object")
    .option("--chart <file>", "also write an SVG of bars to this file")
    .addHelpText("after", HELP)
    .action(async (options: BenchOptions) => {
      if (options.installPeers) await installPeers(options.model, options.source);
      else await measure(options);
    });
}

async function measure(options: BenchOptions): Promise<void> {
  const code = await runOnOneCore();
  if (code !== undefined) {
    process.exitCode = code;
    return;
  }
  const report = await runBench({ ...options, tell: showStep });
  clearProgress();
  if (options.json) printJson(JSON.stringify(report));
  else printLine(reportText(report));
  if (options.chart !== undefined) writeWhole(options.chart, chart(report));
}

function engineList(text: string): EngineName[] {
  const names = text.split(",");
  const unknown = names.find((name) => !ENGINES.some((engine) => engine === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is not one of ${ENGINES.join(", ")}.`);
  return ENGINES.filter((engine) => names.includes(engine));
}

await runIfMain(import.meta.url, () => runProgram(createBenchProgram()));
