// Our own code - the processor, the driver, Swift's library - calls the C library, not our interposed functions: the linker sends
// every reference from inside this library to `__wrap_NAME` (--wrap). Only what that code really calls stands here; the linker
// tells when a name is missing.
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "preload.h"

#define WRAP(result, name, parameters, arguments)                                                                               \
    result __wrap_##name parameters;                                                                                            \
    result __wrap_##name parameters { return NEXT(name) arguments; }

WRAP(int, stat, (const char *path, struct stat *to), (path, to))
WRAP(int, lstat, (const char *path, struct stat *to), (path, to))
WRAP(int, fstat, (int fd, struct stat *to), (fd, to))
WRAP(int, fstatat, (int fd, const char *path, struct stat *to, int flags), (fd, path, to, flags))
WRAP(int, access, (const char *path, int mode), (path, mode))
WRAP(int, faccessat, (int fd, const char *path, int mode, int flags), (fd, path, mode, flags))
WRAP(int, close, (int fd), (fd))
WRAP(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))
WRAP(void *, mmap, (void *at, size_t n, int prot, int flags, int fd, off_t offset), (at, n, prot, flags, fd, offset))
WRAP(void *, mmap64, (void *at, size_t n, int prot, int flags, int fd, off_t offset), (at, n, prot, flags, fd, offset))
WRAP(int, mprotect, (void *at, size_t n, int prot), (at, n, prot))
WRAP(int, munmap, (void *at, size_t n), (at, n))
WRAP(__sighandler_t, signal, (int number, __sighandler_t handler), (number, handler))
WRAP(int, sigaltstack, (const stack_t *stack, stack_t *old), (stack, old))
WRAP(int, sigprocmask, (int how, const sigset_t *set, sigset_t *old), (how, set, old))
WRAP(int, pthread_sigmask, (int how, const sigset_t *set, sigset_t *old), (how, set, old))

// The optional argument of these is at most one word, which is passed on whether it was given or not.
#define WRAP_VARIADIC(name, parameters, last, ...)                                                                              \
    int __wrap_##name parameters;                                                                                               \
    int __wrap_##name parameters {                                                                                              \
        va_list list;                                                                                                           \
        va_start(list, last);                                                                                                   \
        unsigned long argument = va_arg(list, unsigned long);                                                                   \
        va_end(list);                                                                                                           \
        return NEXT(name)(__VA_ARGS__, argument);                                                                               \
    }

WRAP_VARIADIC(open, (const char *path, int flags, ...), flags, path, flags)
WRAP_VARIADIC(open64, (const char *path, int flags, ...), flags, path, flags)
WRAP_VARIADIC(openat, (int fd, const char *path, int flags, ...), flags, fd, path, flags)
WRAP_VARIADIC(openat64, (int fd, const char *path, int flags, ...), flags, fd, path, flags)
WRAP_VARIADIC(ioctl, (int fd, unsigned long request, ...), request, fd, request)

enum { RESTORER = 0x04000000 };

struct kernel_sigaction {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
};

// The way back from a handler is the one that the kernel knows already.
int preload_kernel_sigaction(int signal, const struct sigaction *act, struct sigaction *old) {
    struct kernel_sigaction known, wanted;
    long mask_bytes = sizeof known.mask;
    if (syscall(SYS_rt_sigaction, signal, NULL, &known, mask_bytes) != 0) return errno;
    if (act != NULL) {
        wanted = (struct kernel_sigaction){(void *)act->sa_sigaction, (unsigned)act->sa_flags | RESTORER, known.restorer, 0};
        memcpy(&wanted.mask, &act->sa_mask, sizeof wanted.mask);
        if (syscall(SYS_rt_sigaction, signal, &wanted, NULL, mask_bytes) != 0) return errno;
    }
    if (old == NULL) return 0;
    memset(old, 0, sizeof *old);
    old->sa_sigaction = (void (*)(int, siginfo_t *, void *))known.handler;
    old->sa_flags = (int)(known.flags & ~(unsigned long)RESTORER);
    memcpy(&old->sa_mask, &known.mask, sizeof known.mask);
    return 0;
}

int __wrap_sigaction(int signal, const struct sigaction *act, struct sigaction *old);
int __wrap_sigaction(int signal, const struct sigaction *act, struct sigaction *old) {
    if (signal != 32 && signal != 33) return NEXT(sigaction)(signal, act, old);
    int error = preload_kernel_sigaction(signal, act, old);
    if (error == 0) return 0;
    errno = error;
    return -1;
}
