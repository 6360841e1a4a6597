import type { EXPORTS } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT } from "../../ts-tools/abi/status.js";

type ExportName = keyof typeof EXPORTS;

/** Sizes of the driver's buffers. */
export interface DriverSizes {
  /** Of one segment. */
  samples: number;
  frames: number;
  coefficients: number;
  sampleRate: number;
}

const PAGE = 65536;

/**
 * A module that drives ours from inside WebAssembly: it holds a segment's samples and MFCCs in a memory of its own and makes all the calls of one stage in
 * one call of its host. It has two memories; wasmtime parses the text of such a module, and wabt does not. Its functions return 0, or the first negative status of ours.
 *
 *     frontend   both level passes, then the features of all frames, which are copied out as a host would
 *     network    the MFCCs in the driver's memory through the network
 *     total      level passes, then features and network in one pass
 */
export function driverText({ samples, frames, coefficients, sampleRate }: DriverSizes): string {
  const rowBytes = 4 * coefficients;
  const sampleBytes = 2 * samples;
  const mfcc = Math.ceil(sampleBytes / PAGE) * PAGE;
  const features = mfcc + Math.ceil((frames * rowBytes) / PAGE) * PAGE;
  const pages = (features - mfcc + features) / PAGE;
  const imports: Partial<Record<ExportName, string>> = {
    setInput: "(param i32 i32 i32) (result i32)",
    inputAddress: "(result i32)",
    inputCapacity: "(result i32)",
    push: "(param i32) (result i32)",
    startLevel: "(param i32) (result i32)",
    nextLevel: "(result i32)",
    finishLevel: "(result i32)",
    start: "(param i32 i32) (result i32)",
    finish: "(result i32)",
    startFeatures: "(param i32) (result i32)",
    outputAddress: "(result i32)",
    outputCount: "(result i32)",
    startNetwork: "",
    pushFrame: "(result i32)",
    finishNetwork: "(result i32)",
    mfccAddress: "(result i32)",
  };
  const checked = (call: string): string => `(local.set $status (call ${call}))
      (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))`;
  return `(module
  (import "e" "memory" (memory $engine 1))
  ${Object.entries(imports)
    .map(([name, type]) => `(import "e" "${name}" (func $${name} ${type}))`)
    .join("\n  ")}
  (memory $own (export "own") ${pages})
  (global (export "samplesAddress") i32 (i32.const 0))
  (global (export "mfccAddress") i32 (i32.const ${mfcc}))

  ;; Pushes the segment in pieces that fit; with $keep the MFCCs that come out are copied to the driver's memory.
  (func $pushAll (param $keep i32) (result i32)
    (local $status i32) (local $offset i32) (local $piece i32) (local $to i32) (local $bytes i32)
    (local.set $to (i32.const ${features}))
    (loop $pieces
      (local.set $piece (i32.sub (i32.const ${sampleBytes}) (local.get $offset)))
      (if (i32.gt_s (local.get $piece) (call $inputCapacity)) (then (local.set $piece (i32.and (call $inputCapacity) (i32.const -2)))))
      (memory.copy $engine $own (call $inputAddress) (local.get $offset) (local.get $piece))
      ${checked("$push (local.get $piece)")}
      (if (local.get $keep) (then
        (local.set $bytes (i32.mul (call $outputCount) (i32.const ${rowBytes})))
        (memory.copy $own $engine (local.get $to) (call $outputAddress) (local.get $bytes))
        (local.set $to (i32.add (local.get $to) (local.get $bytes)))))
      (local.set $offset (i32.add (local.get $offset) (local.get $piece)))
      (br_if $pieces (i32.lt_s (local.get $offset) (i32.const ${sampleBytes}))))
    (i32.const 0))

  (func $level (result i32) (local $status i32)
    ${checked(`$setInput (i32.const ${INPUT_FORMAT.s16}) (i32.const 1) (i32.const ${sampleRate})`)}
    ${checked(`$startLevel (i32.const ${samples})`)}
    ${checked("$pushAll (i32.const 0)")}
    ${checked("$nextLevel")}
    ${checked("$pushAll (i32.const 0)")}
    (call $finishLevel))

  (func (export "frontend") (result i32) (local $status i32)
    ${checked("$level")}
    ${checked("$startFeatures (local.get $status)")}
    (call $pushAll (i32.const 1)))

  (func (export "network") (result i32) (local $status i32) (local $offset i32)
    (call $startNetwork)
    (loop $rows
      (memory.copy $engine $own (call $mfccAddress) (i32.add (i32.const ${mfcc}) (local.get $offset)) (i32.const ${rowBytes}))
      ${checked("$pushFrame")}
      (local.set $offset (i32.add (local.get $offset) (i32.const ${rowBytes})))
      (br_if $rows (i32.lt_s (local.get $offset) (i32.const ${frames * rowBytes}))))
    (call $finishNetwork))

  (func (export "total") (result i32) (local $status i32)
    ${checked("$level")}
    ${checked(`$start (local.get $status) (i32.const ${samples})`)}
    ${checked("$pushAll (i32.const 0)")}
    (call $finish)))
`;
}
