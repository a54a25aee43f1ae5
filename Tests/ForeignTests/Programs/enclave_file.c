#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign.h"

static void put(uint8_t *at, uint64_t value, int width) { memcpy(at, &value, (size_t)width); }

// What Linux has no header for: the ioctls of /dev/isgx.
struct __attribute__((packed)) old_page {
    uint64_t address, source, secinfo;
    uint16_t measured;
};
struct old_init {
    uint64_t address, sigstruct, token;
};
#define OLD_ADD_PAGE _IOW(0xa4, 1, struct old_page)
#define OLD_INIT _IOW(0xa4, 2, struct old_init)

static uint64_t size_of(const struct recipe *recipe) { return (recipe->pages ? recipe->pages : 64) * PAGE; }

static void measure(struct enclave *enclave, const void *bytes, size_t count) {
    EVP_DigestUpdate(enclave->hashing, bytes, count);
}

// A free range aligned to its size, as ECREATE wants it; left reserved without rights.
static uint64_t reserve(uint64_t size) {
    uint8_t *area = mmap(NULL, size * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) return 0;
    uint64_t start = (uint64_t)area, base = (start + size - 1) & ~(size - 1);
    if (base > start) munmap(area, base - start);
    if (start + size > base) munmap((void *)(base + size), start + size - base);
    return base;
}

int enclave_open(struct enclave *enclave, const struct recipe *recipe) {
    memset(enclave, 0, sizeof *enclave);
    enclave->threads = recipe->threads ? recipe->threads : 1;
    enclave->size = size_of(recipe);
    enclave->old = recipe->old;
    enclave->file = open(recipe->old ? "/dev/isgx" : "/dev/sgx_enclave", O_RDWR | O_CLOEXEC);
    if (enclave->file < 0) return errno;
    enclave->base = reserve(enclave->size);
    if (!enclave->base) return errno;
    // The old driver finds an enclave by its mapping, which comes first.
    int failure = recipe->old ? enclave_map(enclave, 0, enclave->size, PROT_READ | PROT_WRITE | PROT_EXEC) : 0;
    if (failure) return failure;
    enclave->heap = enclave->base + (FIRST_THREAD + THREAD_PAGES * enclave->threads) * PAGE;
    enclave->hashing = EVP_MD_CTX_new();
    EVP_DigestInit_ex(enclave->hashing, EVP_sha256(), NULL);
    return 0;
}

int enclave_create(struct enclave *enclave, const struct recipe *recipe) {
    __attribute__((aligned(4096))) static _Thread_local uint8_t secs[PAGE];
    uint8_t record[64] = "ECREATE";
    memset(secs, 0, PAGE);
    put(secs + 0, enclave->size, 8);
    put(secs + 8, enclave->base, 8);
    put(secs + 16, 1, 4);
    put(secs + 20, recipe->misc, 4);
    put(secs + 48, recipe->attributes | MODE64, 8);
    put(secs + 56, recipe->xfrm | 3, 8);
    memcpy(secs + 192, recipe->config, 64);
    put(secs + 260, recipe->config_svn, 2);
    if (recipe->spoil_secs) recipe->spoil_secs(secs);
    put(record + 8, 1, 4);
    put(record + 12, enclave->size, 8);
    measure(enclave, record, 64);
    struct sgx_enclave_create argument = {.src = (uint64_t)secs};
    return ioctl(enclave->file, SGX_IOC_ENCLAVE_CREATE, &argument) == 0 ? 0 : errno;
}

static void measure_page(struct enclave *enclave, const uint8_t *source, uint64_t offset, uint64_t secinfo, bool measured) {
    uint8_t record[64] = "EADD";
    put(record + 8, offset, 8);
    put(record + 16, secinfo, 8);
    measure(enclave, record, 64);
    for (uint64_t at = 0; measured && at < PAGE; at += 256) {
        uint8_t extend[64] = "EEXTEND";
        put(extend + 8, offset + at, 8);
        measure(enclave, extend, 64);
        measure(enclave, source + at, 256);
    }
}

