/**
 * The voice gate: does somebody speak in this frame? (docs/arithmetic.md, 10)
 *
 *     log mel energies -> bands: above their floor, shape -> dense -> three causal convolutions in time -> score -> hysteresis
 */
import { CLOSE_FRAMES, CLOSE_SCORE, OPEN_FRAMES, OPEN_SCORE } from "../generated/gate";
import { bandFeatures, startBands } from "./bands";
import { network, startGateNetwork } from "./network";

let speaking: bool = false;
/** Frames in a row that speak for a change. */
let frames: i32 = 0;
let score: i32 = 0;

export function startGate(): void {
  startBands();
  startGateNetwork();
  speaking = false;
  frames = 0;
  score = 0;
}

/**
 * Hears the frame whose log mel energies are at MEL; returns whether somebody speaks. Needs no other frame than this one, and overwrites SPECTRUM, which a frame no
 * longer needs once it has its mel energies.
 */
export function gateFrame(): bool {
  bandFeatures();
  score = network();
  const changes = speaking ? score < CLOSE_SCORE : score >= OPEN_SCORE;
  frames = changes ? frames + 1 : 0;
  if (frames == (speaking ? CLOSE_FRAMES : OPEN_FRAMES)) {
    speaking = !speaking;
    frames = 0;
  }
  return speaking;
}

/** What the network says of the newest frame: the logarithm of the odds that somebody speaks, in 1/1024. */
export function gateScore(): i32 {
  return score;
}
