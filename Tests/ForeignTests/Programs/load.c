// Much of everything: threads that come and go, many enclaves at once, enclaves that grow and shrink under signals, forks in between.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "foreign.h"

enum { WORKERS = 4, OWN_PAGES = 400, MANY = 200 };

static struct enclave enclave;
static _Atomic uint64_t wrong, rounds;
static _Atomic int working;

static uint64_t mapped(void) {
    char line[512];
    unsigned long from, to, bytes = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx", &from, &to) == 2) bytes += to - from;
    fclose(maps);
    return bytes;
}

static void *visit(void *argument) {
    uint64_t seed = (uint64_t)(uintptr_t)argument;
    struct operation op = {.kind = MIX, .a = seed, .b = 50};
    if (enclave_ask(&enclave, (unsigned)(seed % WORKERS), &op) != mix(seed, 50)) wrong++;
    return NULL;
}

static void visits(uint64_t count) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 << 10);
    for (uint64_t first = 0; first < count; first += WORKERS) {
        pthread_t threads[WORKERS];
        for (uint64_t i = 0; i < WORKERS; i++) pthread_create(&threads[i], &small, visit, (void *)(first + i));
        for (int i = 0; i < WORKERS; i++) pthread_join(threads[i], NULL);
    }
}

static void come_and_go(void) {
    visits(400);
    uint64_t before = mapped();
    visits(8000);
    equal(wrong, 0, "eight thousand threads enter once each");
    equal(mapped(), before, "and leave nothing mapped");
}

static void many(void) {
    static struct enclave enclaves[MANY];
    struct recipe recipe = {0};
    uint64_t bad = 0;
    for (uint64_t i = 0; i < MANY; i++) require(enclave_make(&enclaves[i], &recipe) == 0, "enclave %lu is made beside the others", i);
    for (uint64_t i = 0; i < 3 * MANY; i++) {
        struct operation op = {.kind = COUNT, .a = i % MANY};
        bad += enclave_ask(&enclaves[i % MANY], 0, &op) != 1000 + i / MANY * (i % MANY);
    }
    for (uint64_t i = 0; i < MANY; i++) enclave_end(&enclaves[i]);
    equal(bad, 0, "two hundred enclaves count each their own");
}

static void nothing(int signal) { (void)signal; }

// Of this thread's own pages: the fault is told to the vDSO's caller, accepted one level up, and the store goes on.
static void grow(unsigned thread, uint64_t page, uint64_t value) {
    uint64_t tcs = enclave_tcs(&enclave, thread);
    struct operation store = {.kind = STORE, .a = page, .b = value}, accept = {.kind = ACCEPT, .a = page, .b = REGULAR | READ | WRITE | PENDING};
    struct sgx_enclave_run run = {0};
    enclave_enter(&run, tcs, EENTER, &store);
    if (run.function != ERESUME || run.exception_vector != 14 || run.exception_error_code != 0x8007) wrong++;
    enclave_enter(&run, tcs, EENTER, &accept);
    if (run.function != EEXIT || accept.cssa != 1 || accept.status != 0) wrong++;
    enclave_enter(&run, tcs, ERESUME, &store);
    struct operation load = {.kind = LOAD, .a = page};
    if (run.function != EEXIT || enclave_ask(&enclave, thread, &load) != value) wrong++;
}

static int change(unsigned long command, void *argument) {
    int result;
    // The driver does one thing at a time for an enclave.
    while ((result = ioctl(enclave.file, command, argument)) != 0 && (errno == EBUSY || errno == EAGAIN || errno == EINTR)) {}
    return result;
}

static void shrink(unsigned thread, uint64_t first) {
    struct sgx_enclave_modify_types types = {.offset = first - enclave.base, .length = OWN_PAGES * PAGE, .page_type = 4};
    struct sgx_enclave_remove_pages removal = {.offset = first - enclave.base, .length = OWN_PAGES * PAGE};
    if (change(SGX_IOC_ENCLAVE_MODIFY_TYPES, &types) != 0 || types.count != types.length) wrong++;
    for (uint64_t i = 0; i < OWN_PAGES; i++) {
        struct operation accept = {.kind = ACCEPT, .a = first + i * PAGE, .b = TRIMMED | MODIFIED};
        enclave_ask(&enclave, thread, &accept);
        if (accept.status != 0) wrong++;
    }
    if (change(SGX_IOC_ENCLAVE_REMOVE_PAGES, &removal) != 0 || removal.count != removal.length) wrong++;
}

static void *work(void *argument) {
    unsigned thread = (unsigned)(uintptr_t)argument;
    uint64_t first = enclave.heap + (uint64_t)thread * OWN_PAGES * PAGE;
    while (working) {
        for (uint64_t i = 0; i < OWN_PAGES; i++) grow(thread, first + i * PAGE, i * 77 + thread);
        shrink(thread, first);
        rounds++;
    }
    return NULL;
}

static int child(void) {
    struct operation op = {.kind = MIX, .a = 3, .b = 1000};
    return enclave_ask(&enclave, WORKERS, &op) == mix(3, 1000) ? 0 : 2;
}

static void grow_and_shrink(double seconds) {
    pthread_t threads[WORKERS];
    struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 900}, {0, 900}}, never = {0};
    uint64_t free_bytes = WORKERS * OWN_PAGES * PAGE, children = 0;
    require(enclave_map(&enclave, enclave.heap - enclave.base, free_bytes, PROT_READ | PROT_WRITE) == 0, "a range to grow in");
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    working = 1;
    for (uintptr_t i = 0; i < WORKERS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
    for (double end = now() + seconds; now() < end; children++) {
        int status = -1;
        pid_t pid = fork();
        if (pid == 0) _exit(child());
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        if (status != 0) wrong++;
        usleep(20000);
    }
    working = 0;
    for (int i = 0; i < WORKERS; i++) pthread_join(threads[i], NULL);
    setitimer(ITIMER_REAL, &never, NULL);
    equal(wrong, 0, "four threads grow and shrink an enclave %lu times, with signals and %lu children that enter it", rounds, children);
    check(rounds > 0 && children > 0, "there was something to see");
}

int main(void) {
    struct recipe recipe = {.threads = WORKERS + 1, .pages = 2048};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    come_and_go();
    many();
    grow_and_shrink(patience(3));
    enclave_end(&enclave);
    return checked();
}
