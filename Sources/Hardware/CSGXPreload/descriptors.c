// ioctl, and the calls that close: a device goes when its last descriptor and its last mapping have gone.
#include <errno.h>
#include <stdarg.h>

#include "preload.h"

enum { SGX_MAGIC = 0xa4 };

// Long work is done in pieces, with signals let in between, as the kernel's driver looks for them.
static long call_driver(int slot, int fd, unsigned long request, uint64_t argument) {
    uint64_t done = 0;
    long result;
    do {
        struct preload_hold hold;
        preload_lock(&hold);
        result = preload_kind_at(slot) == PRELOAD_NONE ? -EBADF : preload_device_ioctl(slot, fd, request, argument, &done);
        preload_unlock(&hold);
    } while (result == PRELOAD_AGAIN);
    return result;
}

PRELOAD_EXPORT int ioctl(int fd, unsigned long request, ...) {
    va_list list;
    va_start(list, request);
    unsigned long argument = va_arg(list, unsigned long);
    va_end(list);
    if (preload_is_active() && (request >> 8 & 0xff) == SGX_MAGIC) {
        int slot = preload_slot_of(fd);
        if (slot >= 0) return (int)preload_result(call_driver(slot, fd, (uint32_t)request, argument));
    }
    return NEXT(ioctl)(fd, request, argument);
}

static void sweep(void) {
    int saved = errno;
    struct preload_hold hold;
    preload_lock(&hold);
    preload_device_sweep();
    preload_unlock(&hold);
    errno = saved;
}

PRELOAD_EXPORT int close(int fd) {
    if (!preload_is_active() || preload_slot_of(fd) < 0) return NEXT(close)(fd);
    int result = NEXT(close)(fd);
    sweep();
    return result;
}

PRELOAD_EXPORT int close_range(unsigned first, unsigned last, int flags) {
    int result = NEXT(close_range)(first, last, flags);
    if (preload_is_active()) sweep();
    return result;
}

PRELOAD_EXPORT void closefrom(int first) {
    NEXT(closefrom)(first);
    if (preload_is_active()) sweep();
}
