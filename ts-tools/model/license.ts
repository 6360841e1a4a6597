/** The license of a model's weights, `license` in light-sernet.json and model.json: words for people, such as "CC BY-NC-SA 4.0". */
import { HIDDEN_CHARACTER } from "../text/visible_text.js";
import type { JsonFields } from "./json_fields.js";

const LICENSE = new RegExp(`^(?=\\S)(?:(?!${HIDDEN_CHARACTER.source}).){1,100}(?<=\\S)$`, "u");
const LICENSE_WORDS = "a text of 1 to 100 printable characters with no space at its ends";

export function isLicense(value: unknown): value is string {
  return typeof value === "string" && LICENSE.test(value);
}

/** Whether a model has another license than the code, MIT, which asks nothing of whoever uses it. */
export function isOwnLicense(license: string | undefined): license is string {
  return license !== undefined && license !== "MIT";
}

/** Undefined if the file does not say it. */
export function parseLicense(fields: JsonFields): string | undefined {
  return fields.has("license") ? fields.text("license", LICENSE, LICENSE_WORDS) : undefined;
}
