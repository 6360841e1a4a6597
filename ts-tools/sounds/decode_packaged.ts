import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { WorkerAnswer } from "./decode_worker.js";
import type { PcmPiece } from "./pcm.js";
import { type CompressedKind, type PackagedDecoder, thisSound } from "./sound_kind.js";

/** Seconds that a decoder may take for one piece of a file; it needs a fraction of one. */
const MOST_SECONDS = 60;
/** Megabytes of JavaScript's memory, for the same reason. */
const MOST_MEGABYTES = 512;

/**
 * Decodes a file that comes in pieces, with our decoder or a package's, in a thread of its own. A file that is damaged or ends early is decoded as far as it goes, and
 * `warn` gets a sentence; one without any sound that can be decoded throws.
 */
export async function* decodePackaged(
  pieces: AsyncIterable<Uint8Array>,
  kind: CompressedKind & { decoder: PackagedDecoder },
  warn: (sentence: string) => void,
): AsyncGenerator<PcmPiece> {
  const thread = new DecoderThread(kind.decoder);
  let first: PcmPiece | undefined;
  const problems: string[] = [];
  try {
    for await (const piece of withEnd(pieces)) {
      const answer = await thread.ask(piece);
      problems.push(...answer.errors);
      for (const decoded of answer.pieces) {
        first ??= decoded;
        const { format, sampleRate, channels } = first.layout;
        if (decoded.layout.sampleRate !== sampleRate || decoded.layout.channels !== channels || decoded.layout.format !== format) {
          warn(
            `the sample rate, the channels or the bits change in the middle of ${thisSound(kind)}; only what is before the change is used`,
          );
          return;
        }
        yield decoded;
      }
      if (answer.failed !== undefined) {
        problems.push(answer.failed);
        break;
      }
    }
  } finally {
    await thread.close();
  }
  if (first === undefined)
    throw new Error(`${thisSound(kind)} has no sound that can be decoded${because(problems)}; get or record it again`);
  if (problems.length > 0) warn(`${thisSound(kind)} is damaged or incomplete${because(problems)}; what could be decoded is used`);
}

function because(problems: readonly string[]): string {
  return problems.length === 0 ? "" : ` (${problems[0]!.replace(/\s+/g, " ").trim()})`;
}

async function* withEnd(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | "end"> {
  yield* pieces;
  yield "end";
}

class DecoderThread {
  readonly #worker: Worker;

  constructor(decoder: PackagedDecoder) {
    // What decoders print is theirs; errors come back in their answers.
    const options = { workerData: decoder, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES } };
    this.#worker = new Worker(new URL("./decode_worker.js", import.meta.url), options);
    // Only the answer that somebody waits for matters.
    this.#worker.on("error", () => {});
  }

  async ask(message: Uint8Array | "end"): Promise<WorkerAnswer> {
    const signal = AbortSignal.timeout(1000 * MOST_SECONDS);
    this.#worker.postMessage(message);
    try {
      const [answer] = (await once(this.#worker, "message", { signal })) as [WorkerAnswer];
      return answer;
    } catch (error) {
      const failed = signal.aborted ? `its decoder did not come to an end in ${MOST_SECONDS} s` : (error as Error).message;
      return { pieces: [], errors: [], failed };
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
