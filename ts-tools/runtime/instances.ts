import { Classifier } from "./classifier.js";
import { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";
import { streamIn } from "./live.js";
import type { ModelInfo } from "./model_info.js";

/** Instances that wait for the next recording; more of them are left to the garbage collector. */
const MOST_SPARE = 8;

/**
 * The instances of one module that the recordings of a recognizer use. Each recording has one of its own that converts its sound, whose state goes from piece to
 * piece, and one more if its answers are those of a stream. Classifying a window leaves nothing behind that another window meets, so all recordings share one for that, unless they have a speaker of their own.
 */
export class Instances {
  readonly model: ModelInfo;
  #spare: Engine[];
  #isClosed = false;
  #classifier: Classifier;
  /** The one that was set for all. */
  #speaker: Uint8Array | undefined;
  /** Recordings that are open, or were left open, and share it. */
  #sharing = 0;

  private constructor(converter: Engine, classifier: Engine, license: string | undefined) {
    this.model = { ...converter.model(), ...(license !== undefined && { license }) };
    this.#spare = [converter];
    this.#classifier = new Classifier(classifier);
  }

  /** `license` is the manifest's, which no module holds. */
  static async create(module: WebAssembly.Module, license?: string): Promise<Instances> {
    const [converter, classifier] = await Promise.all([Engine.create(module), Engine.create(module)]);
    return new Instances(converter, classifier, license);
  }

  /** The one that recordings share. */
  get classifier(): Classifier {
    return this.#classifier;
  }

  /** A recording begins to use what the others use. */
  share(): Classifier {
    this.#sharing++;
    return this.#classifier;
  }

  /** A recording has ended that began with share(). */
  unshare(classifier: Classifier): void {
    if (classifier === this.#classifier) this.#sharing--;
  }

  /** The speaker from whom recordings start that begin from now on; those that are open go on with theirs. */
  setSpeaker(statistics: Uint8Array | undefined): void {
    if (this.#sharing === 0) this.#classifier.adaptation = statistics;
    else {
      this.#classifier = this.classifierFor(statistics);
      this.#sharing = 0;
    }
    this.#speaker = statistics?.slice();
  }

  /** That speaker's statistics, as they were set. */
  get speaker(): Uint8Array | undefined {
    return this.#speaker;
  }

  /** One that nobody else uses. Throws if the statistics are not of this model. */
  classifierFor(statistics: Uint8Array | undefined): Classifier {
    const classifier = new Classifier(this.#classifier.anotherEngine());
    classifier.adaptation = statistics;
    return classifier;
  }

  /** Throws if the model has no stream. */
  checkStream(): void {
    streamIn(this.#spare[0] ?? this.#classifier.anotherEngine(), this.model);
  }

  /** An instance for one recording alone. */
  takeEngine(): Engine {
    return this.#spare.pop() ?? this.#classifier.anotherEngine();
  }

  /** No recording can begin or go on. */
  close(): void {
    this.#isClosed = true;
    this.#spare = [];
  }

  /** Throws after close(). */
  checkOpen(): void {
    if (this.#isClosed) throw new RecognizerError("CLOSED", "this recognizer was closed; create another one");
  }

  /** Takes back the instance of a recording that has ended well; every recording sets up its instance anew. */
  giveBack(engine: Engine): void {
    if (!this.#isClosed && this.#spare.length < MOST_SPARE) this.#spare.push(engine);
  }
}
