// The C symbols that Embedded Swift asks for on bare WebAssembly: memory, and bytes moved about.
//
// The allocator is a two-level segregated fit (Masmano et al., "TLSF", 2004): blocks lie one after
// another, each knowing the one before it; free ones hang in lists by size, four lists to each
// power of two. Taking and giving back are O(1), and free neighbours are joined at once, so that a
// program that repeats itself does not grow.
#if defined(__wasm__)

#include "CWasmRuntime.h"

#define ALIGNMENT 16u
#define HEADER 8u
#define SMALLEST 16u
#define PAGE 65536u
#define IS_FREE 1u

/// Payloads start 8 bytes behind a block's start, at multiples of 16.
typedef struct Block {
  struct Block *before;    // the block that ends where this one starts; null for the first
  size_t size;             // with the header, a multiple of 16; the last bit: whether it is free
  struct Block *next_free; // these two exist only in free blocks
  struct Block *previous_free;
} Block;

extern unsigned char __heap_base;

static Block *lists[32][4];
static unsigned filled_classes;
static unsigned char filled_lists[32];
static Block *end; // a header of size 0 behind the last block
static size_t in_use;

static size_t size_of(const Block *b) { return b->size & ~(size_t)IS_FREE; }
static int is_free(const Block *b) { return (int)(b->size & IS_FREE); }
static Block *after(Block *b) { return (Block *)((char *)b + size_of(b)); }
static void *payload(Block *b) { return (char *)b + HEADER; }
static Block *block_of(void *p) { return (Block *)((char *)p - HEADER); }

static void find_list(size_t size, unsigned *class, unsigned *list) {
  *class = 31u - (unsigned)__builtin_clz((unsigned)size);
  *list = (unsigned)(size >> (*class - 2)) & 3u;
}

static void put_away(Block *b) {
  unsigned class, list;
  find_list(size_of(b), &class, &list);
  b->size |= IS_FREE;
  b->previous_free = 0;
  b->next_free = lists[class][list];
  if (b->next_free) b->next_free->previous_free = b;
  lists[class][list] = b;
  filled_lists[class] |= (unsigned char)(1u << list);
  filled_classes |= 1u << class;
}

static void take_out(Block *b) {
  unsigned class, list;
  find_list(size_of(b), &class, &list);
  if (b->previous_free) b->previous_free->next_free = b->next_free;
  else lists[class][list] = b->next_free;
  if (b->next_free) b->next_free->previous_free = b->previous_free;
  if (!lists[class][list]) {
    filled_lists[class] &= (unsigned char)~(1u << list);
    if (!filled_lists[class]) filled_classes &= ~(1u << class);
  }
  b->size &= ~(size_t)IS_FREE;
}

/// Joins a block that is in no list with its free neighbours and puts it into its list.
static void give_back(Block *b) {
  if (b->before && is_free(b->before)) {
    Block *before = b->before;
    take_out(before);
    before->size += size_of(b);
    b = before;
  }
  Block *next = after(b);
  if (next != end && is_free(next)) {
    take_out(next);
    b->size += size_of(next);
  }
  after(b)->before = b;
  put_away(b);
}

/// Cuts a block that is in no list to `size` and gives the rest back.
static void trim(Block *b, size_t size) {
  size_t rest = size_of(b) - size;
  if (rest < SMALLEST) return;
  b->size = size;
  Block *tail = after(b);
  tail->before = b;
  tail->size = rest;
  after(tail)->before = tail;
  give_back(tail);
}

