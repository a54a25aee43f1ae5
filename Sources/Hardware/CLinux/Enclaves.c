#define _GNU_SOURCE
#include "CLinuxEnclaves.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static long result(long value) { return value == -1 ? -errno : value; }

long cl_open_below(int directory, const char *path, int links) {
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links ? 0 : O_NOFOLLOW),
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (links ? 0 : RESOLVE_NO_SYMLINKS),
    };
    return result(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

long cl_open_source(int directory, const char *path, int flags) {
    struct open_how how = {
        .flags = (unsigned)flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    return result(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

long cl_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (unsigned)flags | O_CLOEXEC | O_NOFOLLOW | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS,
    };
    return result(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

long cl_rename(int directory, const char *name, int new_directory, const char *new_name, unsigned flags) {
    return result(syscall(SYS_renameat2, directory, name, new_directory, new_name, flags));
}

long cl_change_mode(int file, unsigned mode) {
    // fchmodat2, which came with Linux 6.6; before it a descriptor's name in /proc does.
    long done = syscall(452, file, "", mode, AT_EMPTY_PATH);
    if (done == 0 || errno != ENOSYS) return result(done);
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    return result(chmod(name, mode));
}

long cl_make_directory(int directory, const char *name, unsigned mode) {
    if (mkdirat(directory, name, mode & 0777) != 0) return -errno;
    int made = openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (made < 0) return -errno;
    // In a directory with the set-group-ID bit a new one has it, too.
    struct stat status;
    long done = fstat(made, &status) != 0 ? -errno : cl_change_mode(made, mode | (status.st_mode & S_ISGID));
    close(made);
    return done;
}

long cl_change_room(int file, int mode, int64_t offset, int64_t length) { return result(fallocate(file, mode, offset, length)); }

long cl_list(int directory, void *entries, size_t length) { return result(syscall(SYS_getdents64, directory, entries, length)); }

long cl_map_anonymous(uint64_t address, uint64_t length, int protection, int fixed) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (fixed ? MAP_FIXED_NOREPLACE : 0);
    void *found = mmap((void *)address, length, protection, flags, -1, 0);
    return found == MAP_FAILED ? -errno : (long)found;
}

long cl_keep_private(uint64_t address, uint64_t length) {
    if (madvise((void *)address, length, MADV_DONTFORK) != 0) return -errno;
    return result(madvise((void *)address, length, MADV_DONTDUMP));
}

long cl_futex_wait(const uint32_t *word, uint32_t expected, uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    struct timespec *limit = nanoseconds == UINT64_MAX ? NULL : &time;
    return result(syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, limit, NULL, 0));
}

long cl_futex_wake(const uint32_t *word, int count) {
    return result(syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0));
}

void cl_park(uint32_t *word, uint64_t nanoseconds) {
    if (__atomic_exchange_n(word, 0, __ATOMIC_ACQUIRE) != 0) return;
    cl_futex_wait(word, 0, nanoseconds);
    __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

void cl_unpark(uint32_t *word) {
    if (__atomic_exchange_n(word, 1, __ATOMIC_SEQ_CST) == 0) cl_futex_wake(word, 1);
}

struct start {
    void (*body)(void *);
    void *argument;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.body(start.argument);
    return NULL;
}

long cl_start_thread(void (*body)(void *), void *argument, size_t stack_bytes) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return -ENOMEM;
    start->body = body;
    start->argument = argument;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    if (error != 0) free(start);
    return -error;
}

long cl_signal_thread(int thread, int signal) { return result(syscall(SYS_tgkill, getpid(), thread, signal)); }

void cl_unblock_signal(int signal) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, signal);
    pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
}

// Signal n is bit n - 1 of a set, as the kernel has it.
static sigset_t signal_set(uint64_t bits) {
    sigset_t set;
    sigemptyset(&set);
    // glibc leaves out the two that it keeps for itself.
    for (int signal = 1; signal <= 64; signal++) {
        if (bits >> (signal - 1) & 1) sigaddset(&set, signal);
    }
    return set;
}

void cl_block_signals(uint64_t signals) {
    sigset_t set = signal_set(signals);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

uint64_t cl_ignored_signals(uint64_t signals) {
    uint64_t ignored = 0;
    for (int signal = 1; signal <= 64; signal++) {
        struct sigaction found;
        if (!(signals >> (signal - 1) & 1) || sigaction(signal, NULL, &found) != 0) continue;
        if (found.sa_handler == SIG_IGN) ignored |= (uint64_t)1 << (signal - 1);
    }
    return ignored;
}

int cl_await_signal(uint64_t signals, uint64_t nanoseconds) {
    sigset_t set = signal_set(signals);
    struct timespec limit = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    int signal = sigtimedwait(&set, NULL, nanoseconds == UINT64_MAX ? NULL : &limit);
    return signal < 0 ? 0 : signal;
}

int cl_thread_id(void) { return (int)syscall(SYS_gettid); }

unsigned cl_processors(void) {
    unsigned long set[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
    unsigned count = 0;
    for (long word = 0; word < bytes / (long)sizeof *set; word++) count += (unsigned)__builtin_popcountl(set[word]);
    return count;
}

long cl_poll(struct pollfd *descriptors, size_t count, uint64_t limit) {
    struct timespec time = {(time_t)(limit / 1000000000), (long)(limit % 1000000000)};
    return result(ppoll(descriptors, count, limit == UINT64_MAX ? NULL : &time, NULL));
}

long cl_ioctl(int fd, unsigned long request, void *argument) { return result(ioctl(fd, request, argument)); }

long cl_random(void *bytes, size_t count) { return result(getrandom(bytes, count, 0)); }

long cl_allocate(int fd, uint64_t offset, uint64_t length) { return result(fallocate(fd, 0, (off_t)offset, (off_t)length)); }

static long connect_unix(const char *path, int flags) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    int error = errno;
    close(fd);
    return -error;
}

long cl_connect_unix(const char *path) { return connect_unix(path, 0); }

long cl_probe_unix(const char *path) { return connect_unix(path, SOCK_NONBLOCK); }

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void cl_read_clocks(struct cl_clocks *clocks) {
    // Between the two reads of the counter the thread may have lost its CPU: the narrowest of some attempts counts.
    enum { ATTEMPTS = 50, NARROW = 500 };
    uint64_t narrowest = UINT64_MAX;
    for (int i = 0; i < ATTEMPTS && narrowest > NARROW; i++) {
        uint64_t before = __rdtsc();
        uint64_t monotonic = nanoseconds(CLOCK_MONOTONIC);
        uint64_t width = __rdtsc() - before;
        if (width >= narrowest) continue;
        narrowest = width;
        clocks->monotonic = monotonic;
        clocks->tsc = before + width / 2;
        clocks->realtime = nanoseconds(CLOCK_REALTIME);
    }
}

void cl_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]) {
    __cpuid_count(leaf, subleaf, registers[0], registers[1], registers[2], registers[3]);
}

const char *cl_error_name(int error) { return strerrorname_np(error); }

const char *cl_signal_name(int signal) { return sigabbrev_np(signal); }
