import { frameBytes, type SoundLayout } from "../runtime/converter.js";

/** Cuts bytes that come in any pieces into pieces of whole frames; what is left at the end is left out. */
export function inFrames(layout: SoundLayout): (piece: Uint8Array) => Uint8Array {
  const unit = frameBytes(layout);
  let rest: Uint8Array = new Uint8Array(0);
  return (piece) => {
    const all = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = all.length - (all.length % unit);
    rest = Buffer.from(all.subarray(end));
    return all.subarray(0, end);
  };
}
