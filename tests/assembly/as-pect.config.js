/**
 * as-pect runs the specs beside this file inside WebAssembly, with the sources of assembly/ compiled in. The generated files must be there
 * (tests/run.sh writes them); static data begins after the page that the module's own memory map uses.
 */
// biome-ignore lint/style/noDefaultExport: as-pect reads the default export.
export default {
  entries: [process.env.LIGHT_SERNET_SPECS ?? "tests/assembly/**/*.spec.ts"],
  include: [],
  disclude: [/node_modules/],
  async instantiate(memory, createImports, instantiate, binary) {
    const loadWeights = () => {
      throw new Error("specs of kernels and of the front end bring no weights; the whole module is tested from outside");
    };
    return instantiate(binary, createImports({ env: { memory }, weights: { loadWeights } }));
  },
  outputBinary: false,
};
