import type { FloatModel } from "../model/float_model.js";
import { fileError, quoted } from "./layer_graph.js";

/** Throws a ModelError when the class names that the user gave are not as many as the model has classes. */
export function checkClasses(model: FloatModel, classes: readonly string[], source: string): void {
  const { dense } = model;
  if (classes.length === dense.classes) return;
  throw fileError(source, `layer ${quoted(dense.name)} gives ${dense.classes} classes, expected ${classes.length}, as many as were named`);
}
