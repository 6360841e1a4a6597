import type { Engine } from "./engine.js";
import { badArgument, damaged, RecognizerError } from "./errors.js";

/** A copy of the speaker's statistics that an instance has gathered; undefined if its model does not adapt. */
export function saveAdaptation(engine: Engine): Uint8Array | undefined {
  const { adaptation } = engine;
  if (!adaptation) return undefined;
  const length = adaptation.adaptationSave();
  if (!(length >= 1 && length <= engine.capacity())) throw damaged("its statistics of a speaker have an impossible size");
  return engine.bytes(engine.exports.inputAddress(), length).slice();
}

/** Loads a speaker's statistics, or forgets the speaker. Throws, and changes nothing, if they are damaged or of another model. */
export function loadAdaptation(engine: Engine, statistics: Uint8Array | undefined): void {
  const { adaptation } = engine;
  if (statistics !== undefined && !(statistics instanceof Uint8Array))
    throw badArgument("adaptation", "a Uint8Array or undefined", statistics);
  if (!adaptation) {
    if (statistics === undefined) return;
    const message = "this model does not adapt to a speaker; use one whose manifest has a normalization";
    throw new RecognizerError("BAD_ARGUMENT", message);
  }
  if (statistics === undefined) {
    adaptation.adaptationReset();
    return;
  }
  // More than that are refused as what they are, not statistics: without the first bytes their checksum is wrong.
  const bytes = statistics.subarray(0, engine.capacity());
  engine.put(bytes);
  engine.check(adaptation.adaptationLoad(bytes.length));
}

/** Frames with speech in those statistics; undefined if the model does not adapt. */
export function adaptationFrames({ adaptation }: Engine): number | undefined {
  return adaptation?.adaptationFrames();
}
