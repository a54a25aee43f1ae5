// One enclave, one thread: enter, compute, keep data, fault, go on; two enclaves side by side; nothing left behind.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "foreign.h"

static void computes(const struct enclave *enclave) {
    struct operation op = {.kind = MIX, .a = 42, .b = 1000};
    equal(enclave_ask(enclave, 0, &op), mix(42, 1000), "the enclave computes what the program computes");
    equal(op.cssa, 0, "EENTER delivers CSSA 0");
    struct operation count = {.kind = COUNT, .a = 5};
    equal(enclave_ask(enclave, 0, &count), 1000, "its data begins as it was measured");
    equal(enclave_ask(enclave, 0, &count), 1005, "and keeps what was written");
}

static void faults(const struct enclave *enclave) {
    static const struct { uint64_t kind; unsigned vector, length; const char *name; } table[] = {
        {UNDEFINED, 6, 2, "UD2"}, {DIVIDE, 0, 2, "division by zero"},
    };
    uint64_t tcs = enclave_tcs(enclave, 0);
    for (unsigned i = 0; i < 2; i++) {
        struct sgx_enclave_run run = {0};
        struct operation op = {.kind = table[i].kind}, skip = {.kind = SKIP, .b = table[i].length};
        equal((uint64_t)enclave_enter(&run, tcs, EENTER, &op), 0, "%s inside returns to the caller of the vDSO", table[i].name);
        check(run.function == ERESUME && run.exception_vector == table[i].vector, "%s is told as vector %u: leaf %u, vector %u",
              table[i].name, table[i].vector, run.function, run.exception_vector);
        equal((uint64_t)enclave_enter(&run, tcs, EENTER, &skip), 0, "the handler is entered");
        equal(skip.cssa, 1, "with CSSA 1");
        equal(skip.result, 0x80000300 | table[i].vector, "EXITINFO tells %s", table[i].name);
        equal((uint64_t)enclave_enter(&run, tcs, ERESUME, &op), 0, "ERESUME goes on");
        check(run.function == EEXIT && op.result == 0x600d, "behind the instruction: leaf %u, result %#lx", run.function, op.result);
    }
}

static void refuses(const struct enclave *enclave) {
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = MIX};
    uint64_t tcs = enclave_tcs(enclave, 0);
    equal((uint64_t)enclave_enter(&run, tcs, ERESUME, &op), 0, "ERESUME without a saved frame returns");
    check(run.function == ERESUME && run.exception_vector == 13, "with #GP: leaf %u, vector %u", run.function, run.exception_vector);
    memset(&run, 0, sizeof run);
    enclave_enter(&run, tcs + 8, EENTER, &op);
    check(run.function == EENTER && run.exception_vector == 13, "a TCS that is not aligned is #GP: vector %u", run.exception_vector);
    memset(&run, 0, sizeof run);
    enclave_enter(&run, tcs + PAGE, EENTER, &op);
    check(run.function == EENTER && run.exception_vector == 14, "a page that is no TCS is #PF: vector %u", run.exception_vector);
    memset(&run, 0, sizeof run);
    equal((uint64_t)enclave_enter(&run, tcs, EEXIT, &op), (uint64_t)-EINVAL, "the vDSO refuses leaf 4");
    run.reserved[3] = 1;
    equal((uint64_t)enclave_enter(&run, tcs, EENTER, &op), (uint64_t)-EINVAL, "and reserved bytes that are not zero");
}

static void accesses(const struct enclave *enclave) {
    static uint64_t ordinary = 7;
    struct operation load = {.kind = LOAD, .a = (uint64_t)&ordinary};
    equal(enclave_ask(enclave, 0, &load), 7, "the enclave reads the program's memory");
    struct sgx_enclave_run run = {0};
    struct operation write = {.kind = STORE, .a = enclave->base, .b = 1}, over = {.kind = SKIP, .b = 3};
    uint64_t tcs = enclave_tcs(enclave, 0);
    enclave_enter(&run, tcs, EENTER, &write);
    check(run.function == ERESUME && run.exception_vector == 14 && (run.exception_error_code & 0x7) == 7 && run.exception_addr == enclave->base,
          "a write to its code is #PF: leaf %u, vector %u, code %#x, address %#llx", run.function, run.exception_vector,
          run.exception_error_code, (unsigned long long)run.exception_addr);
    enclave_enter(&run, tcs, EENTER, &over);
    enclave_enter(&run, tcs, ERESUME, &write);
    check(run.function == EEXIT, "and can be stepped over");
}

static uint64_t handled;

static int handler(long rdi, long rsi, long rdx, long rsp, long r8, long r9, struct sgx_enclave_run *run) {
    (void)rdi, (void)rsi, (void)rdx, (void)rsp, (void)r8, (void)r9;
    handled = run->user_data + run->function;
    return -77;
}

