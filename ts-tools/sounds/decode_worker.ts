/**
 * The thread that a decoder runs in: a damaged file may make it loop, take memory or fail, and it must not take the command along. Each message is a
 * piece of the file, or "end"; the answer is what was decoded of it.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { openPackagedDecoder } from "./packaged_decoders.js";
import type { PcmPiece } from "./pcm.js";
import { pcmOf } from "./pcm_of.js";
import type { PieceDecoder } from "./piece_decoder.js";
import type { PackagedDecoder } from "./sound_kind.js";

export interface WorkerAnswer {
  pieces: PcmPiece[];
  /** What the decoder says of damage. */
  errors: string[];
  /** The decoder cannot go on. */
  failed?: string;
}

/** So many errors in one piece are a decoder that does not move on. */
const MOST_ERRORS = 1000;

let errorCount = 0;
let decoder: PieceDecoder | undefined;

async function answerTo(message: Uint8Array | "end"): Promise<WorkerAnswer> {
  errorCount = 0;
  decoder ??= await openPackagedDecoder(workerData as PackagedDecoder);
  const decoded = await (message === "end" ? decoder.end() : decoder.decode(message));
  return {
    pieces: decoded.filter(({ samplesDecoded }) => samplesDecoded > 0).map(pcmOf),
    errors: decoded.flatMap(({ errors }) => errors.map((error) => error.message)),
  };
}

function listen(port: MessagePort): void {
  // The packages report every error here.
  console.error = () => {
    if (++errorCount > MOST_ERRORS) throw new Error("it has too many errors");
  };
  port.on("message", async (message: Uint8Array | "end") => {
    let answer: WorkerAnswer;
    try {
      answer = await answerTo(message);
    } catch (error) {
      answer = { pieces: [], errors: [], failed: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(
      answer,
      answer.pieces.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    );
  });
}

// Undefined where the file is only imported.
if (parentPort) listen(parentPort);
