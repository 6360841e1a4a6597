import { printError } from "../host/terminal.js";
import { isOwnLicense } from "../model/license.js";

/** Says on standard error which licenses models have, each once. The code's own license needs no words. */
export function noteLicenses(licenses: Iterable<string | undefined>): void {
  for (const license of new Set(licenses)) {
    if (!isOwnLicense(license)) continue;
    const commercial = /\bNC\b/.test(license) ? ", which forbids commercial use" : "";
    printError(undefined, `note: the license of this model is ${license}${commercial}`);
  }
}