static int add_as_of_old(struct enclave *enclave, const uint8_t *source, uint64_t offset, uint64_t length, uint64_t *secinfo, bool measured) {
    for (uint64_t at = 0; at < length; at += PAGE) {
        struct old_page argument = {enclave->base + offset + at, (uint64_t)source + at, (uint64_t)secinfo, measured ? 0xffff : 0};
        if (ioctl(enclave->file, OLD_ADD_PAGE, &argument) != 0) return errno;
    }
    return 0;
}

static int add_run(struct enclave *enclave, const uint8_t *source, uint64_t offset, uint64_t length, uint64_t *secinfo, bool measured) {
    struct sgx_enclave_add_pages argument = {
        .src = (uint64_t)source, .offset = offset, .length = length, .secinfo = (uint64_t)secinfo,
        .flags = measured ? SGX_PAGE_MEASURE : 0};
    if (ioctl(enclave->file, SGX_IOC_ENCLAVE_ADD_PAGES, &argument) != 0) return errno;
    return argument.count == length ? 0 : EINTR;
}

int enclave_add(struct enclave *enclave, const void *source, uint64_t offset, uint64_t length, uint64_t flags, bool measured) {
    __attribute__((aligned(64))) uint64_t secinfo[8] = {flags};
    int failure = (enclave->old ? add_as_of_old : add_run)(enclave, source, offset, length, secinfo, measured);
    if (failure) return failure;
    for (uint64_t at = 0; at < length; at += PAGE)
        measure_page(enclave, (const uint8_t *)source + at, offset + at, flags, measured);
    return 0;
}

static const uint8_t *image(void) {
    static const uint8_t *image;
    if (image) return image;
    int file = open("enclave.bin", O_RDONLY | O_CLOEXEC);
    struct stat status;
    require(file >= 0 && fstat(file, &status) == 0 && status.st_size == FIRST_THREAD * PAGE, "enclave.bin has its three pages");
    image = mmap(NULL, FIRST_THREAD * PAGE, PROT_READ, MAP_PRIVATE, file, 0);
    require(image != MAP_FAILED, "enclave.bin is mapped");
    close(file);
    return image;
}

static int add_thread(struct enclave *enclave, unsigned thread) {
    __attribute__((aligned(4096))) static _Thread_local uint8_t pages[THREAD_PAGES * PAGE];
    uint64_t offset = enclave_tcs(enclave, thread) - enclave->base;
    memset(pages, 0, sizeof pages);
    put(pages + 16, offset + PAGE, 8);  // OSSA
    put(pages + 28, 2, 4);              // NSSA
    put(pages + 48, offset + PAGE, 8);  // OFSBASE
    put(pages + 56, offset + PAGE, 8);  // OGSBASE
    put(pages + 64, 0xfff, 4);
    put(pages + 68, 0xfff, 4);
    int failure = enclave_add(enclave, pages, offset, PAGE, TCS, true);
    return failure ? failure : enclave_add(enclave, pages + PAGE, offset + PAGE, 4 * PAGE, REGULAR | READ | WRITE, true);
}

