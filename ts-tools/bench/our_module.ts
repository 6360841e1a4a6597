import { Classifier } from "../runtime/classifier.js";
import type { Engine } from "../runtime/engine.js";
import { segmentMfcc } from "../runtime/features.js";
import type { Subject } from "./timing.js";

/** Our module in this process: the front end alone, the network alone, and both as an application calls them. `samples` are one segment. */
export function ourModule(engine: Engine, samples: Int16Array): Subject {
  const classifier = new Classifier(engine);
  return {
    name: "light-sernet",
    engine: "node",
    build: "scalar",
    precision: "int8",
    async run() {
      const begin = performance.now();
      const mfcc = segmentMfcc(engine, samples);
      const featured = performance.now();
      runNetwork(engine, mfcc);
      const networked = performance.now();
      classifier.classify([samples]);
      return { frontend: featured - begin, network: networked - featured, total: performance.now() - networked };
    },
  };
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
