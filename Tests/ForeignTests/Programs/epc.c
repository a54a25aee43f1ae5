// With 1 MiB of EPC and nothing beyond it: what the driver says when it is used up, and that pages come back.
#include <cpuid.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "foreign.h"

enum { LIMIT = 256 };

static uint64_t told_by_cpuid(void) {
    unsigned a, b, c, d;
    uint64_t bytes = 0;
    for (unsigned section = 2; section < 10; section++) {
        __cpuid_count(0x12, section, a, b, c, d);
        if ((a & 0xf) != 1) break;
        bytes += (c & 0xfffff000) + ((uint64_t)(d & 0xfffff) << 32);
    }
    return bytes;
}

static void processor(void) {
    unsigned a, b, c, d;
    __cpuid_count(7, 0, a, b, c, d);
    check((b >> 2 & 1) && (c >> 30 & 1), "CPUID tells SGX and launch control");
    __cpuid_count(0x12, 0, a, b, c, d);
    check((a & 3) == 3, "SGX1 and SGX2: %#x", a);
    check((b & 1) == 1, "EXINFO in MISCSELECT: %#x", b);
    __cpuid_count(0x12, 1, a, b, c, d);
    check((a & (DEBUG | MODE64 | PROVISION_KEY | KSS)) == (DEBUG | MODE64 | PROVISION_KEY | KSS), "the attributes: %#x", a);
    check((c & 3) == 3, "XFRM: %#x", c);
    equal(told_by_cpuid(), LIMIT * PAGE, "and as much EPC as was said");
}

static void added(void) {
    struct enclave enclave;
    struct recipe recipe = {.pages = 512};
    require(enclave_open(&enclave, &recipe) == 0 && enclave_create(&enclave, &recipe) == 0, "an enclave of 2 MiB is created");
    void *zeros = mmap(NULL, 400 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    __attribute__((aligned(64))) uint64_t secinfo[8] = {REGULAR | READ | WRITE};
    struct sgx_enclave_add_pages argument = {.src = (uint64_t)zeros, .length = 400 * PAGE, .secinfo = (uint64_t)secinfo};
    int result = ioctl(enclave.file, SGX_IOC_ENCLAVE_ADD_PAGES, &argument);
    check(result != 0 && errno == ENOMEM, "four hundred pages are ENOMEM: %m");
    check(argument.count >= (LIMIT - 8) * PAGE && argument.count < LIMIT * PAGE && argument.count % PAGE == 0,
          "after as many as there are beside SECS and version arrays: %llu pages", argument.count / PAGE);
    struct enclave second;
    struct recipe small = {0};
    equal((uint64_t)enclave_make(&second, &small), ENOMEM, "a second enclave finds no EPC");
    enclave_end(&second);
    enclave_end(&enclave);
}

// Pages accepted until one is refused; how it was refused is in `run`.
static unsigned accepted(const struct enclave *enclave, struct sgx_enclave_run *run) {
    for (unsigned page = 0; page < 400; page++) {
        struct operation op = {.kind = ACCEPT, .a = enclave->heap + (uint64_t)page * PAGE, .b = REGULAR | READ | WRITE | PENDING};
        memset(run, 0, sizeof *run);
        if (enclave_enter(run, enclave_tcs(enclave, 0), EENTER, &op) != 0 || run->function != EEXIT || op.status != 0) return page;
    }
    return 400;
}

static void on_demand(void) {
    struct enclave enclave;
    struct sgx_enclave_run run;
    struct recipe recipe = {.pages = 512};
    require(enclave_make(&enclave, &recipe) == 0, "an enclave is made when the pages have come back");
    require(enclave_map(&enclave, enclave.heap - enclave.base, 400 * PAGE, PROT_READ | PROT_WRITE) == 0, "its free range is mapped");
    unsigned pages = accepted(&enclave, &run);
    check(pages > LIMIT - 24 && pages < LIMIT, "it grows up to the limit: %u pages", pages);
    check(run.function == ERESUME && run.exception_vector == 14 && (run.exception_error_code & 0x8001) == 0,
          "then a page that cannot be added is #PF of a page not present: leaf %u, vector %u, code %#x", run.function, run.exception_vector,
          run.exception_error_code);
    enclave_end(&enclave);
}

// Whatever the library still remembers of an enclave that ended must not keep its pages.
static void again(void) {
    for (int turn = 0; turn < 4; turn++) {
        struct enclave enclave;
        struct recipe recipe = {.heap = 150, .pages = 512};
        check(enclave_make(&enclave, &recipe) == 0, "an enclave of most of the EPC is made when its forerunner has ended: turn %d", turn);
        enclave_end(&enclave);
    }
}

int main(void) {
    processor();
    added();
    on_demand();
    again();
    return checked();
}