/// Takes more pages from the machine, at least `size` bytes; 0 when there are none.
static int grow(size_t size) {
  size_t pages = (size + 2 * PAGE) / PAGE;
  if (pages < 16) pages = 16;
  size_t old = __builtin_wasm_memory_grow(0, pages);
  if (old == (size_t)-1) return 0;
  char *from = (char *)(old * PAGE);
  Block *fresh;
  if (end) {
    fresh = end;
  } else {
    // What lies between the data and the first new page belongs to the heap too.
    size_t base = ((size_t)&__heap_base + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    fresh = (Block *)((char *)base + HEADER);
    fresh->before = 0;
  }
  end = (Block *)(from + pages * PAGE - HEADER);
  end->size = 0;
  fresh->size = (size_t)((char *)end - (char *)fresh);
  end->before = fresh;
  give_back(fresh);
  return 1;
}

static Block *find(size_t size) {
  // Rounded up to where a list begins, so that the first block of a list is large enough.
  unsigned class, list;
  find_list(size, &class, &list);
  size_t wanted = size + (((size_t)1 << (class - 2)) - 1);
  find_list(wanted, &class, &list);
  unsigned here = filled_lists[class] & (~0u << list);
  if (!here) {
    unsigned above = class == 31 ? 0 : filled_classes & (~0u << (class + 1));
    if (!above) return 0;
    class = (unsigned)__builtin_ctz(above);
    here = filled_lists[class];
  }
  return lists[class][__builtin_ctz(here)];
}

static Block *take(size_t size) {
  if (size > 0x70000000u) return 0;
  size_t whole = (size + HEADER + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (whole < SMALLEST) whole = SMALLEST;
  Block *b = find(whole);
  if (!b) {
    if (!grow(whole + whole / 4)) return 0;
    b = find(whole);
    if (!b) return 0;
  }
  take_out(b);
  trim(b, whole);
  in_use += size_of(b);
  return b;
}

void *malloc(size_t size) {
  Block *b = take(size);
  return b ? payload(b) : 0;
}

void free(void *p) {
  if (!p) return;
  Block *b = block_of(p);
  in_use -= size_of(b);
  give_back(b);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment <= ALIGNMENT) {
    *result = malloc(size);
    return *result ? 0 : 12;
  }
  if (size > 0x70000000u || alignment > PAGE) return 12;
  Block *b = take(size + alignment);
  if (!b) return 12;
  size_t at = (size_t)payload(b);
  size_t skip = ((at + alignment - 1) & ~(alignment - 1)) - at;
  if (skip) {
    // A multiple of 16, so that the part before is a block.
    Block *front = b;
    b = (Block *)((char *)front + skip);
    b->size = size_of(front) - skip;
    b->before = front;
    after(b)->before = b;
    front->size = skip;
    in_use -= skip;
    give_back(front);
  }
  *result = payload(b);
  return 0;
}

size_t visavis_memory_in_use(void) { return in_use; }

// Single instructions, with -mbulk-memory.
void *memcpy(void *to, const void *from, size_t n) { return __builtin_memcpy(to, from, n); }
void *memmove(void *to, const void *from, size_t n) { return __builtin_memmove(to, from, n); }
void *memset(void *to, int value, size_t n) { return __builtin_memset(to, value, n); }

/// The nearest whole number, halves away from zero; what is taken off is exact.
float roundf(float x) {
  float whole = __builtin_truncf(x);
  return __builtin_fabsf(x - whole) < 0.5f ? whole : whole + __builtin_copysignf(1, x);
}

int memcmp(const void *a, const void *b, size_t n) {
  const unsigned char *p = a, *q = b;
  for (size_t i = 0; i < n; i++) {
    if (p[i] != q[i]) return (int)p[i] - (int)q[i];
  }
  return 0;
}

/// The product of two 128-bit numbers, which checked products of 64-bit ones end in.
__int128 __multi3(__int128 a, __int128 b) {
  unsigned long long al = (unsigned long long)a, bl = (unsigned long long)b;
  unsigned long long ah = (unsigned long long)(a >> 64), bh = (unsigned long long)(b >> 64);
  unsigned long long a0 = al & 0xFFFFFFFFu, a1 = al >> 32, b0 = bl & 0xFFFFFFFFu, b1 = bl >> 32;
  unsigned long long low = a0 * b0, cross = a1 * b0 + (low >> 32);
  unsigned long long other = a0 * b1 + (cross & 0xFFFFFFFFu);
  unsigned long long high = a1 * b1 + (cross >> 32) + (other >> 32) + al * bh + ah * bl;
  return (__int128)(((unsigned __int128)high << 64) | (other << 32) | (low & 0xFFFFFFFFu));
}

/// Seeds of hash tables only: the same in every run, as everything else is.
void arc4random_buf(void *to, size_t n) {
  static unsigned state = 0x9E3779B9u;
  unsigned char *p = to;
  for (size_t i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    p[i] = (unsigned char)state;
  }
}

#endif
