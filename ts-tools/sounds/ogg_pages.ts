/** The packets that end on one page of an Ogg stream. */
export interface OggPage {
  packets: Uint8Array[];
  /** For Opus: samples at 48 kHz up to the end of this page, with those that the decoder must skip; -1 if no packet ends on it. */
  granule: number;
  isFirst: boolean;
  isLast: boolean;
}

const HEADER_BYTES = 27;
/** The most that a packet may grow over several pages; real ones of speech have a few KB. */
const MOST_PACKET_BYTES = 2 ** 20;

/** Takes an Ogg file in pieces of any size and returns the pages of its first stream, and of the streams that follow it one after another (RFC 3533). */
export class OggPages {
  #rest: Buffer = Buffer.alloc(0);
  /** The beginning of a packet that goes on on the next page. */
  #open: Buffer[] = [];
  #openBytes = 0;
  #serial: number | undefined;
  /** Places where bytes had to be left out. */
  damaged = 0;

  /** Whether the last page has been seen. */
  get isEnded(): boolean {
    return this.#serial === undefined;
  }

  push(bytes: Uint8Array): OggPage[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const pages: OggPage[] = [];
    let at = 0;
    for (;;) {
      const start = this.#rest.indexOf("OggS", at, "latin1");
      if (start !== at && (start > 0 || this.#rest.length - at > 3)) this.damaged++;
      // The last three bytes may be the beginning of a page's mark.
      at = start >= 0 ? start : Math.max(at, this.#rest.length - 3);
      const length = start < 0 ? 0 : this.#pageBytes(at);
      if (length === 0 || at + length > this.#rest.length) break;
      const page = this.#page(this.#rest.subarray(at, at + length));
      if (page) pages.push(page);
      at += length;
    }
    this.#rest = Buffer.from(this.#rest.subarray(at));
    return pages;
  }

  /** The whole packets of a page that is not all there. */
  end(): OggPage[] {
    const isCut = this.#pageBytes(0) > 0 && this.#serial !== undefined && this.#rest.readUInt32LE(14) === this.#serial;
    if (!isCut) return [];
    return [{ packets: this.#packets(this.#rest), granule: -1, isFirst: (this.#rest[5]! & 2) !== 0, isLast: false }];
  }

  /** Bytes of the page that begins there; 0 if its header is not all there yet. */
  #pageBytes(at: number): number {
    if (at + HEADER_BYTES > this.#rest.length) return 0;
    const segments = this.#rest[at + 26]!;
    if (at + HEADER_BYTES + segments > this.#rest.length) return 0;
    const table = this.#rest.subarray(at + HEADER_BYTES, at + HEADER_BYTES + segments);
    return HEADER_BYTES + segments + table.reduce((sum, size) => sum + size, 0);
  }

  #page(page: Buffer): OggPage | undefined {
    const flags = page[5]!;
    const serial = page.readUInt32LE(14);
    const isFirst = (flags & 2) !== 0;
    if (this.#serial === undefined && isFirst) this.#serial = serial;
    if (serial !== this.#serial) return undefined;
    if ((flags & 1) === 0) this.#open = [];
    const packets = this.#packets(page);
    const isLast = (flags & 4) !== 0;
    if (isLast) this.#serial = undefined;
    return { packets, granule: Number(page.readBigInt64LE(6)), isFirst, isLast };
  }

  #packets(page: Buffer): Uint8Array[] {
    const segments = page[26]!;
    const packets: Uint8Array[] = [];
    let from = HEADER_BYTES + segments;
    let to = from;
    for (const size of page.subarray(HEADER_BYTES, from)) {
      to += size;
      if (to > page.length) return packets;
      // A segment of 255 bytes goes on in the next one.
      if (size === 255) continue;
      packets.push(Buffer.concat([...this.#open, page.subarray(from, to)]));
      this.#open = [];
      this.#openBytes = 0;
      from = to;
    }
    if (from < to) {
      this.#openBytes += to - from;
      if (this.#openBytes > MOST_PACKET_BYTES) throw new Error("a packet does not end");
      this.#open.push(Buffer.from(page.subarray(from, to)));
    }
    return packets;
  }
}
