// Shared by the C files of the preload library.
#pragma once

#include "CSGXPreload.h"
#include "next.h"

// Set for good when the first device was opened or a CPUID site was patched: until then every call is passed on.
extern uint32_t preload_active;
static inline int preload_is_active(void) { return __atomic_load_n(&preload_active, __ATOMIC_RELAXED) != 0; }

// Whether this thread is in the driver: the program's allocator, which Swift calls there, comes back with calls of its own.
int preload_is_inside(void);

// Whether devices are mapped at any of these addresses. Takes no lock.
int preload_may_concern(const void *address, size_t bytes);

// The driver's lock, with every signal of this thread blocked.
struct preload_hold {
    sigset_t mask;
};
void preload_lock(struct preload_hold *hold);
void preload_unlock(const struct preload_hold *hold);
void preload_prepare_forks(void);
// False in the child of a vfork, which has our memory but its own descriptors and signal handlers.
int preload_is_own_process(void);

enum preload_kind preload_kind_of_path(int directory, const char *path);
void preload_describe(enum preload_kind kind, struct stat *to);

// -1 with errno set from a result of -errno.
long preload_result(long result);

void preload_replace_vdso(char **environment);
void preload_patch_cpuid(void);
