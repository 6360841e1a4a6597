import { builtinModules } from "node:module";

/**
 * Who may import whom. Each room (folder) is listed with the rooms that it may use, the lowest first; its own files are always allowed. "." are the files beside
 * the rooms. `npm run lint` enforces this with dependency-cruiser, and also that no import goes in a circle, that the runtime needs no package, and that a browser
 * never meets Node's modules.
 */
export const ROOMS = {
  "ts-tools": {
    text: [], // texts for people: hidden characters, Markdown
    model: ["text"], // what a model is: float and quantized model, manifest, weights file, front end, names
    abi: ["model", "host", "text"], // the module's exports and status codes
    host: ["text"], // the machine: terminal, files, programs
    import: ["model", "host"], // a trained model in any format -> float model
    features: ["model"], // somebody's features of a sound -> which front end computed them
    quantize: ["model", "text"], // float model -> int8 model
    emit: ["model", "abi", "host", "text"], // int8 model -> AssemblyScript sources
    link: ["emit", "model", "abi", "host"], // sources -> modules
    runtime: ["model", "abi", "host", "text"], // modules -> answers: the npm package for apps
    sounds: ["abi", "runtime", "host", "text"], // sound files of any format -> the bytes of a WAV file
    firmware: ["link", "model", "abi", "host", "text"], // module -> C
    evaluate: ["model", "host", "text"], // answers -> scores
    pipeline: ["import", "features", "quantize", "emit", "link", "runtime", "sounds", "model", "host", "text"], // trained model -> folder of a built model
    cli: ["pipeline", "features", "firmware", "evaluate", "runtime", "sounds", "link", "model", "abi", "host", "text"], // the commands
  },
  assembly: {
    target: [], // what C can say and WebAssembly cannot
    generated: ["target"], // constants, tables, addresses and expanded kernels, from ts-tools/emit
    kernels: ["generated", "target"], // one function each, by addresses and sizes
    sound: ["generated"], // pushed bytes -> samples at 16 kHz
    frontend: ["generated"], // samples -> MFCCs
    network: ["kernels", "generated", "target"], // MFCCs -> probabilities
    gate: ["kernels", "network", "generated"], // log mel energies -> whether somebody speaks
    ".": ["sound", "frontend", "network", "generated"], // the module's exports
    stream: [".", "gate", "sound", "frontend", "network", "generated"], // sound without end -> answers
    wasi: [".", "frontend", "network", "generated"], // the WASI command
  },
  bench: {
    measured: [], // what every measurement names: a subject's task, the machine, the modules
    peers: ["measured"], // other engines as subjects
    compare: ["peers", "measured"], // our modules beside peers
    runtimes: ["measured"], // our module in runtimes for devices
    fixed_front_end: [], // a front end in fixed point
    start: ["compare", "measured"], // what the first answer waits for
    documents: ["compare"], // measurements -> figures of the docs
    ".": ["compare", "measured", "fixed_front_end"], // the commands
  },
};

/** Which generated files a kernel may use: sizes that hold for every model. */
const KERNEL_CONSTANTS = ["levels", "record_layouts"];

/** The files of any of the rooms. */
const pathOf = (folder, rooms) => `^${folder}/(${rooms.map((room) => (room === "." ? "[^/]+$" : `${room}/`)).join("|")})`;

const roomRules = Object.entries(ROOMS).flatMap(([folder, rooms]) => [
  ...Object.entries(rooms).map(([room, uses]) => ({
    name: `${folder}/${room} uses only: ${uses.join(", ") || "nothing"}`,
    severity: "error",
    from: { path: pathOf(folder, [room]) },
    to: { path: `^${folder}/`, pathNot: pathOf(folder, [room, ...uses]) },
  })),
  {
    name: `every folder of ${folder} is in architecture.mjs`,
    severity: "error",
    from: { path: `^${folder}/`, pathNot: pathOf(folder, Object.keys(rooms)) },
    to: {},
  },
]);

export default {
  forbidden: [
    ...roomRules,
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no circles of folders",
      severity: "error",
      scope: "folder",
      from: { path: "^(ts-tools|assembly|bench)/" },
      to: { circular: true },
    },
    { name: "what ships does not use bench or tests", severity: "error", from: { path: "^ts-tools/" }, to: { path: "^(bench|tests)/" } },
    {
      name: "nobody but the bench and tests uses the page",
      severity: "error",
      from: { path: "^(ts-tools|assembly)/" },
      to: { path: "^web/" },
    },
    {
      name: "the page uses only the runtime, what a model is, and rows of CSV",
      severity: "error",
      from: { path: "^web/src/" },
      to: { pathNot: "^(web/src/|ts-tools/(runtime|model|abi)/|ts-tools/cli/csv\\.ts$)" },
    },
    {
      name: "who builds the page uses no bench, no tests",
      severity: "error",
      from: { path: "^web/build/" },
      to: { path: "^(bench|tests)/" },
    },
    { name: "the bench does not use tests", severity: "error", from: { path: "^bench/" }, to: { path: "^tests/" } },
    {
      name: `kernels know no model: of the generated files they use only ${KERNEL_CONSTANTS.join(", ")}`,
      severity: "error",
      from: { path: "^assembly/(generated/)?kernels/" },
      // assembly/generated/ need not be there: the path is then as it is written in the import.
      to: { path: "generated/", pathNot: `generated/(kernels/|(${KERNEL_CONSTANTS.join("|")})(\\.ts)?$)` },
    },
    {
      name: "the runtime needs no package",
      severity: "error",
      // The script that packs it is not part of it.
      from: { path: pathOf("ts-tools", ["runtime"]), pathNot: "/stage_package\\.mjs$" },
      to: { path: "node_modules", reachable: true },
    },
    {
      name: "a browser never meets Node's modules",
      severity: "error",
      from: { path: "^(ts-tools/runtime/(browser|microphone(_worker|_worklet)?)|web/src/(main|worker|service_worker))\\.ts$" },
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
    // optional_exports.ts lists exports of rooms that use generated constants: it is part of the module's index, wherever it is written.
    exclude: { path: "^(dist|build)/|generated/optional_exports" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types"],
    },
  },
};
