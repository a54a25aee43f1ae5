// What mmap and its family promise about contents, addresses and errors. Passes natively and in an enclave alike.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int failures;
#define CHECK(what, condition) do { if (!(condition)) { printf("not ok: %s (errno %d)\n", what, errno); failures++; } } while (0)

static int all_zero(const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++) if (p[i]) return 0;
    return 1;
}

int main(void) {
    size_t n = 1 << 20;
    for (int round = 0; round < 20; round++) {
        uint8_t *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK("mmap gives memory", p != MAP_FAILED);
        CHECK("fresh memory reads as zeros", all_zero(p, n));
        memset(p, 0xaa, n);
        CHECK("munmap", munmap(p, n) == 0);
    }
    uint8_t *none = mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK("reserve", none != MAP_FAILED);
    CHECK("commit a part", mprotect(none + 8192, 65536, PROT_READ | PROT_WRITE) == 0);
    CHECK("committed part is zero", all_zero(none + 8192, 65536));
    memset(none + 8192, 0xbb, 65536);
    CHECK("forget", madvise(none + 8192, 65536, MADV_DONTNEED) == 0);
    CHECK("forgotten memory is zero", all_zero(none + 8192, 65536));
    none[8192] = 7;
    void *grown = mremap(none + 8192, 65536, 262144, MREMAP_MAYMOVE);
    CHECK("mremap moves", grown != MAP_FAILED && ((uint8_t *)grown)[0] == 7 && all_zero((uint8_t *)grown + 65536, 196608));
    CHECK("no replacing", mmap(grown, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    CHECK("fixed", mmap((uint8_t *)grown + 4096, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (uint8_t *)grown + 4096);
    CHECK("unaligned length 0", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK("munmap of an odd address", munmap((uint8_t *)grown + 1, 4096) == -1 && errno == EINVAL);
    CHECK("mprotect of what is not mapped", mprotect((void *)0x20000, 4096, PROT_READ) == -1 && errno == ENOMEM);
    uint8_t *old = sbrk(0);
    uint8_t *heap = sbrk(300000);
    CHECK("sbrk", heap == old && all_zero(heap, 300000));
    memset(heap, 0xcc, 300000);
    CHECK("sbrk back", sbrk(-300000) != (void *)-1);
    CHECK("sbrk again", sbrk(300000) == heap);
    // The page that stayed is the program's; the pages that went and came back are new.
    uint8_t *fresh = (uint8_t *)(((uintptr_t)heap + 4095) & ~4095ul);
    CHECK("heap pages come back zeroed", all_zero(fresh, 290000));
    CHECK("a bad pointer is EFAULT", syscall(SYS_write, 1, (void *)0x30000, 5) == -1 && errno == EFAULT);
    printf(failures ? "memory: %d failures\n" : "memory: ok\n", failures);
    return failures != 0;
}
