// The functions of the C library (or of a library preloaded after ours) that stand behind the interposed ones.
//
// Looked up once by the constructor; a call that comes earlier looks up its own. Nothing is looked up later, so that a signal
// handler or the child of a vfork never enters the dynamic linker.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Symbols for programs linked before glibc 2.33, which no header declares any more.
int __xstat(int, const char *, struct stat *);
int __xstat64(int, const char *, struct stat64 *);
int __lxstat(int, const char *, struct stat *);
int __lxstat64(int, const char *, struct stat64 *);
int __fxstat(int, int, struct stat *);
int __fxstat64(int, int, struct stat64 *);
int __fxstatat(int, int, const char *, struct stat *, int);
int __fxstatat64(int, int, const char *, struct stat64 *, int);
// What _FORTIFY_SOURCE makes of open.
int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);
__sighandler_t __sysv_signal(int, __sighandler_t);
__sighandler_t bsd_signal(int, __sighandler_t);

#define PRELOAD_INTERPOSED(X)                                                                                                   \
    X(open) X(open64) X(openat) X(openat64) X(__open_2) X(__open64_2) X(__openat_2) X(__openat64_2)                             \
    X(stat) X(stat64) X(lstat) X(lstat64) X(fstat) X(fstat64) X(fstatat) X(fstatat64) X(statx)                                  \
    X(__xstat) X(__xstat64) X(__lxstat) X(__lxstat64) X(__fxstat) X(__fxstat64) X(__fxstatat) X(__fxstatat64)                   \
    X(access) X(euidaccess) X(eaccess) X(faccessat)                                                                             \
    X(ioctl) X(close) X(close_range) X(closefrom)                                                                               \
    X(mmap) X(mmap64) X(mprotect) X(munmap) X(mremap)                                                                           \
    X(sigaction) X(signal) X(bsd_signal) X(sysv_signal) X(__sysv_signal) X(siginterrupt) X(sigaltstack)                         \
    X(sigprocmask) X(pthread_sigmask) X(pthread_create) X(pthread_cancel)

enum preload_name {
#define X(name) NEXT_##name,
    PRELOAD_INTERPOSED(X)
#undef X
    NEXT_COUNT
};

extern void *preload_next_functions[NEXT_COUNT];

void preload_look_up_all(void);
void *preload_look_up(enum preload_name name);

static inline void *preload_next(enum preload_name name) {
    void *found = __atomic_load_n(&preload_next_functions[name], __ATOMIC_RELAXED);
    return found != NULL ? found : preload_look_up(name);
}

#define NEXT(name) ((__typeof__(&name))preload_next(NEXT_##name))
#define PRELOAD_EXPORT __attribute__((visibility("default")))
