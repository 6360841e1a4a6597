import wabtModule from "wabt";

/** Features that the bench's own modules use; the rest is what every WebAssembly engine has. */
const FEATURES = { simd: true, relaxed_simd: true };

/** WebAssembly text to its binary. */
export async function assemble(name: string, text: string): Promise<Uint8Array> {
  const wabt = await wabtModule();
  const module = wabt.parseWat(name, text, FEATURES);
  try {
    module.validate();
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}
