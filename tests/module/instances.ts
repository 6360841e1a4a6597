import { allBuilds, type BuiltModel } from "./built_model.js";
import { Instance } from "./instance.js";

/** An instance of every build of a model, by the build's name. */
export async function instancesOf(built: BuiltModel): Promise<[string, Instance][]> {
  const instances: [string, Instance][] = [];
  for (const [build, bytes] of await allBuilds(built)) instances.push([build, await Instance.create(bytes)]);
  return instances;
}
