/** From a module's bytes to its first answer, step by step: in a fresh process or page, where no code is warm. */
import { Classifier } from "../../ts-tools/runtime/classifier.js";
import { Engine } from "../../ts-tools/runtime/engine.js";

/** Milliseconds. */
export interface StartPhases {
  /** With `streaming` also what is left of the download. */
  compile: number;
  instantiate: number;
  /** Weights into the form that the kernels multiply. */
  expand: number;
  /** 3 s of sound, to the first answer; then to the second and the twentieth. */
  first: number;
  second: number;
  twentieth: number;
  /** All of it to the first answer. */
  all: number;
  /** The same for one more instance of the compiled module, after twenty answers. */
  another: number;
}

/** `source`: the bytes, or a response that is still arriving. samples: int16, one window. */
export async function startPhases(source: Uint8Array | Response, samples: Int16Array): Promise<StartPhases> {
  const begin = performance.now();
  // In Node, to name Response is to load what fetch() needs, 20 ms.
  const module = await (source instanceof Uint8Array ? WebAssembly.compile(source as BufferSource) : WebAssembly.compileStreaming(source));
  const compiled = performance.now();
  const engine = await Engine.create(module);
  const instantiated = performance.now();
  engine.exports.startNetwork();
  const expanded = performance.now();
  const classifier = new Classifier(engine);
  const answers: number[] = [];
  let before = expanded;
  for (let answer = 0; answer < 20; answer++) {
    classifier.classify([samples]);
    const now = performance.now();
    answers.push(now - before);
    before = now;
  }
  new Classifier(engine.another()).classify([samples]);
  return {
    compile: compiled - begin,
    instantiate: instantiated - compiled,
    expand: expanded - instantiated,
    first: answers[0]!,
    second: answers[1]!,
    twentieth: answers[19]!,
    all: expanded - begin + answers[0]!,
    another: performance.now() - before,
  };
}
