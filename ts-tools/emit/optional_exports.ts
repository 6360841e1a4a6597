import { type Feature, featuresOf, OPTIONAL_EXPORTS } from "../abi/exports.js";
import type { NamedModel } from "../model/named_model.js";

/** Where in assembly/ the functions of a feature are. */
const FILES: Readonly<Record<Feature, string>> = {
  adaptation: "frontend/adaptation",
  activation: "dimensions",
  valence: "dimensions",
  speech: "speech_rule",
  voice: "voice",
  stream: "stream/stream",
};

/** assembly/generated/optional_exports.ts: the functions of what this model has, and of nothing else. */
export function emitOptionalExports({ frontEnd, rules, model }: NamedModel): string {
  const { normalization } = frontEnd;
  const lines = featuresOf({ ...rules, ...(normalization && { normalization }), voice: model.voice, frontEnd }).map(
    (feature) => `export { ${Object.keys(OPTIONAL_EXPORTS[feature]).join(", ")} } from "../${FILES[feature]}";\n`,
  );
  return lines.length > 0 ? lines.join("") : "export {};\n";
}
