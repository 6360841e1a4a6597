/** A speaker's statistics of an instance, as a host saves and loads them. */
import type { AdaptationExports } from "../../ts-tools/abi/exports.js";
import type { Instance } from "./instance.js";

export const adaptationOf = ({ exports }: Instance): AdaptationExports => exports as unknown as AdaptationExports;

export function saveStatistics(instance: Instance): Uint8Array {
  const bytes = adaptationOf(instance).adaptationSave();
  const address = instance.exports.inputAddress();
  return instance.bytes().slice(address, address + bytes);
}

/** Returns the status. */
export function loadStatistics(instance: Instance, blob: Uint8Array): number {
  instance.bytes().set(blob, instance.exports.inputAddress());
  return adaptationOf(instance).adaptationLoad(blob.length);
}
