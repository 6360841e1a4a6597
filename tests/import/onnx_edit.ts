/** ONNX files of the fixtures, changed: the file is decoded into nodes and constants, edited, and encoded again. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fixtureBytes, temporaryFolder } from "./model_fixtures.js";

/** A field of a message on the wire: a varint, or bytes of 4, of 8, or of any length. */
export type Field = readonly [number: number, value: number | bigint | Uint8Array, fixed?: 4 | 8];

export interface Node {
  operation: string;
  name: string;
  inputs: string[];
  outputs: string[];
  /** Attributes, encoded. */
  attributes: Map<string, Uint8Array>;
  domain?: string;
}

export interface Constant {
  name: string;
  shape: number[];
  type: number;
  /** The fields with the values. */
  values: Field[];
}

export interface Graph {
  nodes: Node[];
  constants: Constant[];
  inputs: { name: string; shape: (number | string)[] }[];
  outputs: string[];
  opset: number;
  /** Other fields of the graph. */
  others: Field[];
}

export function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value, fixed]) => {
      if (fixed !== undefined) return [varint(8 * number + (fixed === 4 ? 5 : 1)), value as Uint8Array];
      if (value instanceof Uint8Array) return [varint(8 * number + 2), varint(value.length), value];
      return [varint(8 * number), varint(value)];
    }),
  );
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export function decode(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const next = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(next());
    const length = [0, 8, undefined, 0, 0, 4][tag & 7];
    if ((tag & 7) === 0) {
      fields.push([tag >> 3, next()]);
      continue;
    }
    const size = length ?? Number(next());
    const piece = bytes.subarray(at, at + size);
    fields.push(length === undefined ? [tag >> 3, piece] : [tag >> 3, piece, length as 4 | 8]);
    at += size;
  }
  return fields;
}

const all = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.filter(([found]) => found === number).map(([, value]) => value as Uint8Array);
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const integer = (fields: readonly Field[], number: number): number => Number(fields.findLast(([found]) => found === number)?.[1] ?? 0);
const bytesOf = (value: string): Buffer => Buffer.from(value);

const GRAPH = 7;
const OPSETS = 8;

export function decodeOnnx(bytes: Uint8Array): Graph {
  const model = decode(bytes);
  const graph = decode(all(model, GRAPH)[0]!);
  const own = all(model, OPSETS)
    .map(decode)
    .find((opset) => text(all(opset, 1)[0]) === "")!;
  return {
    nodes: all(graph, 1).map((node) => {
      const fields = decode(node);
      return {
        operation: text(all(fields, 4)[0]),
        name: text(all(fields, 3)[0]),
        inputs: all(fields, 1).map(text),
        outputs: all(fields, 2).map(text),
        attributes: new Map(all(fields, 5).map((attribute) => [text(all(decode(attribute), 1)[0]), attribute])),
      };
    }),
    constants: all(graph, 5).map((constant) => {
      const fields = decode(constant);
      const shape = fields.filter(([number]) => number === 1).map(([, size]) => Number(size));
      return {
        name: text(all(fields, 8)[0]),
        shape,
        type: integer(fields, 2),
        values: fields.filter(([number]) => ![1, 2, 8].includes(number)),
      };
    }),
    inputs: all(graph, 11).map((input) => ({ name: text(all(decode(input), 1)[0]), shape: shapeOf(input) })),
    outputs: all(graph, 12).map((output) => text(all(decode(output), 1)[0])),
    opset: integer(own, 2),
    others: graph.filter(([number]) => ![1, 5, 11, 12, 13].includes(number)),
  };
}

function shapeOf(input: Uint8Array): (number | string)[] {
  const tensor = decode(all(decode(all(decode(input), 2)[0]!), 1)[0]!);
  return all(decode(all(tensor, 2)[0]!), 1).map((dimension) => {
    const fields = decode(dimension);
    return fields.some(([number]) => number === 1) ? integer(fields, 1) : text(all(fields, 2)[0]);
  });
}

