#pragma once

/// How often this process has asked for memory since it began (malloc, calloc, realloc and their
/// like), on any thread; 0 where the C library is not glibc.
unsigned long allocation_count(void);
