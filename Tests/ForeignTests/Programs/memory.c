// SGX2 as a program uses it: pages on demand, accepted, extended, restricted, copied, trimmed, made into threads.
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "foreign.h"

enum { RW = REGULAR | READ | WRITE };

static struct enclave enclave;
static struct sgx_enclave_run run;

// On the second thread, since the first one may lie in a fault.
static uint64_t accept(uint64_t kind, uint64_t page, uint64_t flags, uint64_t from) {
    struct operation op = {.kind = kind, .a = page, .b = flags, .c = from};
    enclave_ask(&enclave, 1, &op);
    return op.status;
}

static void enter(unsigned leaf, struct operation *op) {
    memset(&run, 0, sizeof run);
    enclave_enter(&run, enclave_tcs(&enclave, 0), leaf, op);
}

static bool faulted(uint64_t address, unsigned code, const char *what) {
    return check(run.function == ERESUME && run.exception_vector == 14 && run.exception_error_code == code && run.exception_addr == address,
                 "%s is #PF %#x: leaf %u, vector %u, code %#x, address %#llx", what, code, run.function, run.exception_vector,
                 run.exception_error_code, (unsigned long long)run.exception_addr);
}

static uint64_t load(uint64_t address) {
    struct operation op = {.kind = LOAD, .a = address};
    return enclave_ask(&enclave, 1, &op);
}

static void store(uint64_t address, uint64_t value) {
    struct operation op = {.kind = STORE, .a = address, .b = value};
    enclave_ask(&enclave, 1, &op);
}

static int restrict_to(uint64_t page, uint64_t rights) {
    struct sgx_enclave_restrict_permissions argument = {.offset = page - enclave.base, .length = PAGE, .permissions = rights};
    return ioctl(enclave.file, SGX_IOC_ENCLAVE_RESTRICT_PERMISSIONS, &argument);
}

static int modify(uint64_t page, uint64_t type, uint64_t *result) {
    struct sgx_enclave_modify_types argument = {.offset = page - enclave.base, .length = PAGE, .page_type = type};
    int failure = ioctl(enclave.file, SGX_IOC_ENCLAVE_MODIFY_TYPES, &argument);
    *result = argument.result;
    return failure;
}

static void on_demand(uint64_t page) {
    struct operation op = {.kind = STORE, .a = page + 8, .b = 0xfeed};
    enter(EENTER, &op);
    faulted(page, 0x8007, "a store to a page that is not there");
    equal(accept(ACCEPT, page, REGULAR | READ | PENDING, 0), 19, "EACCEPT of other rights is PAGE_ATTRIBUTES_MISMATCH");
    equal(accept(ACCEPT, page, RW | PENDING, 0), 0, "EACCEPT as the kernel added it");
    equal(accept(ACCEPT, page, RW | PENDING, 0), 19, "a second time is a mismatch");
    enter(ERESUME, &op);
    check(run.function == EEXIT && load(page + 8) == 0xfeed, "the store goes on: leaf %u, vector %u", run.function, run.exception_vector);
    equal(load(page), 0, "the rest of the page is zero");
}

static void runs_code(uint64_t page) {
    struct operation call = {.kind = CALL, .a = page};
    store(page, 0x00c300000077b8);  // mov $0x77, %eax; ret
    require(mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0, "all rights from the kernel");
    enter(EENTER, &call);
    faulted(page, 0x8015, "code on a page the enclave has not made executable");
    equal(accept(EXTEND, page, REGULAR | READ | WRITE | EXECUTE, 0), 6, "EMODPE adds the right, and has no result: RAX stays");
    enter(ERESUME, &call);
    check(run.function == EEXIT && (uint32_t)call.result == 0x77, "the code runs: leaf %u, vector %u, result %#lx", run.function, run.exception_vector, call.result);
}

static void restricts(uint64_t page) {
    equal((uint64_t)restrict_to(page, READ), 0, "the kernel takes rights away");
    struct operation op = {.kind = STORE, .a = page, .b = 1};
    enter(EENTER, &op);
    faulted(page, 0x8007, "a store to it");
    equal(accept(ACCEPT, page, RW | RESTRICTED, 0), 19, "EACCEPT of what it was is a mismatch");
    equal(accept(ACCEPT, page, REGULAR | READ | RESTRICTED, 0), 0, "EACCEPT of what it is");
    equal(accept(EXTEND, page, RW, 0), 6, "EMODPE gives them back");
    enter(ERESUME, &op);
    check(run.function == EEXIT && load(page) == 1, "the store goes on: leaf %u, vector %u", run.function, run.exception_vector);
}

