/**
 * The part of ONNX's schema that a float convolutional network needs. Field numbers are those of onnx/onnx.proto3 and never change. The graphs inside
 * control flow (If, Loop) are not read: their nodes are operators that nothing here knows.
 */

import { ProtobufMessage } from "./protobuf_message.js";

export interface OnnxModel {
  /** Versions of the operators, by domain; "" is ONNX's own. */
  opsets: ReadonlyMap<string, number>;
  graph: OnnxGraph | undefined;
}

/** message ModelProto { graph = 7; opset_import = 8 { domain = 1; version = 2; } } */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const model = new ProtobufMessage(bytes);
  const graph = model.message(7);
  return {
    opsets: new Map(model.messages(8).map((opset) => [ownDomain(opset.text(1)), opset.integer(2)])),
    graph: graph && readGraph(graph),
  };
}

/** "ai.onnx" is another way to write "". */
function ownDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

export interface OnnxGraph {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  /** Names of constants in a form that is not read. */
  sparse: string[];
  inputs: OnnxInput[];
  /** Names of tensors. */
  outputs: string[];
}

/** message GraphProto { node = 1; initializer = 5; input = 11; output = 12; sparse_initializer = 15 { values = 1; } } */
function readGraph(graph: ProtobufMessage): OnnxGraph {
  return {
    nodes: graph.messages(1).map(readNode),
    initializers: graph.messages(5).map(readTensor),
    sparse: graph.messages(15).map((tensor) => tensor.message(1)?.text(8) ?? ""),
    inputs: graph.messages(11).map(readInput),
    outputs: graph.messages(12).map((output) => output.text(1)),
  };
}

export interface OnnxInput {
  name: string;
  /** undefined for an open size. */
  shape: (number | undefined)[];
}

/** message ValueInfoProto { name = 1; type = 2 { tensor_type = 1 { shape = 2 { dim = 1 { dim_value = 1; dim_param = 2; } } } } } */
function readInput(input: ProtobufMessage): OnnxInput {
  const dimensions = input.message(2)?.message(1)?.message(2)?.messages(1) ?? [];
  return { name: input.text(1), shape: dimensions.map((dimension) => (dimension.integer(1) > 0 ? dimension.integer(1) : undefined)) };
}

export interface OnnxNode {
  name: string;
  operation: string;
  domain: string;
  /** Names of tensors; "" for an optional one that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: ReadonlyMap<string, ProtobufMessage>;
}

/** message NodeProto { input = 1; output = 2; name = 3; op_type = 4; attribute = 5 { name = 1; ... } domain = 7; } */
function readNode(node: ProtobufMessage): OnnxNode {
  const outputs = node.texts(2);
  return {
    name: node.text(3) || outputs[0] || "",
    operation: node.text(4),
    domain: ownDomain(node.text(7)),
    inputs: node.texts(1),
    outputs,
    attributes: new Map(node.messages(5).map((attribute) => [attribute.text(1), attribute])),
  };
}

// message AttributeProto { f = 2; i = 3; s = 4; t = 5; floats = 7; ints = 8; }

export function attributeFloat(node: OnnxNode, name: string, missing: number): number {
  return node.attributes.get(name)?.float(2) ?? missing;
}

export function attributeInteger(node: OnnxNode, name: string, missing: number): number {
  return node.attributes.get(name)?.integer(3) ?? missing;
}

export function attributeText(node: OnnxNode, name: string, missing: string): string {
  return node.attributes.get(name)?.text(4) ?? missing;
}

/** undefined when the node has no such attribute. */
export function attributeTensor(node: OnnxNode, name: string): OnnxTensor | undefined {
  const tensor = node.attributes.get(name)?.message(5);
  return tensor && readTensor(tensor);
}

/** undefined when the node has no such attribute. */
export function attributeIntegers(node: OnnxNode, name: string): number[] | undefined {
  return node.attributes.get(name)?.integers(8);
}

/** The bytes of a list of float32. */
export function attributeFloatBytes(node: OnnxNode, name: string): Uint8Array | undefined {
  return node.attributes.get(name)?.fixedBytes(7, 4);
}

export interface OnnxTensor {
  name: string;
  shape: number[];
  /** A TensorType. */
  type: number;
  /** Reads one of the typed lists in which values may be instead of `raw`. */
  list: ProtobufMessage;
  /** Little-endian; undefined when the values are in a list or in another file. */
  raw: Uint8Array | undefined;
  /** Where the values are, if in another file: texts by the keys "location", "offset", "length". */
  external: ReadonlyMap<string, string> | undefined;
}

/** message TensorProto { dims = 1; data_type = 2; name = 8; raw_data = 9; external_data = 13 { key = 1; value = 2; } data_location = 14; ... } */
function readTensor(tensor: ProtobufMessage): OnnxTensor {
  const isExternal = tensor.integer(14) === 1;
  return {
    name: tensor.text(8),
    shape: tensor.integers(1),
    type: tensor.integer(2),
    list: tensor,
    raw: tensor.has(9) ? tensor.bytes(9) : undefined,
    external: isExternal ? new Map(tensor.messages(13).map((entry) => [entry.text(1), entry.text(2)])) : undefined,
  };
}

/** enum TensorProto.DataType, the types that are read. */
export const TensorType = { FLOAT: 1, INT32: 6, INT64: 7, FLOAT16: 10, DOUBLE: 11 } as const;

/** Names of all of them, by value, for messages. */
export const TENSOR_TYPE_NAMES =
  "UNDEFINED FLOAT UINT8 INT8 UINT16 INT16 INT32 INT64 STRING BOOL FLOAT16 DOUBLE UINT32 UINT64 COMPLEX64 COMPLEX128 BFLOAT16 FLOAT8E4M3FN FLOAT8E4M3FNUZ FLOAT8E5M2 FLOAT8E5M2FNUZ UINT4 INT4 FLOAT4E2M1".split(
    " ",
  );

/** The fields of TensorProto for values of a type that are not raw. */
export const TensorList = { FLOATS: 4, INT32S: 5, INT64S: 7, DOUBLES: 10 } as const;