export function encodeOnnx({ nodes, constants, inputs, outputs, opset, others }: Graph): Buffer {
  const named = (name: string, shape?: readonly (number | string)[]): Buffer => {
    const sizes = shape?.map((size): Field => [1, encode([typeof size === "number" ? [1, size] : [2, bytesOf(size)]])]);
    const type: Field[] = sizes
      ? [
          [
            2,
            encode([
              [
                1,
                encode([
                  [1, 1],
                  [2, encode(sizes)],
                ]),
              ],
            ]),
          ],
        ]
      : [];
    return encode([[1, bytesOf(name)], ...type]);
  };
  const graph = encode([
    ...nodes.map((node): Field => [1, encodeNode(node)]),
    ...others,
    ...constants.map((constant): Field => [5, encodeConstant(constant)]),
    ...inputs.map(({ name, shape }): Field => [11, named(name, shape)]),
    ...outputs.map((name): Field => [12, named(name)]),
  ]);
  return encode([
    [1, 8],
    [2, bytesOf("test")],
    [GRAPH, graph],
    [OPSETS, encode([[2, opset]])],
  ]);
}

function encodeNode({ operation, name, inputs, outputs, attributes, domain }: Node): Buffer {
  return encode([
    ...inputs.map((input): Field => [1, bytesOf(input)]),
    ...outputs.map((output): Field => [2, bytesOf(output)]),
    [3, bytesOf(name)],
    [4, bytesOf(operation)],
    ...[...attributes.values()].map((attribute): Field => [5, attribute]),
    ...(domain === undefined ? [] : [[7, bytesOf(domain)] as Field]),
  ]);
}

function encodeConstant({ name, shape, type, values }: Constant): Buffer {
  return encode([...shape.map((size): Field => [1, size]), [2, type], [8, bytesOf(name)], ...values]);
}

/** An attribute of integers, of one integer, or of a text. */
export function attribute(name: string, value: readonly number[] | number | string): [string, Buffer] {
  const fields: Field[] = [[1, bytesOf(name)]];
  if (typeof value === "number") fields.push([3, value], [20, 2]);
  else if (typeof value === "string") fields.push([4, bytesOf(value)], [20, 3]);
  else fields.push(...value.map((item): Field => [8, item]), [20, 7]);
  return [name, encode(fields)];
}

/** A constant of float32, or of int64. */
export function constant(name: string, shape: number[], values: Float32Array | readonly number[]): Constant {
  const isFloat = values instanceof Float32Array;
  const raw = isFloat ? Buffer.from(values.buffer) : Buffer.from(BigInt64Array.from(values, BigInt).buffer);
  return { name, shape, type: isFloat ? 1 : 7, values: [[9, raw]] };
}

/** Finds a node by its operator: the first, or the one at this index among them. */
export function nodeOf(graph: Graph, operation: string, index = 0): Node {
  return graph.nodes.filter((node) => node.operation === operation)[index]!;
}

/** A new node between `before`'s output and those that take it, or, for a graph's output, after it. */
export function insertAfter(graph: Graph, before: Node, node: Omit<Node, "inputs" | "outputs"> & { inputs?: string[] }): void {
  const [output] = before.outputs;
  const inner = `${output} before ${node.name}`;
  before.outputs[0] = inner;
  graph.nodes.splice(graph.nodes.indexOf(before) + 1, 0, { ...node, inputs: [inner, ...(node.inputs ?? [])], outputs: [output!] });
}

/** The path of a copy of a fixture that `edit` has changed. */
export function editedOnnx(t: TestContext, name: string, edit: (graph: Graph) => void): string {
  const path = join(temporaryFolder(t), "model.onnx");
  const graph = decodeOnnx(fixtureBytes(`onnx/${name}`));
  edit(graph);
  writeFileSync(path, encodeOnnx(graph));
  return path;
}
