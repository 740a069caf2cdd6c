// The handful of C symbols Embedded Swift needs on bare WebAssembly; empty natively.
#pragma once
#include <stddef.h>

#if defined(__wasm__)
/// Bytes taken and not given back, with the allocator's own share.
size_t visavis_memory_in_use(void);
#else
static inline size_t visavis_memory_in_use(void) { return 0; }
#endif