int enclave_add_all(struct enclave *enclave, const struct recipe *recipe) {
    int failure = enclave_add(enclave, image(), 0, 2 * PAGE, REGULAR | READ | EXECUTE, true);
    if (!failure) failure = enclave_add(enclave, image() + 2 * PAGE, 2 * PAGE, PAGE, REGULAR | READ | WRITE, true);
    for (unsigned thread = 0; !failure && thread < enclave->threads; thread++) failure = add_thread(enclave, thread);
    if (failure || !recipe->heap) return failure;
    void *zeros = mmap(NULL, recipe->heap * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (zeros == MAP_FAILED) return errno;
    failure = enclave_add(enclave, zeros, enclave->heap - enclave->base, recipe->heap * PAGE, REGULAR | READ | WRITE, false);
    munmap(zeros, recipe->heap * PAGE);
    return failure;
}

static void fill(uint8_t *sigstruct, const struct recipe *recipe) {
    static const uint32_t first[] = {6, 0xe1, 0x10000, 0}, second[] = {0x101, 0x60, 0x60, 1};
    memcpy(sigstruct, first, 16);
    put(sigstruct + 20, 0x20261121, 4);
    memcpy(sigstruct + 24, second, 16);
    put(sigstruct + 900, recipe->signed_misc ? recipe->signed_misc : recipe->misc, 4);
    put(sigstruct + 904, recipe->masks_given ? recipe->misc_mask : 0xffffffff, 4);
    memcpy(sigstruct + 912, recipe->family, 16);
    put(sigstruct + 928, recipe->signed_attributes ? recipe->signed_attributes : recipe->attributes | MODE64, 8);
    put(sigstruct + 936, recipe->signed_xfrm ? recipe->signed_xfrm : recipe->xfrm | 3, 8);
    // INIT is set by EINIT, after the comparison; everything else is compared.
    put(sigstruct + 944, recipe->masks_given ? recipe->attributes_mask : ~(uint64_t)INIT, 8);
    put(sigstruct + 952, recipe->masks_given ? recipe->xfrm_mask : ~(uint64_t)0, 8);
    memcpy(sigstruct + 1008, recipe->product_extension, 16);
    put(sigstruct + 1024, recipe->product, 2);
    put(sigstruct + 1026, recipe->svn, 2);
}

int enclave_initialise(struct enclave *enclave, const struct recipe *recipe) {
    uint8_t sigstruct[1808] = {0};
    EVP_DigestFinal_ex(enclave->hashing, enclave->hash, NULL);
    fill(sigstruct, recipe);
    memcpy(sigstruct + 960, enclave->hash, 32);
    if (recipe->spoil_signed) recipe->spoil_signed(sigstruct);
    sigstruct_sign(sigstruct, enclave->signer);
    if (recipe->spoil_signature) recipe->spoil_signature(sigstruct);
    __attribute__((aligned(512))) uint8_t token[304] = {0};
    struct old_init old = {enclave->base, (uint64_t)sigstruct, (uint64_t)token};
    if (enclave->old) return ioctl(enclave->file, OLD_INIT, &old) == 0 ? 0 : errno;
    struct sgx_enclave_init argument = {.sigstruct = (uint64_t)sigstruct};
    return ioctl(enclave->file, SGX_IOC_ENCLAVE_INIT, &argument) == 0 ? 0 : errno;
}

int enclave_map(struct enclave *enclave, uint64_t offset, uint64_t length, int rights) {
    void *at = (void *)(enclave->base + offset);
    return mmap(at, length, rights, MAP_SHARED | MAP_FIXED, enclave->file, 0) == at ? 0 : errno;
}

int enclave_map_all(struct enclave *enclave, const struct recipe *recipe) {
    if (enclave->old) return 0;
    uint64_t writable = (1 + THREAD_PAGES * enclave->threads + recipe->heap) * PAGE;
    int failure = enclave_map(enclave, 0, 2 * PAGE, PROT_READ | PROT_EXEC);
    return failure ? failure : enclave_map(enclave, 2 * PAGE, writable, PROT_READ | PROT_WRITE);
}

int enclave_make(struct enclave *enclave, const struct recipe *recipe) {
    int failure = enclave_open(enclave, recipe);
    if (!failure) failure = enclave_create(enclave, recipe);
    if (!failure) failure = enclave_add_all(enclave, recipe);
    if (!failure) failure = enclave_initialise(enclave, recipe);
    return failure ? failure : enclave_map_all(enclave, recipe);
}

void enclave_end(struct enclave *enclave) {
    if (enclave->base) munmap((void *)enclave->base, enclave->size);
    if (enclave->file >= 0) close(enclave->file);
    EVP_MD_CTX_free(enclave->hashing);
    memset(enclave, 0, sizeof *enclave);
    enclave->file = -1;
}

uint64_t enclave_tcs(const struct enclave *enclave, unsigned thread) {
    return enclave->base + (FIRST_THREAD + THREAD_PAGES * (uint64_t)thread) * PAGE;
}
