/** Damage to JSON: the text stays JSON mostly, and says something else. */
import type { Random } from "../support/random.js";
import { damage, pick } from "./bytes.js";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A value and its parent. */
interface Node {
  parent: Json[] | { [key: string]: Json };
  key: string | number;
}

/** Stands for text that JSON.stringify would not write. */
const RAW = "<raw>";
const NUMBERS = [
  0,
  -1,
  1,
  2,
  3,
  7,
  0.5,
  -0.5,
  127,
  128,
  255,
  256,
  65535,
  65536,
  2 ** 24,
  2 ** 27,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 40,
];
const MORE_NUMBERS = [2 ** 53, 2 ** 53 + 2, -(2 ** 31), 1e-45, 5e-324, 1e-7, 1e30, 3.4e38, 3.5e38, 1e308, -1e308];
const RAW_NUMBERS = ["1e999", "-1e999", "-0", "1E400", "0.1e-999", "12345678901234567890123", "0x10", "NaN", "01"];
const STRINGS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\u001b[2J",
  "a\nb",
  "\u007f",
  "\ud800",
  "\udfff\ud800",
  "\u202e",
  "\ufeff",
  "__proto__",
  "constructor",
];
const MORE_STRINGS = [
  "toString",
  "length",
  "../../..",
  "/",
  "/dev/null",
  "..\\..",
  "%s%n",
  '"',
  "'",
  "`$x`",
  "-1",
  "1e9",
  "NaN",
  "null",
  ". A second sentence.",
];

export interface JsonDamage {
  /** Strings that only this kind of file knows. */
  strings?: readonly string[];
}

/** A damaged copy of a JSON text. */
export function damageJson(random: Random, text: string, how: JsonDamage = {}): Uint8Array {
  if (random.unit() < 0.08) return damage(random, Buffer.from(text));
  const holder: Json[] = [JSON.parse(text) as Json];
  do change(random, holder, how);
  while (random.unit() < 0.5);
  return Buffer.from(written(holder[0] ?? null));
}

/** Raw pieces are put in at the end; whatever else JSON.stringify writes. */
function written(value: Json): string {
  return JSON.stringify(value).replace(/"<raw>((?:\\.|[^"\\])*)"/g, (_, raw: string) => JSON.parse(`"${raw}"`) as string);
}

function change(random: Random, holder: Json[], how: JsonDamage): void {
  const nodes = nodesOf(holder);
  if (nodes.length === 0) return;
  const node = pick(random, nodes);
  const other = pick(random, nodes);
  const kind = random.unit();
  if (kind < 0.5) put(node, replacement(random, get(node), how, nodes));
  else if (kind < 0.62) remove(node);
  else if (kind < 0.72) put(node, copyOf(get(other)));
  else if (kind < 0.8) swap(node, other);
  else if (kind < 0.88) repeat(random, node);
  else if (kind < 0.94) rename(random, node, nodes);
  else put(node, wrapped(random, get(node)));
}

/** Every value below the holder. */
function nodesOf(holder: Json[]): Node[] {
  const nodes: Node[] = [];
  const walk = (parent: Node["parent"]): void => {
    for (const key of Object.keys(parent)) {
      const node: Node = { parent, key: Array.isArray(parent) ? Number(key) : key };
      nodes.push(node);
      const value = get(node);
      if (typeof value === "object" && value !== null) walk(value);
    }
  };
  walk(holder);
  return nodes;
}

function get({ parent, key }: Node): Json {
  return (parent as Record<string | number, Json>)[key] ?? null;
}

/** Also of the name __proto__, which a plain assignment takes for something else. */
function put({ parent, key }: Node, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ parent, key }: Node): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function copyOf(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function swap(a: Node, b: Node): void {
  const [first, second] = [copyOf(get(a)), copyOf(get(b))];
  put(a, second);
  put(b, first);
}

/** The same again, once or very often; an object's field under another name. */
function repeat(random: Random, { parent, key }: Node): void {
  const value = get({ parent, key });
  const size = JSON.stringify(value).length;
  const times = random.unit() < 0.9 ? 1 : Math.min(random.integer(2, 3000), Math.floor(100_000 / (size + 1)));
  if (Array.isArray(parent)) parent.splice(Number(key), 0, ...Array.from({ length: times }, () => copyOf(value)));
  else put({ parent, key: `${key}${random.integer(1, 9)}` }, copyOf(value));
}

function rename(random: Random, node: Node, nodes: readonly Node[]): void {
  if (Array.isArray(node.parent)) {
    put(node, null);
    return;
  }
  const value = get(node);
  remove(node);
  const name = random.unit() < 0.5 ? pick(random, STRINGS) : String(pick(random, nodes).key);
  put({ parent: node.parent, key: name }, value);
}

function wrapped(random: Random, value: Json): Json {
  if (random.unit() < 0.1) {
    const depth = pick(random, [100, 1000, 10_000, 100_000]);
    return `${RAW}${"[".repeat(depth)}${"]".repeat(depth)}`;
  }
  return random.unit() < 0.5 ? [value] : { [pick(random, ["0", "value", "__proto__"])]: value };
}

function replacement(random: Random, value: Json, { strings = [] }: JsonDamage, nodes: readonly Node[]): Json {
  const kind = random.unit();
  if (typeof value === "number" && kind < 0.85) return hostileNumber(random, value);
  if (typeof value === "string" && kind < 0.75) {
    // Protobuf's JSON and tensor shapes write numbers as texts.
    if (value !== "" && Number.isFinite(Number(value)) && random.unit() < 0.7) return String(hostileNumber(random, Number(value)));
    const others = nodes.map(get).filter((other) => typeof other === "string");
    if (random.unit() < 0.3) return pick(random, others) ?? "";
    if (strings.length > 0 && random.unit() < 0.5) return pick(random, strings);
    return hostileString(random, value);
  }
  const values: Json[] = [null, true, false, 0, -1, "", "x", [], {}, [[]], [null], "2048", 1e308];
  return pick(random, [...values, hostileNumber(random, 1), hostileString(random, "name")]);
}

function hostileNumber(random: Random, value: number): Json {
  const kind = random.unit();
  if (kind < 0.35) return value + pick(random, [-2, -1, 1, 2, 0.5]);
  if (kind < 0.45) return value * pick(random, [2, 0.5, -1, 1000, 1e9]);
  if (kind < 0.53) return `${RAW}${pick(random, RAW_NUMBERS)}`;
  return pick(random, kind < 0.85 ? NUMBERS : MORE_NUMBERS);
}

function hostileString(random: Random, value: string): string {
  const kind = random.unit();
  if (kind < 0.15) return value + pick(random, STRINGS);
  if (kind < 0.25) return value.slice(0, random.integer(0, value.length));
  if (kind < 0.28) return pick(random, STRINGS).padEnd(pick(random, [1000, 70_000]), "x");
  return pick(random, kind < 0.65 ? STRINGS : MORE_STRINGS);
}
