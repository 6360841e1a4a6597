/** A frame of the sound of a WebM file. */
export interface WebmFrame {
  bytes: Uint8Array;
  /** Nanoseconds at its end that are not part of the sound. */
  discardNs: number;
}

const SEGMENT = 0x18538067;
/** Elements whose content is read; their own lengths do not matter, and recorders leave them unknown: EBML, Segment, Cluster, Tracks, TrackEntry, BlockGroup. */
const FOLDERS = new Set([0x1a45dfa3, SEGMENT, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]);
const DOC_TYPE = 0x4282;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const CODEC_ID = 0x86;
const CODEC_PRIVATE = 0x63a2;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
const DISCARD_PADDING = 0x75a2;
const KEPT = new Set([DOC_TYPE, TRACK_NUMBER, CODEC_ID, CODEC_PRIVATE, SIMPLE_BLOCK, BLOCK, DISCARD_PADDING]);

/** The most bytes of an element that is kept; blocks of video may be large. */
const MOST_ELEMENT_BYTES = 2 ** 25;

/** Takes a WebM file in pieces of any size and returns the frames of its first Opus track (RFC 8794 and 9559). */
export class WebmBlocks {
  /** OpusHead of the track, once it was read. */
  head: Uint8Array | undefined;
  /** "webm" or "matroska", once it was read. */
  docType: string | undefined;
  /** A track is Opus, whether or not its head was read. */
  hasOpus = false;
  /** Why nothing is read any more. */
  fault: string | undefined;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes still to come of an element that is not needed. */
  #skip = 0;
  #entry: { number?: number; isOpus?: boolean; head?: Uint8Array } = {};
  #track: number | undefined;
  #frames: WebmFrame[] = [];
  /** Bytes of the file before `#rest`. */
  #before = 0;
  /** Where the segment ends; infinite if recorders left it unknown. */
  #end = Number.POSITIVE_INFINITY;

  /** Whether more should come: an element is not all there, or the segment is longer. */
  get isCut(): boolean {
    const read = this.#before + this.#rest.length;
    return this.#skip > 0 || this.#rest.length > 0 || (this.#end !== Number.POSITIVE_INFINITY && read < this.#end);
  }

  /** Returns all frames but the last one so far: what is left out at its end may follow it. */
  push(bytes: Uint8Array): WebmFrame[] {
    if (this.fault !== undefined) return [];
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let at = 0;
    try {
      for (let next: number | undefined = 0; next !== undefined; next = this.#step(at)) at = next;
    } catch (error) {
      // The frames before it are good.
      this.fault = (error as Error).message;
    }
    this.#rest = Buffer.from(this.#rest.subarray(at));
    this.#before += at;
    return this.#frames.splice(0, this.#frames.length - 1);
  }

  end(): WebmFrame[] {
    return this.#frames.splice(0);
  }

  /** Reads one element. Returns where the next one begins; undefined if this one is not all there yet. */
  #step(at: number): number | undefined {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#rest.length - at);
      this.#skip -= skipped;
      return skipped > 0 ? at + skipped : undefined;
    }
    const id = vint(this.#rest, at, 4);
    const size = id && vint(this.#rest, at + id.bytes, 8);
    if (!size) return undefined;
    const begin = at + id.bytes + size.bytes;
    // An ID is written with the bit that says its length.
    const name = id.value + 2 ** (7 * id.bytes);
    if (FOLDERS.has(name)) {
      if (name === TRACK_ENTRY) this.#entry = {};
      if (name === SEGMENT && size.value !== 2 ** (7 * size.bytes) - 1) this.#end = this.#before + begin + size.value;
      return begin;
    }
    if (!KEPT.has(name)) {
      this.#skip = size.value;
      return begin;
    }
    if (size.value > MOST_ELEMENT_BYTES) throw new Error("an element is larger than any frame");
    const end = begin + size.value;
    if (end > this.#rest.length) return undefined;
    this.#element(name, this.#rest.subarray(begin, end));
    return end;
  }

  #element(name: number, content: Buffer): void {
    if (name === SIMPLE_BLOCK || name === BLOCK) this.#block(content);
    else if (name === DISCARD_PADDING) this.#discard(content);
    else if (name === TRACK_NUMBER) this.#entry.number = unsigned(content);
    else if (name === CODEC_ID) this.#codec(text(content));
    else if (name === DOC_TYPE) this.docType = text(content);
    else this.#entry.head = Buffer.from(content);
    const { number, isOpus, head } = this.#entry;
    if (this.#track === undefined && number !== undefined && isOpus && head) {
      this.#track = number;
      this.head = head;
    }
  }

  #codec(name: string): void {
    this.#entry.isOpus = name === "A_OPUS";
    this.hasOpus ||= this.#entry.isOpus;
  }

  #block(content: Buffer): void {
    const track = vint(content, 0, 8);
    // After the track: a time of two bytes, and flags.
    if (!track || content.length < track.bytes + 3 || track.value !== this.#track) return;
    if ((content[track.bytes + 2]! & 6) !== 0) throw new Error("its blocks have several frames each");
    this.#frames.push({ bytes: Buffer.from(content.subarray(track.bytes + 3)), discardNs: 0 });
  }

  #discard(content: Buffer): void {
    const last = this.#frames.at(-1);
    if (last && content.length > 0 && content.length <= 6) last.discardNs = Math.max(0, content.readIntBE(0, content.length));
  }
}

/** Zeros may fill a text up to its length. */
function text(content: Buffer): string {
  return content.toString("latin1").replace(/\0+$/, "");
}

function unsigned(content: Buffer): number {
  return content.length > 0 && content.length <= 6 ? content.readUIntBE(0, content.length) : 0;
}

/** A number of variable length, without the bit that says its length; undefined if it is not all there. */
function vint(bytes: Buffer, at: number, mostBytes: number): { value: number; bytes: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > mostBytes) throw new Error("an element has no valid header");
  if (at + length > bytes.length) return undefined;
  let value = first & (0xff >> length);
  for (let index = 1; index < length; index++) value = value * 256 + bytes[at + index]!;
  return { value, bytes: length };
}
