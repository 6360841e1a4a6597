/** The front end of a build: the reference's, with what the user, the sidecar and the model's input say. */
import type { FloatModel } from "../model/float_model.js";
import { frameCount, REFERENCE_FRONT_END } from "../model/front_end.js";
import { frontEndFault } from "../model/front_end_schema.js";
import { ModelError } from "../model/model_error.js";
import type { FrontEnd } from "../model/model_types.js";
import { normalizationFault } from "../model/normalization.js";
import { SIDECAR, type Sidecar } from "./model_folder.js";

/** Seconds of --window, and the model's file or folder for messages. */
interface WindowOptions {
  window?: number | undefined;
  source: string;
}

/** What --window and the sidecar say of the front end. */
export function givenFrontEnd({ window, source }: WindowOptions, { frontEnd = {} }: Sidecar): Partial<FrontEnd> {
  if (window === undefined) return frontEnd;
  const windowSamples = Math.round(window * REFERENCE_FRONT_END.sampleRate);
  if (frontEnd.windowSamples !== undefined && frontEnd.windowSamples !== windowSamples) {
    throw new ModelError(
      `${source}: --window ${window} is ${windowSamples} samples, but the ${SIDECAR} beside the model says ${frontEnd.windowSamples}; leave one of them out.`,
    );
  }
  return { ...frontEnd, windowSamples };
}

/** Frames of a model that takes any number of them; undefined if nobody says how long its sounds are. */
export function openFrames(given: Partial<FrontEnd>): number | undefined {
  if (given.windowSamples === undefined) return undefined;
  // A window that is too short or too long is refused with the front end.
  return Math.max(1, frameCount({ ...REFERENCE_FRONT_END, ...given }));
}

/** The reference's front end with the changes that are given; its output must fit the model's input. */
export function chooseFrontEnd(
  { source, window }: WindowOptions,
  { normalization }: Sidecar,
  given: Partial<FrontEnd>,
  float: FloatModel,
): FrontEnd {
  const frontEnd: FrontEnd = { ...REFERENCE_FRONT_END, ...given, ...(normalization && { normalization }) };
  if (float.coefficients !== frontEnd.coefficients && given.coefficients === undefined) frontEnd.coefficients = float.coefficients;
  if (float.frames !== frameCount(frontEnd) && given.windowSamples === undefined) {
    // A longer or shorter window: as many samples as the frames cover. (48,000 samples are 184 frames and half a hop.)
    frontEnd.windowSamples = (float.frames - 1) * frontEnd.hopSamples + frontEnd.frameSamples;
  }
  const fault = frontEndFault(frontEnd);
  if (fault?.field === "windowSamples" && window !== undefined) {
    throw new ModelError(
      `${source}: --window ${window} is ${frontEnd.windowSamples} samples, which must be ${fault.expected}; name another length.`,
    );
  }
  if (fault) {
    throw new ModelError(
      `${source}: ${fault.field} of the front end must be ${fault.expected}, but is ${frontEnd[fault.field]}; correct frontEnd in the ${SIDECAR} beside the model, or use a model with another input.`,
    );
  }
  if (float.frames !== frameCount(frontEnd) && window !== undefined) {
    throw new ModelError(
      `${source}: the model takes ${float.frames} frames, but ${window} seconds have ${frameCount(frontEnd)}; leave out --window, which is for models that take any number of frames.`,
    );
  }
  if (float.frames !== frameCount(frontEnd) || float.coefficients !== frontEnd.coefficients) {
    throw new ModelError(
      `${source}: the model takes ${float.frames} frames of ${float.coefficients} coefficients, but the front end computes ${frameCount(frontEnd)} of ${frontEnd.coefficients}; correct frontEnd in the ${SIDECAR} beside the model.`,
    );
  }
  const unfit = normalization && normalizationFault(normalization, frontEnd.coefficients);
  if (unfit !== undefined)
    throw new ModelError(`${source}: normalization does not fit the model: ${unfit}; correct the ${SIDECAR} beside the model.`);
  return frontEnd;
}
