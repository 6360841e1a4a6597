;; Makes the calls of a whole step in one call of the host: each call from Python costs as much as a frame of the network, and there are hundreds in a window.
;; While it runs, Python's other threads run, too. It has a memory of its own, where the host writes sound, and results appear.
;;
;; Parameters are the int32 at 0, 4, 8, ... of that memory, because the host takes microseconds for each that it passes; (local) names say what they are. Functions
;; return 0 or more, or the first negative status of the module. `unit` is bytes of whole frames of all channels.
(module
  (import "module" "memory" (memory $module 1))
  (import "module" "inputAddress" (func $inputAddress (result i32)))
  (import "module" "inputCapacity" (func $inputCapacity (result i32)))
  (import "module" "outputAddress" (func $outputAddress (result i32)))
  (import "module" "outputCount" (func $outputCount (result i32)))
  (import "module" "setInput" (func $setInput (param i32 i32 i32) (result i32)))
  (import "module" "push" (func $push (param i32) (result i32)))
  (import "module" "startSamples" (func $startSamples (result i32)))
  (import "module" "finishSamples" (func $finishSamples (result i32)))
  (import "module" "startLevel" (func $startLevel (param i32) (result i32)))
  (import "module" "nextLevel" (func $nextLevel (result i32)))
  (import "module" "finishLevel" (func $finishLevel (result i32)))
  (import "module" "start" (func $start (param i32 i32) (result i32)))
  (import "module" "finish" (func $finish (result i32)))
  (import "module" "stageSpectrum" (func $stageSpectrum))
  (import "module" "stageMel" (func $stageMel))
  (import "module" "stageMfcc" (func $stageMfcc))
  ;;imports
  (memory $own (export "memory") 0)

  (func $parameter (param $index i32) (result i32)
    (i32.load $own (i32.shl (local.get $index) (i32.const 2))))

  ;; Copies what the last call has put out, items of that many bytes, to `to`; returns the bytes.
  (func $take (param $to i32) (param $item i32) (result i32) (local $bytes i32)
    (local.set $bytes (i32.mul (call $outputCount) (local.get $item)))
    (memory.copy $own $module (local.get $to) (call $outputAddress) (local.get $bytes))
    (local.get $bytes))

  ;; Pushes `bytes` bytes from `from`. With `item`, the size of what comes out, that goes to `to`, and its bytes are returned.
  (func $pushAll (param $from i32) (param $bytes i32) (param $unit i32) (param $to i32) (param $item i32) (result i32)
    (local $status i32) (local $piece i32) (local $most i32) (local $end i32) (local $begin i32)
    (local.set $begin (local.get $to))
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (local.set $most (i32.sub (call $inputCapacity) (i32.rem_u (call $inputCapacity) (local.get $unit))))
    (block $done
      (loop $pieces
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $piece (i32.sub (local.get $end) (local.get $from)))
        (if (i32.gt_u (local.get $piece) (local.get $most)) (then (local.set $piece (local.get $most))))
        (memory.copy $module $own (call $inputAddress) (local.get $from) (local.get $piece))
        (local.set $status (call $push (local.get $piece)))
        (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
        (if (local.get $item) (then (local.set $to (i32.add (local.get $to) (call $take (local.get $to) (local.get $item))))))
        (local.set $from (i32.add (local.get $from) (local.get $piece)))
        (br $pieces)))
    (i32.sub (local.get $to) (local.get $begin)))

  ;; (format, channels, rate): begins a conversion.
  (func (export "convert") (result i32) (local $status i32)
    (local.set $status (call $setInput (call $parameter (i32.const 0)) (call $parameter (i32.const 1)) (call $parameter (i32.const 2))))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (call $startSamples))

  ;; (from, bytes, unit, to, item): see $pushAll.
  (func (export "push") (result i32)
    (call $pushAll
      (call $parameter (i32.const 0)) (call $parameter (i32.const 1)) (call $parameter (i32.const 2)) (call $parameter (i32.const 3)) (call $parameter (i32.const 4))))

  ;; (to): ends a conversion; its last samples go there, and their bytes are returned.
  (func (export "finishSamples") (result i32) (local $status i32)
    (local.set $status (call $finishSamples))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (call $take (call $parameter (i32.const 0)) (i32.const 2)))

  ;; (from, bytes): the level of int16 samples at the module's rate, in thousandths of a step.
  (func (export "level") (result i32) (local $from i32) (local $bytes i32) (local $status i32)
    (local.set $from (call $parameter (i32.const 0)))
    (local.set $bytes (call $parameter (i32.const 1)))
    (local.set $status (call $startLevel (i32.shr_u (local.get $bytes) (i32.const 1))))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (local.set $status (call $pushAll (local.get $from) (local.get $bytes) (i32.const 2) (i32.const 0) (i32.const 0)))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (local.set $status (call $nextLevel))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (local.set $status (call $pushAll (local.get $from) (local.get $bytes) (i32.const 2) (i32.const 0) (i32.const 0)))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (call $finishLevel))

  ;; (level, from, bytes): features and network of such samples. What ANSWERS in instance.py names is then at 0, 4, 8, ...
  (func (export "segment") (result i32) (local $bytes i32) (local $status i32)
    (local.set $bytes (call $parameter (i32.const 2)))
    (local.set $status (call $start (call $parameter (i32.const 0)) (i32.shr_u (local.get $bytes) (i32.const 1))))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (local.set $status (call $pushAll (call $parameter (i32.const 1)) (local.get $bytes) (i32.const 2) (i32.const 0) (i32.const 0)))
    (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
    (local.set $status (call $finish))
    ;;answers
    (local.get $status))

  ;; (frames): the front end on that many frames, to measure how long one takes.
  (func (export "frames") (local $frames i32)
    (local.set $frames (call $parameter (i32.const 0)))
    (loop $next
      (call $stageSpectrum)
      (call $stageMel)
      (call $stageMfcc)
      (br_if $next (local.tee $frames (i32.sub (local.get $frames) (i32.const 1)))))))
