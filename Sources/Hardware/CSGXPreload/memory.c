// The memory family: mappings of device files, and everything the program does to addresses where they lie.
#include <errno.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#include "preload.h"

// What is too much for whole pages is too much for the kernel as well.
static uint64_t whole_pages(size_t bytes) { return bytes > SIZE_MAX - 4095 ? bytes : (bytes + 4095) & ~(uint64_t)4095; }

static void *map_device(int slot, void *at, size_t bytes, int prot, int flags, int fd) {
    struct preload_hold hold;
    preload_lock(&hold);
    long result = preload_device_map(slot, fd, (uintptr_t)at, bytes, prot, flags);
    preload_unlock(&hold);
    return (void *)preload_result(result);
}

// Something else over a mapping of a device ends it there, before the kernel does: afterwards we must not touch these pages.
static void *map_over(void *at, size_t bytes, int prot, int flags, int fd, off_t offset) {
    struct preload_hold hold;
    preload_lock(&hold);
    preload_device_cover((uintptr_t)at, whole_pages(bytes));
    void *result = NEXT(mmap)(at, bytes, prot, flags, fd, offset);
    int saved = errno;
    if (result == MAP_FAILED) preload_device_uncover();
    preload_device_sweep();
    preload_unlock(&hold);
    errno = saved;
    return result;
}

static void *map(void *at, size_t bytes, int prot, int flags, int fd, off_t offset) {
    if (fd >= 0 && (flags & MAP_ANONYMOUS) == 0) {
        int slot = preload_slot_of(fd);
        if (slot >= 0) return map_device(slot, at, bytes, prot, flags, fd);
    }
    int over = (flags & MAP_FIXED) != 0 && (flags & MAP_FIXED_NOREPLACE) != MAP_FIXED_NOREPLACE;
    if (over && preload_may_concern(at, bytes)) return map_over(at, bytes, prot, flags, fd, offset);
    return NEXT(mmap)(at, bytes, prot, flags, fd, offset);
}

PRELOAD_EXPORT void *mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset) {
    if (!preload_is_active()) return NEXT(mmap)(at, bytes, prot, flags, fd, offset);
    return map(at, bytes, prot, flags, fd, offset);
}

PRELOAD_EXPORT void *mmap64(void *at, size_t bytes, int prot, int flags, int fd, off_t offset) {
    if (!preload_is_active()) return NEXT(mmap64)(at, bytes, prot, flags, fd, offset);
    return map(at, bytes, prot, flags, fd, offset);
}

PRELOAD_EXPORT int mprotect(void *at, size_t bytes, int prot) {
    if (!preload_may_concern(at, bytes)) return NEXT(mprotect)(at, bytes, prot);
    struct preload_hold hold;
    preload_lock(&hold);
    long result = preload_device_protect((uintptr_t)at, whole_pages(bytes), prot);
    preload_unlock(&hold);
    return (int)preload_result(result);
}

PRELOAD_EXPORT int munmap(void *at, size_t bytes) {
    if (!preload_may_concern(at, bytes)) return NEXT(munmap)(at, bytes);
    struct preload_hold hold;
    preload_lock(&hold);
    long result = preload_device_unmap((uintptr_t)at, whole_pages(bytes));
    preload_unlock(&hold);
    return (int)preload_result(result);
}

// Enclave pages cannot be moved: their place is part of what they are.
PRELOAD_EXPORT void *mremap(void *at, size_t bytes, size_t new_bytes, int flags, ...) {
    __builtin_va_list list;
    __builtin_va_start(list, flags);
    void *new_address = __builtin_va_arg(list, void *);
    __builtin_va_end(list);
    int moves_here = (flags & MREMAP_FIXED) != 0 && preload_may_concern(new_address, new_bytes);
    if (moves_here || preload_may_concern(at, bytes)) {
        struct preload_hold hold;
        preload_lock(&hold);
        long ours = preload_device_touches((uintptr_t)at, whole_pages(bytes)) ||
                    (moves_here && preload_device_touches((uintptr_t)new_address, whole_pages(new_bytes)));
        preload_unlock(&hold);
        if (ours) return (void *)preload_result(-EFAULT);
    }
    return NEXT(mremap)(at, bytes, new_bytes, flags, new_address);
}

// MARK: for the Swift half

static int negative(int result) { return result == 0 ? 0 : -errno; }

int preload_map_file(uint64_t address, uint64_t bytes, int fd, uint64_t offset) {
    void *at = (void *)address;
    return NEXT(mmap)(at, bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, (off_t)offset) == at ? 0 : -errno;
}

long preload_find_addresses(uint64_t address, uint64_t bytes, int flags) {
    int wanted = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (flags & MAP_FIXED_NOREPLACE) | (flags & MAP_32BIT);
    void *at = NEXT(mmap)((void *)address, bytes, PROT_NONE, wanted, -1, 0);
    return at == MAP_FAILED ? -errno : (long)at;
}

int preload_reserve(uint64_t address, uint64_t bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return NEXT(mmap)((void *)address, bytes, PROT_NONE, flags, -1, 0) == (void *)address ? 0 : -errno;
}

int preload_unmap(uint64_t address, uint64_t bytes) { return negative(NEXT(munmap)((void *)address, bytes)); }

int preload_protect(uint64_t address, uint64_t bytes, int rights) {
    return negative(NEXT(mprotect)((void *)address, bytes, rights));
}

int preload_reads_imply_execution(void) {
    int persona = personality(0xffffffff);
    return persona != -1 && (persona & READ_IMPLIES_EXEC) != 0;
}
