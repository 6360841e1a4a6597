import type { FloatModel } from "../model/float_model.js";
import { fileError, quoted } from "./layer_graph.js";

/** Throws a ModelError unless the user named as many classes as the model has outputs. */
export function checkClasses(model: FloatModel, classes: readonly string[], source: string): void {
  const { dense } = model;
  if (classes.length === dense.classes) return;
  throw fileError(
    source,
    `layer ${quoted(dense.name)} has ${dense.classes} outputs, expected ${classes.length}, one for each class that was named`,
  );
}
