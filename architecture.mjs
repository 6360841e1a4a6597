import { builtinModules } from "node:module";

/**
 * Who may import whom. Each room (folder) is listed with the rooms that it may use, the lowest first; its own files are always allowed. `npm run lint` enforces
 * this with dependency-cruiser, and also that no import goes in a circle, that the runtime needs no package, and that a browser never meets Node's modules.
 */
export const ROOMS = {
  "ts-tools": {
    text: [], // texts for people: hidden characters, Markdown
    abi: ["host"], // the module's exports and status codes
    model: ["text"], // what a model is: float and quantized model, manifest, weights file, front end, names
    host: ["text"], // the machine: terminal, files, programs
    import: ["model", "host"], // a trained model in any format -> float model
    quantize: ["model", "text"], // float model -> int8 model
    emit: ["model", "abi", "host", "text"], // int8 model -> AssemblyScript sources
    link: ["emit", "model", "abi", "host"], // sources -> modules
    runtime: ["model", "abi", "host", "text"], // modules -> answers: the npm package for apps
    firmware: ["link", "model", "abi", "host", "text"], // module -> C
    evaluate: ["model", "host", "text"], // answers -> scores
    pipeline: ["import", "quantize", "emit", "link", "runtime", "model", "host", "text"], // trained model -> folder of a built model
    cli: ["pipeline", "firmware", "evaluate", "runtime", "link", "model", "host", "text"], // the commands
  },
};

/** `^folder/room/` of any of the rooms. */
const pathOf = (folder, rooms) => `^${folder}/(${rooms.join("|")})/`;

const roomRules = Object.entries(ROOMS).flatMap(([folder, rooms]) =>
  Object.entries(rooms).map(([room, uses]) => ({
    name: `${folder}/${room} uses only: ${uses.join(", ") || "nothing"}`,
    severity: "error",
    from: { path: pathOf(folder, [room]) },
    to: { path: `^${folder}/`, pathNot: pathOf(folder, [room, ...uses]) },
  })),
);

export default {
  forbidden: [
    ...roomRules,
    {
      name: "every folder of ts-tools is in architecture.mjs",
      severity: "error",
      from: { path: "^ts-tools/", pathNot: pathOf("ts-tools", Object.keys(ROOMS["ts-tools"])) },
      to: {},
    },
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    { name: "what ships does not use bench or tests", severity: "error", from: { path: "^ts-tools/" }, to: { path: "^(bench|tests)/" } },
    { name: "the bench does not use tests", severity: "error", from: { path: "^bench/" }, to: { path: "^tests/" } },
    {
      name: "kernels know no network",
      severity: "error",
      from: { path: "^assembly/kernels/" },
      to: { path: "^assembly/(network|frontend|sound|wasi)/" },
    },
    {
      name: "the runtime needs no package",
      severity: "error",
      from: { path: pathOf("ts-tools", ["runtime"]) },
      to: { path: "node_modules", reachable: true },
    },
    {
      name: "a browser never meets Node's modules",
      severity: "error",
      from: { path: "^ts-tools/runtime/browser\\.ts$" },
      to: { path: `^(node:)?(${builtinModules.join("|")})$`, reachable: true },
    },
    {
      name: "what ships does not use development packages",
      severity: "error",
      from: { path: "^ts-tools/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "imports lead somewhere",
      severity: "error",
      from: { path: "^(ts-tools|assembly)/" },
      to: { couldNotResolve: true, pathNot: "generated/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|build)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types"],
    },
  },
};