static void copies(uint64_t page) {
    equal(accept(ACCEPT_COPY, page, REGULAR | READ | EXECUTE, enclave.base), 0, "EACCEPTCOPY of a page of code");
    equal(load(page + 16), load(enclave.base + 16), "has its contents");
    struct operation op = {.kind = STORE, .a = page, .b = 1}, over = {.kind = SKIP, .b = 3};
    enter(EENTER, &op);
    faulted(page, 0x8007, "a store to the copy, which has the rights it was given");
    enter(EENTER, &over);
    enter(ERESUME, &op);
    equal(accept(ACCEPT_COPY, page, REGULAR | READ, enclave.base), 19, "a second copy onto it is PAGE_ATTRIBUTES_MISMATCH");
}

static void trims(uint64_t page) {
    uint64_t result;
    equal((uint64_t)modify(page, 4, &result), 0, "the kernel trims a page");
    struct operation op = {.kind = LOAD, .a = page};
    enter(EENTER, &op);
    faulted(page, 0x8005, "a load from it");
    equal(accept(ACCEPT, page, TRIMMED | MODIFIED, 0), 0, "the enclave accepts");
    struct sgx_enclave_remove_pages removal = {.offset = page - enclave.base, .length = PAGE};
    equal((uint64_t)ioctl(enclave.file, SGX_IOC_ENCLAVE_REMOVE_PAGES, &removal), 0, "the kernel removes it");
    equal(removal.count, PAGE, "all of it");
    equal(accept(ACCEPT, page, RW | PENDING, 0), 0, "EACCEPT brings a new one");
    enter(ERESUME, &op);
    check(run.function == EEXIT && op.result == 0, "the load goes on and finds zeros: leaf %u, vector %u, result %#lx", run.function, run.exception_vector, op.result);
}

static void pending(uint64_t page) {
    struct operation op = {.kind = LOAD, .a = page}, over = {.kind = SKIP, .b = 3};
    uint64_t result = 0;
    enter(EENTER, &op);
    faulted(page, 0x8005, "a load from a page that is not there");
    check(modify(page, 4, &result) != 0 && result == 20, "a pending page cannot be modified: result %lu", result);
    enter(EENTER, &over);
    enter(ERESUME, &op);
}

// A new thread: five pages like the measured ones, the first of them turned into a TCS.
static void becomes_thread(uint64_t page) {
    uint64_t result, offset = page - enclave.base + PAGE;
    for (int i = 0; i < THREAD_PAGES; i++) require(accept(ACCEPT, page + (uint64_t)i * PAGE, RW | PENDING, 0) == 0, "five pages");
    store(page + 16, offset);
    store(page + 24, (uint64_t)2 << 32);
    store(page + 48, offset);
    store(page + 56, offset);
    store(page + 64, 0x00000fff00000fff);
    equal((uint64_t)modify(page, 1, &result), 0, "the kernel makes a page a TCS");
    struct operation op = {.kind = MIX, .a = 4, .b = 4};
    memset(&run, 0, sizeof run);
    enclave_enter(&run, page, EENTER, &op);
    check(run.function == EENTER && run.exception_vector == 14, "which cannot be entered yet: vector %u", run.exception_vector);
    equal(accept(ACCEPT, page, TCS | MODIFIED, 0), 0, "the enclave accepts");
    memset(&run, 0, sizeof run);
    enclave_enter(&run, page, EENTER, &op);
    check(run.function == EEXIT && op.result == mix(4, 4), "and it is entered: leaf %u, vector %u", run.function, run.exception_vector);
    struct operation look = {.kind = LOAD, .a = page}, over = {.kind = SKIP, .b = 3};
    enter(EENTER, &look);
    faulted(page, 0x8005, "a load from a TCS");
    enter(EENTER, &over);
    enter(ERESUME, &look);
}

int main(void) {
    struct recipe recipe = {.threads = 2, .misc = 1};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    uint64_t heap = enclave.heap;
    require(enclave_map(&enclave, heap - enclave.base, enclave.base + enclave.size - heap, PROT_READ | PROT_WRITE) == 0, "its free range is mapped");
    on_demand(heap);
    runs_code(heap);
    restricts(heap);
    copies(heap + PAGE);
    trims(heap);
    pending(heap + 2 * PAGE);
    becomes_thread(heap + 4 * PAGE);
    enclave_end(&enclave);
    return checked();
}
