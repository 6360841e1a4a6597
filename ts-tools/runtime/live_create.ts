import { loadModule, type ModuleLoader } from "./create.js";
import { Engine } from "./engine.js";
import { Live } from "./live.js";
import { checkLiveOptions, type LiveOptions } from "./live_options.js";
import type { ModelInfo } from "./model_info.js";

/** A stream whose module comes from the options or from a loader. */
export async function createLiveWith(load: ModuleLoader, options: LiveOptions): Promise<Live> {
  checkLiveOptions(options);
  const { module, license } = await loadModule(load, options);
  const engine = await Engine.create(module);
  const model: ModelInfo = { ...engine.model(), ...(license !== undefined && { license }) };
  return new Live(engine, model, options);
}
