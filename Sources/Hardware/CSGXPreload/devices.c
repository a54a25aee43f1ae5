// The table of open device files, readable without a lock, and the memory files that stand for them.
#include <errno.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "preload.h"

struct slot {
    uint32_t kind;
    struct preload_file file;
};
static struct slot slots[PRELOAD_MOST_DEVICES];
static uint32_t slots_used;  // none beyond was ever taken

uint32_t preload_active;

long preload_result(long result) {
    if (result >= 0) return result;
    errno = (int)-result;
    return -1;
}

int preload_remember(enum preload_kind kind, struct preload_file file) {
    for (uint32_t i = 0; i < PRELOAD_MOST_DEVICES; i++) {
        if (slots[i].kind != PRELOAD_NONE) continue;
        slots[i].file = file;
        __atomic_store_n(&slots[i].kind, kind, __ATOMIC_RELEASE);
        if (i >= slots_used) __atomic_store_n(&slots_used, i + 1, __ATOMIC_RELEASE);
        __atomic_store_n(&preload_active, 1, __ATOMIC_RELEASE);
        return (int)i;
    }
    return -1;
}

void preload_forget(int slot) { __atomic_store_n(&slots[slot].kind, PRELOAD_NONE, __ATOMIC_RELEASE); }

enum preload_kind preload_kind_at(int slot) { return (enum preload_kind)__atomic_load_n(&slots[slot].kind, __ATOMIC_ACQUIRE); }

// By the kernel's own word: another preloaded library may tell other numbers.
static int identify(int fd, struct preload_file *file) {
    struct stat status;
    if (syscall(SYS_fstat, fd, &status) != 0) return -1;
    file->device = status.st_dev;
    file->inode = status.st_ino;
    return 0;
}

int preload_slot_of(int fd) {
    uint32_t used = __atomic_load_n(&slots_used, __ATOMIC_ACQUIRE);
    int saved = errno;
    struct preload_file file;
    if (fd < 0 || used == 0 || identify(fd, &file) != 0) {
        errno = saved;
        return -1;
    }
    for (uint32_t i = 0; i < used; i++) {
        if (preload_kind_at((int)i) == PRELOAD_NONE) continue;
        if (slots[i].file.inode == file.inode && slots[i].file.device == file.device) return (int)i;
    }
    return -1;
}

struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

static int is_file(int fd, int slot) {
    struct preload_file file;
    return identify(fd, &file) == 0 && file.inode == slots[slot].file.inode && file.device == slots[slot].file.device;
}

static int any_of_first_descriptors(int slot) {
    for (int fd = 0; fd < 65536; fd++) {
        if (is_file(fd, slot)) return 1;
    }
    return 0;
}

int preload_is_open(int slot) {
    if (!preload_is_own_process()) return 1;
    int directory = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (directory < 0) return any_of_first_descriptors(slot);
    char buffer[4096] __attribute__((aligned(8)));
    int found = 0;
    long bytes;
    while (!found && (bytes = syscall(SYS_getdents64, directory, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < bytes && !found;) {
            const struct directory_entry *entry = (const void *)(buffer + at);
            at += entry->bytes;
            if (entry->name[0] >= '0' && entry->name[0] <= '9') found = is_file(atoi(entry->name), slot);
        }
    }
    syscall(SYS_close, directory);
    return found;
}

// A memory file is open for reading and writing; what the program asked for is had by opening it again.
static int reopen(int fd, int flags) {
    int wanted = flags & (O_ACCMODE | O_CLOEXEC | O_NONBLOCK);
    if ((wanted & O_ACCMODE) == O_RDWR && (flags & O_NONBLOCK) == 0) return fd;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = (int)syscall(SYS_openat, AT_FDCWD, path, wanted, 0);
    if (again < 0) return fd;
    syscall(SYS_close, fd);
    return again;
}

int preload_make_file(const char *name, int flags, struct preload_file *file) {
    int fd = (int)syscall(SYS_memfd_create, name, MFD_ALLOW_SEALING | ((flags & O_CLOEXEC) != 0 ? MFD_CLOEXEC : 0));
    if (fd < 0) return -errno;
    fd = reopen(fd, flags);
    return identify(fd, file) == 0 ? fd : -errno;
}

// Where there is no /proc the descriptor has to be good for both itself.
static int open_for_both(int fd) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    return again >= 0 ? again : (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0L);
}

int preload_open_storage(int fd, uint64_t size) {
    int storage = open_for_both(fd);
    if (storage < 0) return -errno;
    if (syscall(SYS_ftruncate, storage, size) == 0) return storage;
    int error = errno;
    syscall(SYS_close, storage);
    return -error;
}

void preload_seal_storage(int fd) {
    int storage = open_for_both(fd);
    if (storage < 0) return;
    syscall(SYS_fcntl, storage, F_ADD_SEALS, (long)(F_SEAL_SHRINK | F_SEAL_GROW));
    syscall(SYS_close, storage);
}
