// What a driver calls copy_from_user: reads memory that the program names and that need not be there.
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "CSGXPreload.h"
#include "next.h"

// The kernel does it; where a filter forbids that, the memory is touched as it is.
static int transfer(long call, void *ours, uint64_t theirs, size_t bytes) {
    struct iovec local = {ours, bytes}, remote = {(void *)theirs, bytes};
    int saved = errno;
    long done = syscall(call, syscall(SYS_getpid), &local, 1L, &remote, 1L, 0L);
    int error = errno;
    errno = saved;
    if (done == (long)bytes) return 0;
    if (done >= 0 || error == EFAULT) return -EFAULT;
    memcpy(call == SYS_process_vm_readv ? ours : (void *)theirs, call == SYS_process_vm_readv ? (void *)theirs : ours, bytes);
    return 0;
}

int preload_copy_in(void *to, uint64_t from, size_t bytes) { return transfer(SYS_process_vm_readv, to, from, bytes); }

int preload_copy_out(uint64_t to, const void *from, size_t bytes) {
    return transfer(SYS_process_vm_writev, (void *)from, to, bytes);
}

// One byte of each page.
int preload_probe(uint64_t from, size_t bytes) {
    enum { PIECES = 256, PAGE = 4096 };
    struct iovec remote[PIECES];
    uint8_t sink[PIECES];
    uint64_t page = from & ~(uint64_t)(PAGE - 1), end = from + bytes;
    if (end < from) return -EFAULT;
    while (page < end) {
        int count = 0;
        for (; count < PIECES && page < end; page += PAGE) remote[count++] = (struct iovec){(void *)page, 1};
        struct iovec local = {sink, (size_t)count};
        int saved = errno;
        long done = syscall(SYS_process_vm_readv, syscall(SYS_getpid), &local, 1L, remote, (long)count, 0L);
        int error = errno;
        errno = saved;
        if (done == count) continue;
        if (done >= 0 || error == EFAULT) return -EFAULT;
        return 0;
    }
    return 0;
}
