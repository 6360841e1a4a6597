/** Zip archives that no tool writes: sizes that are not true, and directories that name one place often. */

export interface Member {
  name: string;
  /** A deflate stream. */
  deflated: Uint8Array;
  /** What the headers say that it becomes. */
  size: number;
  /** How often the directory names it; default once. */
  times?: number;
}

/** Checksums are left 0. */
export function zipBytes(members: readonly Member[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  let entries = 0;
  for (const { name, deflated, size, times = 1 } of members) {
    const text = Buffer.from(name);
    // Version, flags, method 8, time, date, checksum, sizes, length of the name, of the extra field.
    const common = [u16(20), u16(0), u16(8), u16(0), u16(0), u32(0), u32(deflated.length), u32(size), u16(text.length), u16(0)];
    for (let i = 0; i < times; i++) {
      directory.push(u32(0x02014b50), u16(20), ...common, u16(0), u16(0), u16(0), u32(0), u32(at), text);
      entries++;
    }
    const member = Buffer.concat([u32(0x04034b50), ...common, text, deflated]);
    parts.push(member);
    at += member.length;
  }
  const central = Buffer.concat(directory);
  const end = [u32(0x06054b50), u16(0), u16(0), u16(entries), u16(entries), u32(central.length), u32(at), u16(0)];
  return Buffer.concat([...parts, central, ...end]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}
