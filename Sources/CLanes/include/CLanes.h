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

LANES_FAMILY(4)
LANES_FAMILY(8)
LANES_FAMILY(16)

LANES float lanes_sum4(lanes_f4 a) { return (a.x + a.z) + (a.y + a.w); }
LANES float lanes_sum8(lanes_f8 a) { return lanes_sum4(a.lo + a.hi); }
LANES float lanes_sum16(lanes_f16 a) { return lanes_sum8(a.lo + a.hi); }

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
