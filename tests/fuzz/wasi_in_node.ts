/** The WASI command without a process: what it needs of the system, for hundreds of runs a second. Standard input is empty. */
import { Finding } from "./target.js";

export interface WasiEnd {
  code: number;
  output: string;
  errors: string;
}

class Exit {
  constructor(readonly code: number) {}
}

export async function runWasiCommand(command: WebAssembly.Module, parameters: readonly string[]): Promise<WasiEnd> {
  const given = ["command", ...parameters].map((parameter) => Buffer.from(`${parameter}\0`));
  const printed: Record<number, string> = { 1: "", 2: "" };
  let memory: WebAssembly.Memory | undefined;
  const view = (): DataView => new DataView(memory!.buffer);
  const system = {
    args_sizes_get: (count: number, bytes: number): number => {
      view().setUint32(count, given.length, true);
      view().setUint32(
        bytes,
        given.reduce((sum, parameter) => sum + parameter.length, 0),
        true,
      );
      return 0;
    },
    args_get: (addresses: number, text: number): number => {
      let at = text;
      for (const [index, parameter] of given.entries()) {
        view().setUint32(addresses + 4 * index, at, true);
        new Uint8Array(memory!.buffer).set(parameter, at);
        at += parameter.length;
      }
      return 0;
    },
    fd_read: (_descriptor: number, _vectors: number, _count: number, read: number): number => {
      view().setUint32(read, 0, true);
      return 0;
    },
    fd_write: (descriptor: number, vector: number, _count: number, written: number): number => {
      const [address, bytes] = [view().getUint32(vector, true), view().getUint32(vector + 4, true)];
      printed[descriptor] += Buffer.from(memory!.buffer, address, bytes).toString();
      view().setUint32(written, bytes, true);
      return 0;
    },
    clock_time_get: (): number => 1,
    proc_exit: (code: number): never => {
      throw new Exit(code);
    },
  };
  const { exports } = await WebAssembly.instantiate(command, { wasi_snapshot_preview1: system });
  memory = exports.memory as WebAssembly.Memory;
  let code = 0;
  try {
    (exports._start as () => void)();
  } catch (error) {
    if (!(error instanceof Exit)) throw new Finding(`the WASI command fails: ${String(error)}`);
    ({ code } = error);
  }
  return { code, output: printed[1]!, errors: printed[2]! };
}
