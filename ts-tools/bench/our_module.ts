import { Classifier } from "../runtime/classifier.js";
import type { Engine } from "../runtime/engine.js";
import { segmentMfcc } from "../runtime/features.js";
import type { Subject } from "./timing.js";

/**
 * Our module in this process: the front end alone, the network alone, and both as an application calls them, which comes first in every other run.
 * `samples` are one segment.
 */
export function ourModule(engine: Engine, samples: Int16Array): Subject {
  const classifier = new Classifier(engine);
  let totalFirst = false;
  return {
    name: "light-sernet",
    engine: "node",
    build: "scalar",
    precision: "int8",
    async run() {
      const total = (): number => clocked(() => classifier.classify([samples]));
      const before = totalFirst ? total() : undefined;
      let mfcc: Float32Array = new Float32Array(0);
      const frontend = clocked(() => {
        mfcc = segmentMfcc(engine, samples);
      });
      const network = clocked(() => runNetwork(engine, mfcc));
      totalFirst = !totalFirst;
      return { frontend, network, total: before ?? total() };
    },
  };
}

function clocked(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** The network on MFCCs, float32 [frames, coefficients]; its probabilities. */
export function runNetwork(engine: Engine, mfcc: Float32Array): Float32Array {
  const { exports } = engine;
  const coefficients = exports.coefficientCount();
  const row = engine.float32(exports.mfccAddress(), coefficients);
  exports.startNetwork();
  for (let offset = 0; offset < mfcc.length; offset += coefficients) {
    row.set(mfcc.subarray(offset, offset + coefficients));
    engine.check(exports.pushFrame());
  }
  engine.check(exports.finishNetwork());
  return engine.float32(exports.probabilitiesAddress(), exports.classCount()).slice();
}
