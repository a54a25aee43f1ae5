// Blocks for threads that nobody readied: one reservation for all, so that threads that come and go leave no trace.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "kernel.h"
#include "softsgx.h"

enum { MOST_BLOCKS = 16384, LOOKED_AT = 8 };
static uint8_t *region;
static uint32_t owners[MOST_BLOCKS];  // thread ids
static uint32_t most;                 // no block behind was ever used
static uint32_t next;                 // where the search begins

void softsgx_reserve_blocks(void) {
    uint64_t bytes = (uint64_t)(MOST_BLOCKS + 1) * SOFTSGX_STACK_BYTES;
    void *found = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (found == MAP_FAILED) return;
    uint64_t start = ((uintptr_t)found + SOFTSGX_STACK_BYTES - 1) & ~(uint64_t)(SOFTSGX_STACK_BYTES - 1);
    __atomic_store_n(&region, (uint8_t *)start, __ATOMIC_RELEASE);
}

static int is_alive(uint32_t thread) {
    long process = kernel_call(SYS_getpid, 0, 0, 0, 0, 0);
    return kernel_call(SYS_tgkill, process, thread, 0, 0, 0) != -ESRCH;
}

static int claim(uint32_t index, uint32_t found, uint32_t self) {
    return __atomic_compare_exchange_n(&owners[index], &found, self, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// A thread does not say that it ends; the next one that needs a block finds out. In a forked child the thread that forked still has
// its block, under the id it had in the parent: such blocks stay as they are.
static int is_free(uint32_t index, uint32_t owner, uint32_t self) {
    const struct softsgx_thread *thread = (const void *)(region + (uint64_t)index * SOFTSGX_STACK_BYTES);
    if (owner == 0 || owner == self) return 1;
    return thread->process == softsgx_process() && !is_alive(owner);
}

// One of `count` blocks from `start` on that nobody alive has.
static int64_t reclaim(uint32_t start, uint32_t count, uint32_t used, uint32_t self) {
    for (uint32_t i = 0; i < count && i < used; i++) {
        uint32_t index = (start + i) % used;
        uint32_t owner = __atomic_load_n(&owners[index], __ATOMIC_ACQUIRE);
        if (is_free(index, owner, self) && claim(index, owner, self)) return index;
    }
    return -1;
}

// A few of the old ones first, so that few threads at a time need few blocks; then a fresh one; all the old ones at last.
static int64_t find_block(uint32_t self) {
    uint32_t used = __atomic_load_n(&most, __ATOMIC_ACQUIRE);
    uint32_t start = __atomic_fetch_add(&next, LOOKED_AT, __ATOMIC_RELAXED);
    int64_t found = used == 0 ? -1 : reclaim(start % used, LOOKED_AT, used, self);
    for (uint32_t index = used; found < 0 && index < MOST_BLOCKS; index++) {
        if (claim(index, 0, self)) found = index;
    }
    if (found < 0) return reclaim(0, MOST_BLOCKS, MOST_BLOCKS, self);
    while (used <= found && !__atomic_compare_exchange_n(&most, &used, (uint32_t)found + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
    }
    return found;
}

void *softsgx_take_block(void) {
    uint8_t *start = __atomic_load_n(&region, __ATOMIC_ACQUIRE);
    if (start == NULL) return NULL;
    int64_t index = find_block((uint32_t)kernel_call(SYS_gettid, 0, 0, 0, 0, 0));
    return index < 0 ? NULL : start + index * SOFTSGX_STACK_BYTES;
}

void softsgx_own_block(void *block) {
    uint8_t *start = __atomic_load_n(&region, __ATOMIC_ACQUIRE);
    if (start == NULL || (uint8_t *)block < start) return;
    uint64_t index = (uint64_t)((uint8_t *)block - start) / SOFTSGX_STACK_BYTES;
    if (index >= MOST_BLOCKS) return;
    __atomic_store_n(&owners[index], (uint32_t)kernel_call(SYS_gettid, 0, 0, 0, 0, 0), __ATOMIC_RELEASE);
}
