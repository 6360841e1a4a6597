/** The pictures of docs/architecture.md: who may import whom in a folder. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./sources.js";

/** Each room with the rooms that it may use. */
type Rooms = Readonly<Record<string, readonly string[]>>;

/** A Mermaid diagram of a folder of architecture.mjs. An arrow that follows from two others is left out: who may use link may reach emit by way of it. */
export async function rooms(folder: string): Promise<string> {
  const { ROOMS } = (await import(pathToFileURL(path.join(root, "architecture.mjs")).href)) as { ROOMS: Readonly<Record<string, Rooms>> };
  const uses = ROOMS[folder] ?? {};
  const reach = (room: string): Set<string> => new Set((uses[room] ?? []).flatMap((used) => [used, ...reach(used)]));
  const arrows = Object.entries(uses).flatMap(([room, used]) =>
    used
      .filter((target) => !used.some((other) => other !== target && reach(other).has(target)))
      .map((target) => `  ${node(room, folder)} --> ${node(target, folder)}`),
  );
  return ["```mermaid", "flowchart TB", ...arrows, "```"].join("\n");
}

/** `import` alone would do, `end` and the like would not: all names get a prefix, and are shown without it. The files beside the rooms are shown as FOLDER/*.ts. */
function node(room: string, folder: string): string {
  return room === "." ? `files["${folder}/*.ts"]` : `room_${room}[${room}]`;
}
