/** Reads HDF5 from memory with h5wasm: groups, text attributes, and float datasets as weights. */

import { Dataset, type Entity, File, Group, ready } from "h5wasm";
import { elementCount, fileError, quoted, type Weights } from "./layer_graph.js";
import { WeightCounter } from "./limits.js";

/** HDF5's class of floating-point types (H5T_FLOAT). */
const FLOAT_CLASS = 1;

let filesOpened = 0;

/** Opens `bytes` as HDF5, calls `read` with it, and closes it. `path` is for messages. */
export async function withHdf5File<T>(path: string, bytes: Uint8Array, read: (file: Hdf5File) => T): Promise<T> {
  const hdf5 = await ready;
  hdf5.activate_throwing_error_handler(); // instead of printing to stderr
  const files = hdf5.FS as unknown as LibraryFiles;
  removeDevices(files);
  const name = `/model-${filesOpened++}.h5`;
  files.writeFile(name, bytes, { canOwn: true }); // not copied
  try {
    const file = openFile(path, name);
    try {
      return read(new Hdf5File(path, file));
    } finally {
      file.close();
    }
  } finally {
    files.unlink(name);
  }
}

/** The part of the library's in-memory file system that is used here; the library's own types lack it. */
interface LibraryFiles {
  writeFile(path: string, bytes: Uint8Array, options: { canOwn: boolean }): void;
  unlink(path: string): void;
  readdir(path: string): string[];
  lstat(path: string): { mode: number };
  isDir(mode: number): boolean;
}

/** A dataset may be in another file, which HDF5 opens by its name: it must not find a device of the process, such as /dev/stdin. */
function removeDevices(files: LibraryFiles): void {
  for (const name of files.readdir("/dev")) if (!files.isDir(files.lstat(`/dev/${name}`).mode)) files.unlink(`/dev/${name}`);
}

function openFile(path: string, name: string): File {
  try {
    return new File(name, "r");
  } catch (cause) {
    throw fileError(path, "its HDF5 data cannot be opened, expected an intact file: it is damaged or incomplete", cause);
  }
}

export class Hdf5File {
  private readonly counter: WeightCounter;

  constructor(
    private readonly path: string,
    private readonly file: File,
  ) {
    this.counter = new WeightCounter(path);
  }

  /** Names of the members of a group; empty when there is no such group. */
  children(group: string): string[] {
    const entity = this.entity(group);
    return entity instanceof Group ? entity.keys() : [];
  }

  /** A text attribute, "/" for the file's own; undefined when there is none. */
  text(entity: string, attribute: string): string | undefined {
    const value = this.attribute(entity, attribute);
    return typeof value === "string" ? value : undefined;
  }

  /** An attribute that is a list of texts; empty when there is none. */
  texts(entity: string, attribute: string): string[] {
    const value = this.attribute(entity, attribute);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** The float32 or float64 dataset at `dataset`, as float32; undefined when there is none. */
  weights(dataset: string): Weights | undefined {
    const entity = this.entity(dataset);
    if (!(entity instanceof Dataset)) return undefined;
    const { shape, metadata } = entity;
    const wrongType = (): Error =>
      fileError(this.path, `its dataset ${quoted(dataset)} is of type ${JSON.stringify(entity.dtype)}, expected float32`);
    if (metadata.type !== FLOAT_CLASS || shape === null) throw wrongType();
    this.counter.add(elementCount(shape));
    const { value } = entity;
    if (!(value instanceof Float32Array || value instanceof Float64Array)) throw wrongType();
    return { shape, values: Float32Array.from(value) };
  }

  private attribute(entity: string, attribute: string): unknown {
    const found = this.entity(entity);
    return found instanceof Group || found instanceof Dataset ? found.attrs[attribute]?.value : undefined;
  }

  private entity(name: string): Entity | null {
    return name === "/" ? this.file : this.file.get(name);
  }
}
