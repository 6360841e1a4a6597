/**
 * Reads JSON of other programs. Every accessor returns a value of the type it names, or a default: in these formats most fields may be missing, and what a model
 * must have is checked on the layers, once for all formats. That is why model/json_fields.ts, which checks the fields of our own files, does not fit here.
 */

import { fileError } from "./layer_graph.js";
import { MOST_JSON_VALUES } from "./limits.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function parseJson(source: string, text: string): Json {
  if (mayHoldMoreValues(text)) {
    throw fileError(source, `its description has more than ${MOST_JSON_VALUES} values, expected a few thousand: it is damaged`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, "")) as Json;
  } catch (cause) {
    throw fileError(source, "this is not valid JSON, expected a complete model description: the file is damaged or incomplete", cause);
  }
}

/** Every value follows a comma or an opening bracket, but for the first of all and those after a key; nothing can stop JSON.parse() once it has begun. */
function mayHoldMoreValues(text: string): boolean {
  let count = 0;
  for (let at = 0; at < text.length && count <= MOST_JSON_VALUES; at++) {
    const letter = text[at];
    if (letter === "," || letter === "[" || letter === "{") count++;
  }
  return count > MOST_JSON_VALUES;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The array, or an empty one. */
export function asArray(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or "". */
export function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The number; NaN when it is something else. Protobuf's JSON writes 64-bit integers as text. */
export function asNumber(value: Json | undefined): number {
  return typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
}
