/** The builds of a model's module. All compute the same bits. */
export const MODULE_BUILDS = ["scalar", "simd", "relaxed"] as const;
/** One of them. */
export type ModuleBuild = (typeof MODULE_BUILDS)[number];

/** `auto` takes the first of relaxed, simd and scalar that is there and that this engine runs. */
export const BUILDS = ["auto", ...MODULE_BUILDS] as const;
/** A build, or the choice of one. */
export type Build = (typeof BUILDS)[number];

/** The file of the WASI command. */
export const COMMAND_FILE = "light-sernet-cli.wasm";

/** The file of a build. */
export function moduleFile(build: ModuleBuild): string {
  return build === "scalar" ? "light-sernet.wasm" : `light-sernet.${build}.wasm`;
}
