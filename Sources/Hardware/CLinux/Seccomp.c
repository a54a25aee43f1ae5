#define _GNU_SOURCE
#include "CLinuxContainers.h"
#include "CLinuxProcess.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static long result(long value) { return value < 0 ? -errno : value; }

long cl_load_seccomp(const void *instructions, size_t count, uint32_t flags) {
    if (count > BPF_MAXINSNS) return -E2BIG;
    struct sock_fprog program = {.len = (unsigned short)count, .filter = (struct sock_filter *)instructions};
    return result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

long cl_probe_seccomp_flags(uint32_t flags) {
    // The kernel looks at the flags first; a program that is not there is EFAULT.
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL) == 0 || errno == EFAULT) return 0;
    return -errno;
}

long cl_probe_seccomp_action(uint32_t action) {
    return result(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

enum { waiting, loaded, given_up, sent, not_sent };

/// What the filtered thread and its messenger share.
struct messenger {
    atomic_int stage;
    int socket, listener;
    const char *packet;
};

static void await_stage(struct messenger *messenger, int passed) {
    while (atomic_load(&messenger->stage) == passed) __builtin_ia32_pause();
}

static int send_listener(void *argument) {
    struct messenger *messenger = argument;
    await_stage(messenger, waiting);
    if (atomic_load(&messenger->stage) == given_up) return 0;
    long status = cl_send_descriptor(messenger->socket, messenger->listener, messenger->packet);
    close(messenger->listener);
    atomic_store(&messenger->stage, status < 0 ? not_sent : sent);
    return 0;
}

long cl_load_seccomp_with_listener(const void *instructions, size_t count, uint32_t flags, int socket, const char *packet) {
    static char stack[16384] __attribute__((aligned(16)));
    struct messenger messenger = {.socket = socket, .packet = packet};
    atomic_init(&messenger.stage, waiting);
    int shared = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    if (clone(send_listener, stack + sizeof stack, shared, &messenger) < 0) return -errno;
    long listener = cl_load_seccomp(instructions, count, flags);
    if (listener < 0) {
        atomic_store(&messenger.stage, given_up);
        return listener;
    }
    messenger.listener = (int)listener;
    atomic_store(&messenger.stage, loaded);
    await_stage(&messenger, loaded);
    return atomic_load(&messenger.stage) == sent ? 0 : -EPIPE;
}
