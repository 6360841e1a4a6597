import { Instances } from "../runtime/instances.js";
import type { ModelInfo } from "../runtime/model_info.js";
import { createPool, type Pool } from "../runtime/pool.js";
import { PushedRecording } from "../runtime/pushed_recording.js";
import { answerOf, milliseconds, type Recognition, type Segment } from "../runtime/result.js";
import { windowHop } from "../runtime/windows.js";
import { classifyFrom, columnsOf, loadNodeModel, type NodeOptions } from "./classify_node.js";
import type { FileClassifier } from "./file_classifier.js";
import { type Piece, PieceCutter } from "./piece_cutter.js";

/** Windows of a piece: a tenth of a second of work, and 1.6 MB of samples. */
const PIECE_WINDOWS = 32;

/**
 * Classifies the windows of each sound in `jobs` threads. This one reads the sound and brings it to 16 kHz; it goes on when a thread is free, so that one piece for each
 * thread is in memory, and one more. A sound of a single piece needs no thread.
 */
export async function piecesClassifier(options: NodeOptions, jobs: number): Promise<FileClassifier> {
  const { module, license } = await loadNodeModel(options);
  const instances = await Instances.create(module, license);
  const pieces = new Pieces(instances, () => createPool({ module, size: jobs }));
  return {
    ...columnsOf(instances.model, options),
    license,
    // Statistics would be those of one thread.
    speaker: undefined,
    classify: (file) => pieces.classify(file, options.raw),
    close() {
      instances.close();
      pieces.close();
    },
  };
}

/** Sounds, one after another, in pieces. */
class Pieces {
  readonly #instances: Instances;
  readonly #createPool: () => Promise<Pool>;
  #pool: Pool | undefined;

  constructor(instances: Instances, createThePool: () => Promise<Pool>) {
    this.#instances = instances;
    this.#createPool = createThePool;
  }

  classify(file: string, raw: NodeOptions["raw"]): Promise<Recognition> {
    const { model } = this.#instances;
    const cutter = new PieceCutter(model.windowSamples, PIECE_WINDOWS);
    const recording = new PushedRecording(this.#instances, { answers: cutter });
    const parts: Promise<Recognition>[] = [];
    // The first piece waits for a second one.
    const send = async (): Promise<void> => {
      while (cutter.pieces.length > (parts.length === 0 ? 1 : 0)) parts.push((await this.#inThread(cutter.pieces.shift()!)).answered);
    };
    return classifyFrom(file, raw, {
      async pushWav(bytes) {
        const more = recording.pushWav(bytes);
        await send();
        return more;
      },
      async pushRaw(bytes, layout) {
        recording.push(layout, (take) => take(bytes));
        await send();
      },
      finish: async () => {
        const whole = recording.finish();
        await send();
        const [only] = cutter.pieces;
        return joined(whole, only ? [this.#here(only)] : await Promise.all(parts), model);
      },
    });
  }

  close(): void {
    void this.#pool?.close();
  }

  /** Resolves as soon as a thread has the piece. */
  async #inThread(piece: Piece): Promise<{ answered: Promise<Recognition> }> {
    this.#pool ??= await this.#createPool();
    await this.#pool.ready();
    const { firstSample, samples } = piece;
    const length = samples.length;
    const { model } = this.#pool;
    const answered = this.#pool
      .classify(samples, { sampleRate: model.sampleRate })
      .then((part) => ({ ...part, segments: placed(part.segments, firstSample, length, model) }));
    // Whoever waits for all of them gets its error; a sound that fails before does not wait.
    answered.catch(() => {});
    return { answered };
  }

  #here({ samples }: Piece): Recognition {
    const recording = new PushedRecording(this.#instances, {});
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    recording.push({ format: "s16", channels: 1, sampleRate: this.#instances.model.sampleRate }, (take) => take(bytes));
    return recording.finish();
  }
}

/** The windows of a piece of `length` samples, at their times in the whole sound. */
function placed(segments: readonly Segment[], firstSample: number, length: number, { windowSamples, sampleRate }: ModelInfo): Segment[] {
  return segments.map((segment, index) => {
    const start = firstSample + Math.min(index * windowHop(windowSamples), Math.max(0, length - windowSamples));
    const end = start + Math.min(windowSamples, length);
    return { ...segment, startMs: milliseconds(start, sampleRate), endMs: milliseconds(end, sampleRate) };
  });
}

/** What was found of the whole sound as it came in, with the answers of its pieces. */
function joined(whole: Recognition, parts: readonly Recognition[], model: ModelInfo): Recognition {
  const segments = parts.flatMap((part) => part.segments);
  const sum = (name: "frontendMs" | "networkMs"): number => parts.reduce((all, { timing }) => all + timing[name], 0);
  const { warnings, input, timing } = whole;
  return {
    ...answerOf(segments, model, false),
    segments,
    warnings,
    input,
    model: whole.model,
    timing: { decodeMs: timing.decodeMs, frontendMs: sum("frontendMs"), networkMs: sum("networkMs") },
  };
}
