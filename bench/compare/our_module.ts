/** Our module in an engine with JavaScript: Node or a page. */
import { Classifier } from "../../ts-tools/runtime/classifier.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { runNetwork, segmentMfcc } from "../../ts-tools/runtime/features.js";
import { type Answer, clocked, type Files, floats, NOT_TAKEN, type OpenSubject, shorts, type Task } from "../measured/task.js";

/**
 * files    module, mfcc, samples (one segment)
 *
 * A run is the front end alone, the network alone, and both as an application calls them, which comes first in every other run.
 */
export async function open(_task: Task, files: Files): Promise<OpenSubject> {
  const module = await WebAssembly.compile(files.module! as BufferSource).catch((error: unknown) => {
    throw new Error(`${NOT_TAKEN} (${error instanceof Error ? error.message : error}); a newer one may`);
  });
  const engine = await Engine.create(module);
  const given = floats(files.mfcc!);
  const answer: Answer = {
    probabilities: [...runNetwork(engine, given)],
    logits: logits(engine),
    linearBytes: engine.memory.byteLength,
    versions: {},
  };
  const samples = shorts(files.samples!);
  const classifier = new Classifier(engine);
  let totalFirst = false;
  return {
    answer: () => answer,
    async run() {
      const total = (): Promise<number> => clocked(() => classifier.classify([samples]));
      const before = totalFirst ? await total() : undefined;
      let mfcc: Float32Array = new Float32Array(0);
      const frontend = await clocked(() => {
        mfcc = segmentMfcc(engine, samples);
      });
      const network = await clocked(() => runNetwork(engine, mfcc));
      totalFirst = !totalFirst;
      const times = { frontend, network, total: before ?? (await total()) };
      // The front end's own MFCCs must lead to the same answer as the given ones.
      if (String(logits(engine)) !== String(answer.logits)) throw new Error("the whole path computes other logits than the network alone");
      return times;
    },
  };
}

function logits(engine: Engine): number[] {
  return [...engine.int32(engine.exports.logitsAddress(), engine.exports.classCount())];
}
