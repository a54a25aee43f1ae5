// Where devices are mapped, for calls that want to know whether they concern any: read without a lock.
//
// The driver's lock may not be waited for by a call that has nothing to do with it. A program's own allocator maps and unmaps with a
// lock of its own held, which the driver may want at the same time.
#include "preload.h"

enum { MOST_RANGES = 1024, MOST_TRIES = 1000 };
static struct preload_range ranges[MOST_RANGES];
static uint32_t range_count;
static uint32_t version;  // odd while somebody writes

// With the driver's lock held. What there is no room for becomes one with the last.
void preload_publish_ranges(const struct preload_range *from, size_t count) {
    __atomic_store_n(&version, version + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    size_t kept = count < MOST_RANGES ? count : MOST_RANGES;
    for (size_t i = 0; i < kept; i++) {
        __atomic_store_n(&ranges[i].start, from[i].start, __ATOMIC_RELAXED);
        __atomic_store_n(&ranges[i].end, from[i].end, __ATOMIC_RELAXED);
    }
    if (count > kept) __atomic_store_n(&ranges[kept - 1].end, from[count - 1].end, __ATOMIC_RELAXED);
    __atomic_store_n(&range_count, (uint32_t)kept, __ATOMIC_RELAXED);
    __atomic_store_n(&version, version + 1, __ATOMIC_RELEASE);
}

static int is_in_any(uint64_t start, uint64_t end) {
    uint32_t count = __atomic_load_n(&range_count, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t low = __atomic_load_n(&ranges[i].start, __ATOMIC_RELAXED), high = __atomic_load_n(&ranges[i].end, __ATOMIC_RELAXED);
        if (start < high && low < end) return 1;
    }
    return 0;
}

int preload_may_concern(const void *address, size_t bytes) {
    if (!preload_is_active() || __atomic_load_n(&range_count, __ATOMIC_RELAXED) == 0 || preload_is_inside()) return 0;
    uint64_t start = (uintptr_t)address, end = start + bytes < start ? UINT64_MAX : start + bytes;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        uint32_t before = __atomic_load_n(&version, __ATOMIC_ACQUIRE);
        int found = is_in_any(start, end);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if ((before & 1) == 0 && __atomic_load_n(&version, __ATOMIC_RELAXED) == before) return found;
        __builtin_ia32_pause();
    }
    // The writer may be a thread that a raw clone left behind.
    return 1;
}
