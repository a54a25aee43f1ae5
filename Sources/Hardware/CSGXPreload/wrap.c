// Our own code - the processor, the driver, Swift's library - calls the C library, not our interposed functions: the linker sends
// every reference from inside this library to `__wrap_NAME` (--wrap). Only what that code really calls stands here; the linker
// tells when a name is missing.
#include <stdarg.h>

#include "next.h"

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
WRAP(int, sigaction, (int signal, const struct sigaction *act, struct sigaction *old), (signal, act, old))
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
