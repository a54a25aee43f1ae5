// Which paths are devices, and what they look like.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "preload.h"

struct device_name {
    const char *path;
    enum preload_kind kind;
};

static const struct device_name device_names[] = {
    {"/dev/sgx_enclave", PRELOAD_ENCLAVE},    {"/dev/sgx/enclave", PRELOAD_ENCLAVE},
    {"/dev/sgx_provision", PRELOAD_PROVISION}, {"/dev/sgx/provision", PRELOAD_PROVISION},
    {"/dev/isgx", PRELOAD_ISGX},
};

static enum preload_kind kind_of_absolute(const char *path) {
    for (size_t i = 0; i < sizeof device_names / sizeof device_names[0]; i++) {
        if (strcmp(path, device_names[i].path) == 0) return device_names[i].kind;
    }
    return PRELOAD_NONE;
}

// `openat(dev, "sgx_enclave")`: the directory's own path tells.
static enum preload_kind kind_of_relative(int directory, const char *path) {
    char link[40], whole[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t length = readlink(link, whole, 16);
    if (length <= 0 || length >= 16) return PRELOAD_NONE;
    snprintf(whole + length, sizeof whole - (size_t)length, "/%s", path);
    return kind_of_absolute(whole);
}

// Every open of the program comes by: most paths are told apart by a character or six. A pointer that can point at nothing is
// left for the kernel to refuse.
enum preload_kind preload_kind_of_path(int directory, const char *path) {
    if ((uintptr_t)path < 4096) return PRELOAD_NONE;
    if (path[0] == '/') {
        if (strncmp(path, "/dev/", 5) != 0 || (path[5] != 's' && path[5] != 'i')) return PRELOAD_NONE;
        return kind_of_absolute(path);
    }
    if (directory < 0) return PRELOAD_NONE;
    int fitting = strncmp(path, "sgx", 3) == 0 || strcmp(path, "isgx") == 0 || strcmp(path, "enclave") == 0 ||
                  strcmp(path, "provision") == 0;
    if (!fitting) return PRELOAD_NONE;
    int saved = errno;
    enum preload_kind kind = kind_of_relative(directory, path);
    errno = saved;
    return kind;
}

// Character devices of the misc major, open to everybody: a software processor has nothing to guard from its own user.
void preload_describe(enum preload_kind kind, struct stat *to) {
    enum { MISC_MAJOR = 10, FIRST_MINOR = 124, DEVTMPFS = 6 };
    memset(to, 0, sizeof *to);
    to->st_dev = DEVTMPFS;
    to->st_ino = (ino_t)(0x5347580 + kind);
    to->st_mode = S_IFCHR | 0666;
    to->st_nlink = 1;
    to->st_rdev = makedev(MISC_MAJOR, FIRST_MINOR + (unsigned)kind);
    to->st_blksize = 4096;
}
