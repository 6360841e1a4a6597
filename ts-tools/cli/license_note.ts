import { printError } from "../host/terminal.js";

/** Says on standard error which licenses models have, each once. MIT asks nothing of whoever uses a model, and needs no words. */
export function noteLicenses(licenses: Iterable<string | undefined>): void {
  for (const license of new Set(licenses)) {
    if (license === undefined || license === "MIT") continue;
    const commercial = /\bNC\b/.test(license) ? ", which forbids commercial use" : "";
    printError(undefined, `note: the license of this model is ${license}${commercial}`);
  }
}
