// Every refusal of the driver's ioctls and mappings, with its errno and the count that goes with it.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>

#include "foreign.h"

static struct enclave enclave;
static uint8_t *source;  // two pages, behind them some that cannot be read

static void expect(int result, int error, const char *name) {
    int is = result == 0 ? 0 : errno;
    check(is == error, "%s: %s%s%s", name, error ? strerror(error) : "accepted", is == error ? "" : ", but ", is == error ? "" : strerror(is));
}

static void before_creation(void) {
    struct recipe recipe = {0};
    struct sgx_enclave_create nothing = {.src = 8}, fine = {.src = (uint64_t)source};
    require(enclave_open(&enclave, &recipe) == 0, "the device opens");
    int file = enclave.file;
    uint64_t blank[8] = {0};
    expect(ioctl(file, _IO(0xa4, 0x66)), ENOTTY, "an ioctl that is not there");
    expect(ioctl(file, SGX_IOC_ENCLAVE_ADD_PAGES, blank), EINVAL, "ADD_PAGES before CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_INIT, blank), EINVAL, "INIT before CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_RESTRICT_PERMISSIONS, blank), EINVAL, "RESTRICT_PERMISSIONS before CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_MODIFY_TYPES, blank), EINVAL, "MODIFY_TYPES before CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_REMOVE_PAGES, blank), EINVAL, "REMOVE_PAGES before CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_CREATE, 8), EFAULT, "CREATE with an argument nowhere");
    expect(ioctl(file, SGX_IOC_ENCLAVE_CREATE, &nothing), EFAULT, "CREATE with SECS nowhere");
    void *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    check(page != MAP_FAILED && munmap(page, PAGE) == 0, "a mapping before CREATE is accepted");
    check(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED && errno == EINVAL, "a private one is EINVAL: %m");
    require(enclave_create(&enclave, &recipe) == 0, "CREATE");
    expect(ioctl(file, SGX_IOC_ENCLAVE_CREATE, &fine), EINVAL, "a second CREATE");
}

struct addition {
    uint64_t source, offset, length, secinfo[8];
    int error;
    uint64_t count;
    const char *name;
};

static void addition(const struct addition *row) {
    __attribute__((aligned(64))) uint64_t secinfo[8];
    memcpy(secinfo, row->secinfo, 64);
    struct sgx_enclave_add_pages argument = {
        .src = (uint64_t)source + row->source, .offset = row->offset, .length = row->length, .secinfo = (uint64_t)secinfo, .count = 0};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_ADD_PAGES, &argument), row->error, row->name);
    equal(argument.count, row->count, "of which %lu bytes were added", row->count);
}

static void additions(void) {
    const uint64_t data = REGULAR | READ | WRITE, last = 63 * PAGE, free = 52 * PAGE;
    const struct addition table[] = {
        {1, free, PAGE, {data}, EINVAL, 0, "a source that is not aligned"},
        {0, free + 8, PAGE, {data}, EINVAL, 0, "an offset that is not aligned"},
        {0, free, 0, {data}, EINVAL, 0, "no length"},
        {0, free, 100, {data}, EINVAL, 0, "a length that is not whole pages"},
        {0, 64 * PAGE, PAGE, {data}, EINVAL, 0, "an offset behind ELRANGE"},
        {0, last, 2 * PAGE, {data}, EINVAL, 0, "an end behind ELRANGE"},
        {0, last, -(uint64_t)last, {data}, EINVAL, 0, "an end that wraps around"},
        {0, free, PAGE, {READ | WRITE}, EINVAL, 0, "the type SECS"},
        {0, free, PAGE, {0x300}, EINVAL, 0, "the type VA"},
        {0, free, PAGE, {TRIMMED}, EINVAL, 0, "the type TRIM"},
        {0, free, PAGE, {REGULAR | WRITE}, EINVAL, 0, "write without read"},
        {0, free, PAGE, {TCS | READ | WRITE}, EINVAL, 0, "a TCS with rights"},
        {0, free, PAGE, {data | PENDING}, EINVAL, 0, "PENDING in SECINFO"},
        {0, free, PAGE, {data | (uint64_t)1 << 40}, EINVAL, 0, "a reserved bit in SECINFO"},
        {0, free, PAGE, {data, 0, 0, 1}, EINVAL, 0, "a reserved byte in SECINFO"},
        {4 * PAGE, free, PAGE, {data}, EFAULT, 0, "a source that cannot be read"},
        {PAGE, free, 2 * PAGE, {data}, EFAULT, PAGE, "a source whose second page cannot be read"},
        {0, free, PAGE, {data}, EBUSY, 0, "the page that this added, a second time"},
        {0, free + 2 * PAGE, PAGE, {REGULAR}, 0, PAGE, "a page without rights"},
    };
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++) addition(&table[i]);
    struct sgx_enclave_add_pages argument = {.src = (uint64_t)source, .offset = last, .length = PAGE, .secinfo = 8};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_ADD_PAGES, &argument), EFAULT, "a SECINFO nowhere");
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_ADD_PAGES, 8), EFAULT, "an argument nowhere");
}

