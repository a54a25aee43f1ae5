// Eight threads enter and leave one enclave while a timer of each and its neighbours interrupt it: no wrong result, nothing left behind.
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"

enum { THREADS = 8 };

static struct enclave enclave;
static double deadline;
static _Atomic uint64_t entries, interruptions, exceptions, wrong, added, astray;
static _Atomic int thread_ids[THREADS];
static _Thread_local uint64_t own = 0x5eed;

// On a processor an interruption leaves the enclave first, so that a handler never sees an address in it, nor its FS.
static void interrupted(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    uint64_t at = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    if (at >= enclave.base && at < enclave.base + enclave.size) astray++;
    if (own != 0x5eed) wrong++;
    interruptions++;
}

static timer_t timer(long nanoseconds) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
    event._sigev_un._tid = gettid();
    struct itimerspec every = {{0, nanoseconds}, {0, nanoseconds}};
    timer_t timer;
    require(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &every, NULL) == 0, "a timer is set");
    return timer;
}

static void computes(unsigned thread, uint64_t seed) {
    struct operation op = {.kind = MIX, .a = seed, .b = 100 + seed % 40000};
    if (enclave_ask(&enclave, thread, &op) != mix(seed, op.b)) wrong++;
    struct operation count = {.kind = COUNT, .a = seed & 7};
    enclave_ask(&enclave, thread, &count);
    added += seed & 7;
    entries += 2;
}

static void excepts(unsigned thread) {
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = UNDEFINED}, skip = {.kind = SKIP, .b = 2};
    uint64_t tcs = enclave_tcs(&enclave, thread);
    enclave_enter(&run, tcs, EENTER, &op);
    if (run.function != ERESUME || run.exception_vector != 6) wrong++;
    enclave_enter(&run, tcs, EENTER, &skip);
    if (run.function != EEXIT || skip.cssa != 1 || skip.result != 0x80000306) wrong++;
    enclave_enter(&run, tcs, ERESUME, &op);
    if (run.function != EEXIT || op.result != 0x600d) wrong++;
    exceptions++;
    entries += 3;
}

static void *work(void *argument) {
    unsigned thread = (unsigned)(uintptr_t)argument;
    thread_ids[thread] = gettid();
    timer_t alarm = timer(700000 + 50000 * (long)thread);
    uint64_t seed = thread + 1;
    for (uint64_t round = 0; now() < deadline; round++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        computes(thread, seed >> 20);
        if (round % 8 == 0) excepts(thread);
        int other = thread_ids[seed >> 40 & 7];
        if (other) syscall(SYS_tgkill, getpid(), other, SIGUSR1);
    }
    timer_delete(alarm);
    thread_ids[thread] = 0;
    return NULL;
}

static void all(double seconds) {
    pthread_t threads[THREADS];
    pthread_attr_t small;
    pthread_attr_init(&small);
    // So small that the C library keeps them all for the next ones.
    pthread_attr_setstacksize(&small, 256 << 10);
    deadline = now() + seconds;
    for (uintptr_t i = 0; i < THREADS; i++) require(pthread_create(&threads[i], &small, work, (void *)i) == 0, "thread %lu starts", i);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

struct trace {
    uint64_t mappings, bytes, files;
};

static struct trace trace(void) {
    struct trace found = {0};
    char line[512];
    unsigned long from, to;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx", &from, &to) == 2) found.mappings++, found.bytes += to - from;
    fclose(maps);
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder)) found.files++;
    closedir(folder);
    return found;
}

static void run(double seconds) {
    struct recipe recipe = {.threads = THREADS};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave of eight threads is made: %s", strerror(failure));
    added = 0;
    all(seconds);
    struct operation count = {.kind = COUNT};
    equal(enclave_ask(&enclave, 0, &count), 1000 + added, "every addition of every thread arrived");
    enclave_end(&enclave);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = interrupted, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    // Stacks of threads, buffers and the like are there after the first time.
    run(0.3);
    trace();
    struct trace before = trace();
    run(patience(4));
    struct trace after = trace();
    equal(wrong, 0, "no result is wrong in %lu entries with %lu interruptions and %lu exceptions", entries, interruptions, exceptions);
    equal(astray, 0, "no handler saw an address inside the enclave");
    check(entries > 1000 && interruptions > 1000, "there was something to see");
    equal(after.mappings, before.mappings, "as many mappings as before");
    equal(after.bytes, before.bytes, "of as many bytes");
    equal(after.files, before.files, "as many descriptors as before");
    return checked();
}
