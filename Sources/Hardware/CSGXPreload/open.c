// The open family.
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "preload.h"

// -1 with errno, as open itself: what the kernel's path walk refuses for a character device, then the driver.
static int open_device(enum preload_kind kind, int flags) {
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return (int)preload_result(-EEXIST);
    if ((flags & O_DIRECTORY) != 0) return (int)preload_result(-ENOTDIR);
    struct preload_hold hold;
    preload_lock(&hold);
    long result = preload_device_open(kind, flags);
    preload_unlock(&hold);
    return (int)preload_result(result);
}

// O_PATH names a file without opening it: that stays with the kernel, which has none.
static enum preload_kind kind_to_open(int directory, const char *path, int flags) {
    return (flags & O_PATH) != 0 ? PRELOAD_NONE : preload_kind_of_path(directory, path);
}

#define MODE_ARGUMENT(last)                                                                                                     \
    va_list list;                                                                                                               \
    va_start(list, last);                                                                                                       \
    mode_t mode = va_arg(list, mode_t);                                                                                         \
    va_end(list)

#define OPEN(name)                                                                                                              \
    PRELOAD_EXPORT int name(const char *path, int flags, ...) {                                                                 \
        MODE_ARGUMENT(flags);                                                                                                   \
        enum preload_kind kind = kind_to_open(AT_FDCWD, path, flags);                                                           \
        return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(name)(path, flags, mode);                                 \
    }

#define OPENAT(name)                                                                                                            \
    PRELOAD_EXPORT int name(int directory, const char *path, int flags, ...) {                                                  \
        MODE_ARGUMENT(flags);                                                                                                   \
        enum preload_kind kind = kind_to_open(directory, path, flags);                                                          \
        return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(name)(directory, path, flags, mode);                      \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

PRELOAD_EXPORT int __open_2(const char *path, int flags) {
    enum preload_kind kind = kind_to_open(AT_FDCWD, path, flags);
    return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(__open_2)(path, flags);
}

PRELOAD_EXPORT int __open64_2(const char *path, int flags) {
    enum preload_kind kind = kind_to_open(AT_FDCWD, path, flags);
    return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(__open64_2)(path, flags);
}

PRELOAD_EXPORT int __openat_2(int directory, const char *path, int flags) {
    enum preload_kind kind = kind_to_open(directory, path, flags);
    return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(__openat_2)(directory, path, flags);
}

PRELOAD_EXPORT int __openat64_2(int directory, const char *path, int flags) {
    enum preload_kind kind = kind_to_open(directory, path, flags);
    return kind != PRELOAD_NONE ? open_device(kind, flags) : NEXT(__openat64_2)(directory, path, flags);
}
