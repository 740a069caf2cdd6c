// The few SIMD operations that Swift lowers badly: min, max, square root, floor, conversions.
// clang's vector types arrive in Swift as SIMD4<Float>, SIMD8<Float>, SIMD16<Float> and their Int32 twins.
#pragma once
#include <stdint.h>

typedef float lanes_f4 __attribute__((ext_vector_type(4)));
typedef float lanes_f8 __attribute__((ext_vector_type(8)));
typedef float lanes_f16 __attribute__((ext_vector_type(16)));
typedef int32_t lanes_i4 __attribute__((ext_vector_type(4)));
typedef int32_t lanes_i8 __attribute__((ext_vector_type(8)));
typedef int32_t lanes_i16 __attribute__((ext_vector_type(16)));

/// The floats that one vector instruction of the target holds, rounded up to 8.
#if defined(__AVX512F__)
#define LANES_NATIVE_WIDTH 16
#else
#define LANES_NATIVE_WIDTH 8
#endif

#define LANES static inline __attribute__((always_inline, const))

#define LANES_FAMILY(N)                                                                            \
  LANES lanes_f##N lanes_min##N(lanes_f##N a, lanes_f##N b) { return a < b ? a : b; }              \
  LANES lanes_f##N lanes_max##N(lanes_f##N a, lanes_f##N b) { return a > b ? a : b; }              \
  LANES lanes_f##N lanes_sqrt##N(lanes_f##N a) { return __builtin_elementwise_sqrt(a); }           \
  LANES lanes_f##N lanes_floor##N(lanes_f##N a) { return __builtin_elementwise_floor(a); }         \
  LANES lanes_f##N lanes_abs##N(lanes_f##N a) { return __builtin_elementwise_abs(a); }             \
  /* Truncates toward zero; clamp to the range of int32 first. */                                  \
  LANES lanes_i##N lanes_to_int##N(lanes_f##N a) { return __builtin_convertvector(a, lanes_i##N); } \
  LANES lanes_f##N lanes_to_float##N(lanes_i##N a) { return __builtin_convertvector(a, lanes_f##N); }

LANES lanes_i8 lanes_min_int8(lanes_i8 a, lanes_i8 b) { return __builtin_elementwise_min(a, b); }

LANES_FAMILY(4)
LANES_FAMILY(8)
LANES_FAMILY(16)

/// Four bytes as numbers.
static inline __attribute__((always_inline)) lanes_f4 lanes_bytes4(const uint8_t *bytes) {
  typedef uint8_t bytes4 __attribute__((ext_vector_type(4), aligned(1)));
  return __builtin_convertvector(*(const bytes4 *)bytes, lanes_f4);
}

LANES float lanes_sum4(lanes_f4 a) { return (a.x + a.z) + (a.y + a.w); }
LANES float lanes_sum8(lanes_f8 a) { return lanes_sum4(a.lo + a.hi); }
LANES float lanes_sum16(lanes_f16 a) { return lanes_sum8(a.lo + a.hi); }

/// 1/a to about 2⁻²², for a of moderate size; one Newton step upon the processor's estimate.
LANES lanes_f8 lanes_reciprocal8(lanes_f8 a) {
#if defined(__AVX__)
  lanes_f8 r = __builtin_ia32_rcpps256(a);
  return r * (2.0f - a * r);
#elif defined(__SSE__) && !defined(__wasm__)
  lanes_f8 r;
  r.lo = __builtin_ia32_rcpps(a.lo);
  r.hi = __builtin_ia32_rcpps(a.hi);
  return r * (2.0f - a * r);
#else
  return 1.0f / a;
#endif
}
LANES lanes_f16 lanes_reciprocal16(lanes_f16 a) {
#if defined(__AVX512F__)
  lanes_f16 r = __builtin_ia32_rcp14ps512_mask(a, (lanes_f16)(0.0f), (unsigned short)-1);
  return r * (2.0f - a * r);
#else
  lanes_f16 r;
  r.lo = lanes_reciprocal8(a.lo);
  r.hi = lanes_reciprocal8(a.hi);
  return r;
#endif
}