// EADD's own check, for which the driver says EIO.
static void thread_page(void) {
    source[200] = 1;
    equal((uint64_t)enclave_add(&enclave, source, 60 * PAGE, PAGE, TCS, false), EIO, "a TCS with a reserved byte is EIO");
    source[200] = 0;
}

static void after_initialisation(void) {
    struct sgx_enclave_create create = {.src = (uint64_t)source};
    struct sgx_enclave_init init = {.sigstruct = (uint64_t)source};
    struct sgx_enclave_add_pages add = {.src = (uint64_t)source, .offset = 55 * PAGE, .length = PAGE, .secinfo = (uint64_t)source};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_CREATE, &create), EINVAL, "CREATE after INIT");
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_ADD_PAGES, &add), EINVAL, "ADD_PAGES after INIT");
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_INIT, &init), EINVAL, "a second INIT");
}

static void restrict_to(uint64_t offset, uint64_t length, uint64_t rights, uint64_t result, uint64_t count, int error, uint64_t done, const char *name) {
    struct sgx_enclave_restrict_permissions argument = {offset, length, rights, result, count};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_RESTRICT_PERMISSIONS, &argument), error, name);
    if (count == 0) equal(argument.count, done, "with %lu bytes done", done);
}

static void restrictions(void) {
    uint64_t data = 2 * PAGE;
    restrict_to(data + 1, PAGE, READ, 0, 0, EINVAL, 0, "restricting an offset that is not aligned");
    restrict_to(data, 0, READ, 0, 0, EINVAL, 0, "no length");
    restrict_to(data, 64 * PAGE, READ, 0, 0, EINVAL, 0, "an end behind ELRANGE");
    restrict_to(data, PAGE, 8, 0, 0, EINVAL, 0, "a right that is not there");
    restrict_to(data, PAGE, WRITE, 0, 0, EINVAL, 0, "write without read");
    restrict_to(data, PAGE, READ, 1, 0, EINVAL, 0, "a result that is not 0");
    restrict_to(data, PAGE, READ, 0, 1, EINVAL, 0, "a count that is not 0");
    restrict_to(3 * PAGE, PAGE, READ, 0, 0, EINVAL, 0, "a TCS");
    restrict_to(40 * PAGE, PAGE, READ, 0, 0, EFAULT, 0, "a page that is not there");
    restrict_to(data, 2 * PAGE, READ | WRITE, 0, 0, EINVAL, PAGE, "a page of data and a TCS behind it");
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_RESTRICT_PERMISSIONS, 8), EFAULT, "an argument nowhere");
}

static void modify(uint64_t offset, uint64_t type, uint64_t result, uint64_t count, int error, const char *name) {
    struct sgx_enclave_modify_types argument = {offset, PAGE, type, result, count};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_MODIFY_TYPES, &argument), error, name);
}

static void removal(uint64_t offset, uint64_t count, int error, const char *name) {
    struct sgx_enclave_remove_pages argument = {offset, PAGE, count};
    expect(ioctl(enclave.file, SGX_IOC_ENCLAVE_REMOVE_PAGES, &argument), error, name);
}

