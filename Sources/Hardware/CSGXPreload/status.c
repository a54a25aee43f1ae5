// The stat and access families: a device has a name, and a descriptor of one looks like a character device.
#include <errno.h>
#include <string.h>

#include "preload.h"

_Static_assert(sizeof(struct stat) == sizeof(struct stat64), "one structure under both names on x86-64");

static int describe(enum preload_kind kind, void *to) {
    preload_describe(kind, to);
    return 0;
}

static enum preload_kind kind_of_descriptor(int fd) {
    int slot = preload_is_active() ? preload_slot_of(fd) : -1;
    return slot < 0 ? PRELOAD_NONE : preload_kind_at(slot);
}

// `fstatat` and its relatives: an empty path means the descriptor itself.
static enum preload_kind kind_at(int directory, const char *path, int flags) {
    enum preload_kind kind = preload_kind_of_path(directory, path);
    if (kind != PRELOAD_NONE || (flags & AT_EMPTY_PATH) == 0) return kind;
    if ((uintptr_t)path >= 4096 && path[0] != 0) return PRELOAD_NONE;
    return kind_of_descriptor(directory);
}

#define STAT(name, structure)                                                                                                   \
    PRELOAD_EXPORT int name(const char *path, structure *to) {                                                                  \
        enum preload_kind kind = preload_kind_of_path(AT_FDCWD, path);                                                          \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(path, to);                                                \
    }
#define FSTAT(name, structure)                                                                                                  \
    PRELOAD_EXPORT int name(int fd, structure *to) {                                                                            \
        enum preload_kind kind = kind_of_descriptor(fd);                                                                        \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(fd, to);                                                  \
    }
#define FSTATAT(name, structure)                                                                                                \
    PRELOAD_EXPORT int name(int directory, const char *path, structure *to, int flags) {                                        \
        enum preload_kind kind = kind_at(directory, path, flags);                                                               \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(directory, path, to, flags);                              \
    }
#define XSTAT(name, structure)                                                                                                  \
    PRELOAD_EXPORT int name(int version, const char *path, structure *to) {                                                     \
        enum preload_kind kind = preload_kind_of_path(AT_FDCWD, path);                                                          \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(version, path, to);                                       \
    }
#define FXSTAT(name, structure)                                                                                                 \
    PRELOAD_EXPORT int name(int version, int fd, structure *to) {                                                               \
        enum preload_kind kind = kind_of_descriptor(fd);                                                                        \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(version, fd, to);                                         \
    }
#define FXSTATAT(name, structure)                                                                                               \
    PRELOAD_EXPORT int name(int version, int directory, const char *path, structure *to, int flags) {                           \
        enum preload_kind kind = kind_at(directory, path, flags);                                                               \
        return kind != PRELOAD_NONE ? describe(kind, to) : NEXT(name)(version, directory, path, to, flags);                     \
    }

STAT(stat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat, struct stat)
STAT(lstat64, struct stat64)
FSTAT(fstat, struct stat)
FSTAT(fstat64, struct stat64)
FSTATAT(fstatat, struct stat)
FSTATAT(fstatat64, struct stat64)
XSTAT(__xstat, struct stat)
XSTAT(__xstat64, struct stat64)
XSTAT(__lxstat, struct stat)
XSTAT(__lxstat64, struct stat64)
FXSTAT(__fxstat, struct stat)
FXSTAT(__fxstat64, struct stat64)
FXSTATAT(__fxstatat, struct stat)
FXSTATAT(__fxstatat64, struct stat64)

static void describe_extended(enum preload_kind kind, struct statx *to) {
    struct stat status;
    preload_describe(kind, &status);
    memset(to, 0, sizeof *to);
    to->stx_mask = STATX_BASIC_STATS;
    to->stx_blksize = (uint32_t)status.st_blksize;
    to->stx_nlink = 1;
    to->stx_mode = (uint16_t)status.st_mode;
    to->stx_ino = status.st_ino;
    to->stx_rdev_major = (uint32_t)(status.st_rdev >> 8);
    to->stx_rdev_minor = (uint32_t)(status.st_rdev & 0xff);
    to->stx_dev_minor = (uint32_t)status.st_dev;
}

PRELOAD_EXPORT int statx(int directory, const char *path, int flags, unsigned mask, struct statx *to) {
    enum preload_kind kind = kind_at(directory, path, flags);
    if (kind == PRELOAD_NONE) return NEXT(statx)(directory, path, flags, mask, to);
    describe_extended(kind, to);
    return 0;
}

static int may_access(int mode) { return (mode & X_OK) != 0 ? (int)preload_result(-EACCES) : 0; }

#define ACCESS(name)                                                                                                            \
    PRELOAD_EXPORT int name(const char *path, int mode) {                                                                       \
        enum preload_kind kind = preload_kind_of_path(AT_FDCWD, path);                                                          \
        return kind != PRELOAD_NONE ? may_access(mode) : NEXT(name)(path, mode);                                                \
    }

ACCESS(access)
ACCESS(euidaccess)
ACCESS(eaccess)

PRELOAD_EXPORT int faccessat(int directory, const char *path, int mode, int flags) {
    enum preload_kind kind = preload_kind_of_path(directory, path);
    return kind != PRELOAD_NONE ? may_access(mode) : NEXT(faccessat)(directory, path, mode, flags);
}
