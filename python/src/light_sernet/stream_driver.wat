;; As driver.wat, for modules that have a stream.
(module
  (import "module" "memory" (memory $module 1))
  (import "module" "inputAddress" (func $inputAddress (result i32)))
  (import "module" "pushStream" (func $pushStream (param i32) (result i32)))
  (import "module" "streamEvents" (func $streamEvents (result i32)))
  (memory $own (export "memory") 0)

  ;; (from, bytes, step): pushes bytes in steps of `step`, each of which completes at most one frame, until something has happened or all are pushed. Returns how
  ;; many were pushed, or a negative status. The STREAM_EVENT bits are then at 0.
  (func (export "stream") (result i32) (local $from i32) (local $step i32) (local $status i32) (local $piece i32) (local $begin i32) (local $end i32)
    (local.set $begin (local.tee $from (i32.load $own (i32.const 0))))
    (local.set $end (i32.add (local.get $from) (i32.load $own (i32.const 4))))
    (local.set $step (i32.load $own (i32.const 8)))
    (i32.store $own (i32.const 0) (i32.const 0))
    (block $done
      (loop $steps
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $piece (i32.sub (local.get $end) (local.get $from)))
        (if (i32.gt_u (local.get $piece) (local.get $step)) (then (local.set $piece (local.get $step))))
        (memory.copy $module $own (call $inputAddress) (local.get $from) (local.get $piece))
        (local.set $status (call $pushStream (local.get $piece)))
        (if (i32.lt_s (local.get $status) (i32.const 0)) (then (return (local.get $status))))
        (local.set $from (i32.add (local.get $from) (local.get $piece)))
        (i32.store $own (i32.const 0) (call $streamEvents))
        (br_if $steps (i32.eqz (i32.load $own (i32.const 0))))))
    (i32.sub (local.get $from) (local.get $begin))))