static void modifications(void) {
    uint64_t page = 50 * PAGE, tcs = 3 * PAGE;
    modify(page + 1, 4, 0, 0, EINVAL, "modifying an offset that is not aligned");
    modify(page, 2, 0, 0, EINVAL, "to the type REG");
    modify(page, 0x104, 0, 0, EINVAL, "to a type above 255");
    modify(page, 4, 1, 0, EINVAL, "with a result that is not 0");
    modify(page, 4, 0, 1, EINVAL, "with a count that is not 0");
    modify(40 * PAGE, 4, 0, 0, EFAULT, "a page that is not there");
    modify(tcs, 1, 0, 0, EINVAL, "a TCS to a TCS");
    modify(0, 1, 0, 0, EPERM, "a page of code to a TCS");
    removal(page, 0, EPERM, "removing a page that is not trimmed");
    modify(page, 4, 0, 0, 0, "to TRIM");
    modify(page, 4, 0, 0, EINVAL, "to TRIM a second time");
    restrict_to(page, PAGE, READ, 0, 0, EINVAL, 0, "restricting a trimmed page");
    removal(page, 0, EPERM, "removing it before the enclave has accepted");
    struct operation accept = {.kind = ACCEPT, .a = enclave.base + page, .b = TRIMMED | MODIFIED};
    enclave_ask(&enclave, 0, &accept);
    equal(accept.status, 0, "the enclave accepts");
    removal(page, 1, EINVAL, "removing with a count that is not 0");
    removal(page, 0, 0, "removing it now");
    removal(page, 0, EFAULT, "removing it again");
}

static void maps(uint64_t page, int rights, int error, const char *name) {
    equal((uint64_t)enclave_map(&enclave, page * PAGE, PAGE, rights), (uint64_t)error, "mapping %s", name);
}

static void mappings(void) {
    // Taken first: where the driver refuses a fixed mapping, nothing stays mapped.
    void *outside = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    maps(0, PROT_READ | PROT_WRITE, EACCES, "code for writing");
    maps(2, PROT_READ | PROT_EXEC, EACCES, "data for execution");
    maps(3, PROT_READ | PROT_EXEC, EACCES, "a TCS for execution");
    maps(51, PROT_READ, EACCES, "a page without rights for reading");
    maps(51, PROT_NONE, 0, "it without rights");
    maps(40, PROT_READ | PROT_WRITE | PROT_EXEC, 0, "a page that is not there with all rights");
    check(mmap(outside, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, enclave.file, 0) == MAP_FAILED && errno == EACCES,
          "mapping a page outside ELRANGE: %m");
    require(enclave_map(&enclave, 2 * PAGE, PAGE, PROT_READ) == 0, "data for reading");
    void *data = (void *)(enclave.base + 2 * PAGE);
    check(mprotect(data, PAGE, PROT_READ | PROT_WRITE) == 0, "mprotect up to SECINFO");
    check(mprotect(data, PAGE, PROT_READ | PROT_EXEC) < 0 && errno == EACCES, "and not beyond: %m");
    personality(READ_IMPLIES_EXEC);
    check(mmap(data, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, enclave.file, 0) == MAP_FAILED && errno == EACCES,
          "READ_IMPLIES_EXEC maps nothing: %m");
    personality(0);
}

int main(void) {
    struct recipe recipe = {0};
    source = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(source + 2 * PAGE, 6 * PAGE, PROT_NONE);
    before_creation();
    require(enclave_add_all(&enclave, &recipe) == 0, "the enclave's pages");
    additions();
    thread_page();
    enclave_end(&enclave);
    require(enclave_open(&enclave, &recipe) == 0 && enclave_create(&enclave, &recipe) == 0 && enclave_add_all(&enclave, &recipe) == 0, "an enclave");
    require(enclave_add(&enclave, source, 50 * PAGE, PAGE, REGULAR | READ | WRITE, false) == 0, "one page more");
    require(enclave_add(&enclave, source, 51 * PAGE, PAGE, REGULAR, false) == 0, "one without rights");
    int failure = enclave_initialise(&enclave, &recipe);
    require(failure == 0, "INIT: %s", strerror(failure));
    require(enclave_map_all(&enclave, &recipe) == 0 && enclave_map(&enclave, 50 * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0, "it is mapped");
    after_initialisation();
    restrictions();
    modifications();
    mappings();
    enclave_end(&enclave);
    return checked();
}
