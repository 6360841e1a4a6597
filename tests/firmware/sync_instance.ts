import { Instance } from "../module/instance.js";

/** An instance at once, also of a module that imports something. */
export function instanceOf(module: WebAssembly.Module, imports: WebAssembly.Imports = {}): Instance {
  const { exports } = new WebAssembly.Instance(module, imports);
  return Object.assign(Object.create(Instance.prototype) as Instance, { exports });
}
