import { type PcmLayout, pcmFrameBytes } from "./pcm.js";

/** Cuts bytes that come in any pieces into pieces of whole frames. */
export function inFrames(layout: PcmLayout): { push(bytes: Uint8Array): Uint8Array; readonly left: number } {
  const frameBytes = pcmFrameBytes(layout);
  let rest: Uint8Array = new Uint8Array(0);
  return {
    push(bytes) {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const end = all.length - (all.length % frameBytes);
      rest = Buffer.from(all.subarray(end));
      return all.subarray(0, end);
    },
    /** Bytes of the frame that is not complete. */
    get left() {
      return rest.length;
    },
  };
}
