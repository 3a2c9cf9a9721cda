;; Text of ASCII bytes by WebAssembly's own string functions ("js-string builtins"): half the time of a TextDecoder, which
;; makes a string outside the engine's heap for whatever it is given. Not in Rust: what makes a string of code units takes
;; them from an array of the garbage-collected heap, which Rust has no words for. `ascii-text.ts` is the caller.
(module
  (type $units (array (mut i16)))
  (import "wasm:js-string" "fromCharCodeArray"
    (func $fromCharCodeArray (param (ref null $units) i32 i32) (result (ref extern))))
  ;; Where the caller puts the bytes.
  (memory (export "memory") 1)
  ;; MOST in ascii-text.ts, rounded up to eights.
  (global $buffer (ref $units) (array.new_default $units (i32.const 8192)))

  ;; The text of `length` bytes from `at` on; null if not all of them are ASCII.
  (func (export "text") (param $at i32) (param $length i32) (result externref)
    (local $i i32)
    (local $left i32)
    (local $eight i64)
    (block $done
      (loop $next
        (local.set $left (i32.sub (local.get $length) (local.get $i)))
        (br_if $done (i32.le_s (local.get $left) (i32.const 0)))
        (local.set $eight (i64.load align=1 (i32.add (local.get $at) (local.get $i))))
        ;; What stands behind the end is none of the text's.
        (if (i32.lt_s (local.get $left) (i32.const 8))
          (then
            (local.set $eight
              (i64.and (local.get $eight)
                (i64.sub
                  (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl (local.get $left) (i32.const 3))))
                  (i64.const 1))))))
        (if (i64.ne (i64.and (local.get $eight) (i64.const 0x8080808080808080)) (i64.const 0))
          (then (return (ref.null extern))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 0))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 0)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 1))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 8)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 2))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 16)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 3))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 24)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 4))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 32)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 5))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 40)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 6))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 48)) (i64.const 127))))
        (array.set $units (global.get $buffer) (i32.add (local.get $i) (i32.const 7))
          (i32.wrap_i64 (i64.and (i64.shr_u (local.get $eight) (i64.const 56)) (i64.const 127))))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $next)))
    (call $fromCharCodeArray (global.get $buffer) (i32.const 0) (local.get $length))))