static void handlers(const struct enclave *enclave) {
    struct sgx_enclave_run run = {.user_handler = (uint64_t)handler, .user_data = 100};
    struct operation op = {.kind = MIX, .a = 1, .b = 1};
    equal((uint64_t)enclave_enter(&run, enclave_tcs(enclave, 0), EENTER, &op), (uint64_t)-77, "the user handler's result is returned");
    equal(handled, 104, "it saw EEXIT and its data");
}

static uint64_t skipped_tcs;

// On a fault it has the enclave step over it, and goes on.
static int mender(long rdi, long rsi, long rdx, long rsp, long r8, long r9, struct sgx_enclave_run *run) {
    (void)rdi, (void)rsi, (void)rdx, (void)rsp, (void)r8, (void)r9;
    handled = handled << 8 | (uint64_t)run->function << 4 | run->exception_vector;
    if (run->function == EEXIT) return 0;
    struct sgx_enclave_run inner = {0};
    struct operation skip = {.kind = SKIP, .b = 2};
    if (enclave_enter(&inner, skipped_tcs, EENTER, &skip) != 0 || skip.cssa != 1) return -1;
    return ERESUME;
}

static void mends(const struct enclave *enclave) {
    handled = 0;
    skipped_tcs = enclave_tcs(enclave, 0);
    struct sgx_enclave_run run = {.user_handler = (uint64_t)mender};
    struct operation op = {.kind = UNDEFINED};
    equal((uint64_t)enclave_enter(&run, skipped_tcs, EENTER, &op), 0, "a user handler that returns ERESUME has the enclave go on");
    equal(op.result, 0x600d, "to its end");
    equal(handled & 0xfff0, 0x3640, "the handler saw the fault and then the exit");
}

static volatile uint32_t entered_by_other;

static void *waits(void *argument) {
    struct operation op = {.kind = WAIT, .a = (uint64_t)&entered_by_other, .b = 2, .c = 2};
    struct sgx_enclave_run run = {0};
    // The other one may be in it for a moment.
    while (enclave_enter(&run, enclave_tcs(argument, 0), EENTER, &op) == 0 && run.function != EEXIT) memset(&run, 0, sizeof run);
    return (void *)(uintptr_t)(op.result == mix(2, 2));
}

static void busy(struct enclave *enclave) {
    pthread_t other;
    void *fine;
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = MIX};
    entered_by_other = 0;
    pthread_create(&other, NULL, waits, enclave);
    for (int tries = 0; tries < 1000 && run.function != EENTER; tries++) {
        usleep(1000);
        enclave_enter(&run, enclave_tcs(enclave, 0), EENTER, &op);
    }
    check(run.function == EENTER && run.exception_vector == 13, "a TCS that another thread is in is #GP: leaf %u, vector %u", run.function, run.exception_vector);
    entered_by_other = 1;
    pthread_join(other, &fine);
    check(fine != NULL, "which is nothing to the other thread");
}

static void two(void) {
    struct enclave first, second;
    struct recipe recipe = {0};
    require(enclave_make(&first, &recipe) == 0 && enclave_make(&second, &recipe) == 0, "two enclaves are made");
    struct operation a = {.kind = COUNT, .a = 1}, b = {.kind = COUNT, .a = 100};
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < 100; i++) {
        wrong += enclave_ask(&first, 0, &a) != 1000 + i;
        wrong += enclave_ask(&second, 0, &b) != 1000 + 100 * i;
    }
    equal(wrong, 0, "two enclaves count each their own, used in turn by one thread");
    enclave_end(&first);
    equal(enclave_ask(&second, 0, &b), 11000, "the second lives on when the first has ended");
    enclave_end(&second);
}

static unsigned mappings(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned lines = 0;
    for (int byte; (byte = fgetc(maps)) != EOF;) lines += byte == '\n';
    fclose(maps);
    return lines;
}

static void ends(void) {
    struct recipe recipe = {0};
    struct operation op = {.kind = COUNT, .a = 1};
    unsigned before = 0;
    for (int round = 0; round < 50; round++) {
        struct enclave enclave;
        require(enclave_make(&enclave, &recipe) == 0, "enclave %d is made", round);
        require(enclave_ask(&enclave, 0, &op) == 1000, "enclave %d is new", round);
        enclave_end(&enclave);
        if (round == 1) before = mappings();
    }
    equal(mappings(), before, "fifty enclaves one after the other leave no mapping");
}

int main(void) {
    struct enclave enclave;
    struct recipe recipe = {0};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    computes(&enclave);
    faults(&enclave);
    refuses(&enclave);
    accesses(&enclave);
    handlers(&enclave);
    mends(&enclave);
    busy(&enclave);
    enclave_end(&enclave);
    two();
    ends();
    return checked();
}
