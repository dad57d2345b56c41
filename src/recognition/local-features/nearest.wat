;; The hot loop of matching: which descriptor of an item is nearest to each of a query, and back. Compiled by
;; scripts/generate.ts into nearest.wasm.generated.ts; nearest.ts calls it.
;;
;; Descriptors are 128 bytes of 7 bits. Four of the item are taken at a time against one of the query, which stays in
;; registers. With 7 bits the relaxed dot product has no choice left: its result is the same on every processor.
;;
;; Memory: descriptors rows of 128 bytes; factors and cosines f32; indexes i32. The item's count is a multiple of 4; rows that
;; fill it up are zero, and a cosine of 0 is nobody's nearest. The caller clears bestOfItem.
(module
  (memory (export "memory") 8)

  ;; 1 / length of each row, 1 for a row of zeros.
  (func (export "findFactors") (param $rows i32) (param $count i32) (param $factors i32)
    (local $end i32) (local $sum v128) (local $part v128) (local $k i32)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 7))))
    (block $done
      (loop $nextRow
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $k (i32.const 8))
        (loop $nextPart
          (local.set $part (v128.load (local.get $rows)))
          (local.set $sum
            (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $part) (local.get $part) (local.get $sum)))
          (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
          (br_if $nextPart (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
        (f32.store (local.get $factors)
          (f32.div (f32.const 1) (f32.sqrt (f32.max (f32.const 1) (f32.convert_i32_s (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))))))
        (local.set $factors (i32.add (local.get $factors) (i32.const 4)))
        (br $nextRow))))

  ;; The cosine of one row of the item is (dot * queryFactor) * itemFactor, where the factors are 1 / length.
  (func (export "findNearest")
    (param $query i32) (param $queryFactors i32) (param $queryCount i32)
    (param $item i32) (param $itemFactors i32) (param $itemCount i32)
    ;; For each query row, 12 numbers: 4 lanes of best cosine, second best cosine and index of the best.
    (param $lanes i32)
    ;; For each item row: the best cosine so far, and the query row that has it.
    (param $bestOfItem i32) (param $rowOfItem i32)
    (local $i i32) (local $j i32) (local $at i32) (local $offset i32)
    (local $q0 v128) (local $q1 v128) (local $q2 v128) (local $q3 v128)
    (local $q4 v128) (local $q5 v128) (local $q6 v128) (local $q7 v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $cosine v128) (local $best v128) (local $second v128) (local $index v128) (local $indexes v128)
    (local $factor v128) (local $row v128) (local $previous v128) (local $isBetter v128)

    (loop $nextQuery
      (if (i32.ge_u (local.get $i) (local.get $queryCount)) (then (return)))
      (local.set $q0 (v128.load offset=0 (local.get $query)))
      (local.set $q1 (v128.load offset=16 (local.get $query)))
      (local.set $q2 (v128.load offset=32 (local.get $query)))
      (local.set $q3 (v128.load offset=48 (local.get $query)))
      (local.set $q4 (v128.load offset=64 (local.get $query)))
      (local.set $q5 (v128.load offset=80 (local.get $query)))
      (local.set $q6 (v128.load offset=96 (local.get $query)))
      (local.set $q7 (v128.load offset=112 (local.get $query)))
      (local.set $factor (v128.load32_splat (local.get $queryFactors)))
      (local.set $row (i32x4.splat (local.get $i)))
      (local.set $best (v128.const f32x4 0 0 0 0))
      (local.set $second (v128.const f32x4 0 0 0 0))
      (local.set $index (v128.const i32x4 -1 -1 -1 -1))
      (local.set $indexes (v128.const i32x4 0 1 2 3))
      (local.set $j (i32.const 0))

      (block $done
        (loop $nextItems
          (br_if $done (i32.ge_u (local.get $j) (local.get $itemCount)))
          (local.set $a (v128.const i32x4 0 0 0 0))
          (local.set $b (v128.const i32x4 0 0 0 0))
          (local.set $c (v128.const i32x4 0 0 0 0))
          (local.set $d (v128.const i32x4 0 0 0 0))
          (local.set $at (i32.add (local.get $item) (i32.shl (local.get $j) (i32.const 7))))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=0 (local.get $at)) (local.get $q0) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=128 (local.get $at)) (local.get $q0) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=256 (local.get $at)) (local.get $q0) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=384 (local.get $at)) (local.get $q0) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=16 (local.get $at)) (local.get $q1) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=144 (local.get $at)) (local.get $q1) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=272 (local.get $at)) (local.get $q1) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=400 (local.get $at)) (local.get $q1) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=32 (local.get $at)) (local.get $q2) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=160 (local.get $at)) (local.get $q2) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=288 (local.get $at)) (local.get $q2) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=416 (local.get $at)) (local.get $q2) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=48 (local.get $at)) (local.get $q3) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=176 (local.get $at)) (local.get $q3) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=304 (local.get $at)) (local.get $q3) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=432 (local.get $at)) (local.get $q3) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=64 (local.get $at)) (local.get $q4) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=192 (local.get $at)) (local.get $q4) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=320 (local.get $at)) (local.get $q4) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=448 (local.get $at)) (local.get $q4) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=80 (local.get $at)) (local.get $q5) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=208 (local.get $at)) (local.get $q5) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=336 (local.get $at)) (local.get $q5) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=464 (local.get $at)) (local.get $q5) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=96 (local.get $at)) (local.get $q6) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=224 (local.get $at)) (local.get $q6) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=352 (local.get $at)) (local.get $q6) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=480 (local.get $at)) (local.get $q6) (local.get $d)))
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=112 (local.get $at)) (local.get $q7) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=240 (local.get $at)) (local.get $q7) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=368 (local.get $at)) (local.get $q7) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s (v128.load offset=496 (local.get $at)) (local.get $q7) (local.get $d)))
          ;; Sums of the lanes of a, b, c and d, side by side.
          (local.set $cosine (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
          (local.set $previous (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
          (local.set $cosine (f32x4.convert_i32x4_s (i32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $cosine) (local.get $previous))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $cosine) (local.get $previous)))))
          (local.set $offset (i32.shl (local.get $j) (i32.const 2)))
          (local.set $cosine (f32x4.mul
            (f32x4.mul (local.get $cosine) (local.get $factor))
            (v128.load (i32.add (local.get $itemFactors) (local.get $offset)))))

          ;; second = max(second, min(best, cosine)); best = max(best, cosine)
          (local.set $isBetter (f32x4.gt (local.get $cosine) (local.get $best)))
          (local.set $second (f32x4.pmax (local.get $second) (f32x4.pmin (local.get $best) (local.get $cosine))))
          (local.set $best (f32x4.pmax (local.get $best) (local.get $cosine)))
          (local.set $index (v128.bitselect (local.get $indexes) (local.get $index) (local.get $isBetter)))

          (local.set $at (i32.add (local.get $bestOfItem) (local.get $offset)))
          (local.set $previous (v128.load (local.get $at)))
          (local.set $isBetter (f32x4.gt (local.get $cosine) (local.get $previous)))
          (v128.store (local.get $at) (f32x4.pmax (local.get $previous) (local.get $cosine)))
          (local.set $at (i32.add (local.get $rowOfItem) (local.get $offset)))
          (v128.store (local.get $at)
            (v128.bitselect (local.get $row) (v128.load (local.get $at)) (local.get $isBetter)))

          (local.set $indexes (i32x4.add (local.get $indexes) (v128.const i32x4 4 4 4 4)))
          (local.set $j (i32.add (local.get $j) (i32.const 4)))
          (br $nextItems)))

      (v128.store offset=0 (local.get $lanes) (local.get $best))
      (v128.store offset=16 (local.get $lanes) (local.get $second))
      (v128.store offset=32 (local.get $lanes) (local.get $index))
      (local.set $lanes (i32.add (local.get $lanes) (i32.const 48)))
      (local.set $query (i32.add (local.get $query) (i32.const 128)))
      (local.set $queryFactors (i32.add (local.get $queryFactors) (i32.const 4)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $nextQuery))))
