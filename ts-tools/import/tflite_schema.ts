/**
 * The part of the TensorFlow Lite schema (version 3) that a float convolutional network needs. Field ids are the order of declaration in
 * tensorflow/lite/schema/schema.fbs; new fields are only ever appended, so ids stay valid.
 */

import { rootTable, type Table } from "./flatbuffer_table.js";

/** table Model { version:0; operator_codes:1; subgraphs:2; description:3; buffers:4; ... } */
export function readModel(bytes: Uint8Array): TfliteModel {
  const model = rootTable(bytes);
  return {
    version: model.uint32(0),
    operatorCodes: model.tables(1).map(readOperatorCode),
    subgraphs: model.tables(2).map(readSubgraph),
    buffers: model.tables(4),
  };
}

export interface TfliteModel {
  version: number;
  operatorCodes: OperatorCode[];
  subgraphs: Subgraph[];
  buffers: Table[];
}

/** table Buffer { data:[ubyte]:0; offset:ulong:1; size:ulong:2; } */
export function bufferData(buffer: Table): Uint8Array {
  return buffer.bytes(0);
}

export interface OperatorCode {
  builtin: number;
  custom: string;
}

/** table OperatorCode { deprecated_builtin_code:byte:0; custom_code:string:1; version:int:2; builtin_code:int:3; } */
function readOperatorCode(table: Table): OperatorCode {
  // Codes below 127 are also in the old field; old files have only that one.
  return { builtin: Math.max(table.int8(0), table.int32(3)), custom: table.text(1) };
}

export interface Subgraph {
  tensors: Tensor[];
  inputs: number[];
  outputs: number[];
  operators: Operator[];
}

/** table SubGraph { tensors:0; inputs:[int]:1; outputs:[int]:2; operators:3; name:4; } */
function readSubgraph(table: Table): Subgraph {
  return {
    tensors: table.tables(0).map(readTensor),
    inputs: table.int32s(1),
    outputs: table.int32s(2),
    operators: table.tables(3).map(readOperator),
  };
}

export interface Tensor {
  shape: number[];
  /** A TensorType. */
  type: number;
  buffer: number;
  name: string;
  isSparse: boolean;
  /** As `shape`, with -1 where a size is open; empty when none is. */
  shapeSignature: number[];
}

/** table Tensor { shape:[int]:0; type:byte:1; buffer:uint:2; name:3; quantization:4; is_variable:5; sparsity:6; shape_signature:[int]:7; } */
function readTensor(table: Table): Tensor {
  return {
    shape: table.int32s(0),
    type: table.int8(1),
    buffer: table.uint32(2),
    name: table.text(3),
    isSparse: table.has(6),
    shapeSignature: table.int32s(7),
  };
}

export interface Operator {
  opcode: number;
  /** Indices of tensors, -1 for an optional one that is left out. */
  inputs: number[];
  outputs: number[];
  /** The table that belongs to the operator's code; undefined when all its fields have their defaults. */
  options: Table | undefined;
}

/** table Operator { opcode_index:uint:0; inputs:[int]:1; outputs:[int]:2; builtin_options (union: type:3, value:4); ... } */
function readOperator(table: Table): Operator {
  return { opcode: table.uint32(0), inputs: table.int32s(1), outputs: table.int32s(2), options: table.table(4) };
}

/** enum TensorType: byte, the types that weights may have. */
export const TensorType = { FLOAT32: 0, FLOAT16: 1, INT32: 2 } as const;

/** Names of all of enum TensorType, by value, for messages. */
export const TENSOR_TYPE_NAMES =
  "FLOAT32 FLOAT16 INT32 UINT8 INT64 STRING BOOL INT16 COMPLEX64 INT8 FLOAT64 COMPLEX128 UINT64 RESOURCE VARIANT UINT32 UINT16 INT4 BFLOAT16".split(
    " ",
  );

/** enum BuiltinOperator: int32. Those that are read, and those that messages are likely to name. */
export const BUILTIN_OPERATORS: Readonly<Record<number, string>> = {
  0: "ADD",
  1: "AVERAGE_POOL_2D",
  2: "CONCATENATION",
  3: "CONV_2D",
  4: "DEPTHWISE_CONV_2D",
  6: "DEQUANTIZE",
  9: "FULLY_CONNECTED",
  14: "LOGISTIC",
  17: "MAX_POOL_2D",
  18: "MUL",
  19: "RELU",
  21: "RELU6",
  22: "RESHAPE",
  25: "SOFTMAX",
  28: "TANH",
  34: "PAD",
  39: "TRANSPOSE",
  40: "MEAN",
  41: "SUB",
  42: "DIV",
  43: "SQUEEZE",
  45: "STRIDED_SLICE",
  49: "SPLIT",
  54: "PRELU",
  70: "EXPAND_DIMS",
  77: "SHAPE",
  83: "PACK",
  98: "LEAKY_RELU",
  114: "QUANTIZE",
  117: "HARD_SWISH",
};

/** enum Padding: byte. */
export const PADDINGS = ["same", "valid"] as const;

/** enum ActivationFunctionType: byte. */
export const ACTIVATIONS = ["linear", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"] as const;

/** table Conv2DOptions { padding:0; stride_w:1; stride_h:2; fused_activation_function:3; dilation_w_factor:4 = 1; dilation_h_factor:5 = 1; } */
export function convolutionOptions(options: Table | undefined) {
  return {
    padding: padding(options?.int8(0)),
    strides: [options?.int32(2) ?? 0, options?.int32(1) ?? 0] as const,
    dilations: [options?.int32(5, 1) ?? 1, options?.int32(4, 1) ?? 1] as const,
    activation: activation(options?.int8(3)),
  };
}

/** table Pool2DOptions { padding:0; stride_w:1; stride_h:2; filter_width:3; filter_height:4; fused_activation_function:5; } */
export function poolOptions(options: Table | undefined) {
  return {
    padding: padding(options?.int8(0)),
    strides: [options?.int32(2) ?? 0, options?.int32(1) ?? 0] as const,
    size: [options?.int32(4) ?? 0, options?.int32(3) ?? 0] as const,
    activation: activation(options?.int8(5)),
  };
}

/** table ConcatenationOptions { axis:int:0; fused_activation_function:1; } */
export function concatenationOptions(options: Table | undefined) {
  return { axis: options?.int32(0) ?? 0, activation: activation(options?.int8(1)) };
}

/** table FullyConnectedOptions { fused_activation_function:0; weights_format:byte:1; keep_num_dims:2; ... } */
export function fullyConnectedOptions(options: Table | undefined) {
  return { activation: activation(options?.int8(0)), isShuffled: (options?.int8(1) ?? 0) !== 0 };
}

/** table SoftmaxOptions { beta:float:0; } */
export function softmaxBeta(options: Table | undefined): number {
  return options?.float32(0) ?? 0;
}

/** table AddOptions, MulOptions { fused_activation_function:0; ... } */
export function arithmeticActivation(options: Table | undefined): string {
  return activation(options?.int8(0));
}

function padding(value = 0): string {
  return PADDINGS[value] ?? `unknown ${value}`;
}

function activation(value = 0): string {
  return ACTIVATIONS[value] ?? `unknown ${value}`;
}