/// The sums of eight vectors, as one vector.
LANES lanes_f8 lanes_sums8(
    lanes_f8 a, lanes_f8 b, lanes_f8 c, lanes_f8 d, lanes_f8 e, lanes_f8 f, lanes_f8 g,
    lanes_f8 h) {
#define LANES_FOLD(p, q)                                                                           \
  (__builtin_shufflevector(p, q, 0, 8, 1, 9, 4, 12, 5, 13) +                                       \
   __builtin_shufflevector(p, q, 2, 10, 3, 11, 6, 14, 7, 15))
#define LANES_FOLD_PAIRS(p, q)                                                                     \
  (__builtin_shufflevector(p, q, 0, 1, 8, 9, 4, 5, 12, 13) +                                       \
   __builtin_shufflevector(p, q, 2, 3, 10, 11, 6, 7, 14, 15))
  lanes_f8 ab = LANES_FOLD(a, b), cd = LANES_FOLD(c, d);
  lanes_f8 ef = LANES_FOLD(e, f), gh = LANES_FOLD(g, h);
  lanes_f8 abcd = LANES_FOLD_PAIRS(ab, cd), efgh = LANES_FOLD_PAIRS(ef, gh);
#undef LANES_FOLD
#undef LANES_FOLD_PAIRS
  return __builtin_shufflevector(abcd, efgh, 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(abcd, efgh, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// The sums of neighbouring pairs of the sixteen numbers (a, b).
LANES lanes_f8 lanes_pair_sums8(lanes_f8 a, lanes_f8 b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}
/// The first, and the last, four numbers, each twice.
LANES lanes_f8 lanes_twice_low8(lanes_f8 a) {
  return __builtin_shufflevector(a, a, 0, 0, 1, 1, 2, 2, 3, 3);
}
LANES lanes_f8 lanes_twice_high8(lanes_f8 a) {
  return __builtin_shufflevector(a, a, 4, 4, 5, 5, 6, 6, 7, 7);
}

/// Exchanges rows and columns of the 8 × 8 matrix at `from` (rows `from_stride` floats apart),
/// writing rows `to_stride` floats apart.
static inline __attribute__((always_inline)) void lanes_transpose8(
    const float *from, intptr_t from_stride, float *to, intptr_t to_stride) {
  typedef lanes_f8 __attribute__((aligned(4))) loose;
#define LANES_ROW(i) (lanes_f8)(*(const loose *)(from + (i) * from_stride))
#define LANES_LOW(p, q) __builtin_shufflevector(p, q, 0, 8, 1, 9, 4, 12, 5, 13)
#define LANES_HIGH(p, q) __builtin_shufflevector(p, q, 2, 10, 3, 11, 6, 14, 7, 15)
#define LANES_LOW2(p, q) __builtin_shufflevector(p, q, 0, 1, 8, 9, 4, 5, 12, 13)
#define LANES_HIGH2(p, q) __builtin_shufflevector(p, q, 2, 3, 10, 11, 6, 7, 14, 15)
#define LANES_BOTH(i, p, q)                                                                        \
  *(loose *)(to + (i) * to_stride) = __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11);      \
  *(loose *)(to + (i + 4) * to_stride) = __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15);
  lanes_f8 r0 = LANES_ROW(0), r1 = LANES_ROW(1), r2 = LANES_ROW(2), r3 = LANES_ROW(3);
  lanes_f8 r4 = LANES_ROW(4), r5 = LANES_ROW(5), r6 = LANES_ROW(6), r7 = LANES_ROW(7);
  lanes_f8 a0 = LANES_LOW(r0, r1), a1 = LANES_HIGH(r0, r1), a2 = LANES_LOW(r2, r3),
           a3 = LANES_HIGH(r2, r3), a4 = LANES_LOW(r4, r5), a5 = LANES_HIGH(r4, r5),
           a6 = LANES_LOW(r6, r7), a7 = LANES_HIGH(r6, r7);
  LANES_BOTH(0, LANES_LOW2(a0, a2), LANES_LOW2(a4, a6))
  LANES_BOTH(1, LANES_HIGH2(a0, a2), LANES_HIGH2(a4, a6))
  LANES_BOTH(2, LANES_LOW2(a1, a3), LANES_LOW2(a5, a7))
  LANES_BOTH(3, LANES_HIGH2(a1, a3), LANES_HIGH2(a5, a7))
#undef LANES_ROW
#undef LANES_LOW
#undef LANES_HIGH
#undef LANES_LOW2
#undef LANES_HIGH2
#undef LANES_BOTH
}

/// Hints that the cache line at `address` is read soon.
static inline __attribute__((always_inline)) void lanes_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

/// The best x86-64 level the processor has: 4 (AVX-512), 3 (AVX2 and FMA), else 1; 1 elsewhere.
static inline int lanes_instruction_level(void) {
#if defined(__x86_64__) && !defined(__wasm__)
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
#endif
  return 1;
}

#if !defined(__wasm__)
extern char *getenv(const char *name);
#endif

/// The level to use: the best, or a lower one that the environment variable VISAVIS_SIMD names
/// (baseline, v3 or v4).
static inline int lanes_selected_level(void) {
  int level = lanes_instruction_level();
#if !defined(__wasm__)
  const char *wish = getenv("VISAVIS_SIMD");
  if (wish && wish[0] == 'b') return 1;
  if (wish && wish[0] == 'v' && wish[1] == '3' && level > 3) return 3;
#endif
  return level;
}
