// Random mmap, munmap, mprotect, mremap and madvise over a window of addresses, from a fixed seed, held against a model of every page.
// Needs dynamic memory: parts of large reservations get rights, and what has none faults.
#include "../check.h"
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGES 64
#define PAGE 4096
static uint64_t state = 0x2545f4914f6cdd1d;
static char *window;
static struct {
    int mapped, rights;
    unsigned char byte;
} model[PAGES];
static sigjmp_buf back;

static uint32_t random_below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % limit;
}

static void fault(int signal) { siglongjmp(back, signal); }

static int differences;

static void look(int page) {
    volatile unsigned char *at = (volatile unsigned char *)window + page * PAGE + 7;
    int readable = model[page].mapped && model[page].rights & PROT_READ;
    int writable = readable && model[page].rights & PROT_WRITE;
    if (sigsetjmp(back, 1) == 0) {
        unsigned char found = *at;
        if (!readable || found != model[page].byte) differences++;
        if (writable) {
            *at = model[page].byte = (unsigned char)random_below(256);
        }
    } else if (readable) {
        differences++;
    }
}

int main(void) {
    struct sigaction action = {.sa_handler = fault};
    sigaction(SIGSEGV, &action, NULL);
    // Addresses that nothing else takes: reserved, then given back in parts.
    window = mmap(NULL, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(window != MAP_FAILED);
    for (int i = 0; i < PAGES; i++) model[i].mapped = 1;
    static const int rights[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE};
    for (int step = 0; step < 6000; step++) {
        int first = random_below(PAGES), count = 1 + random_below(PAGES - first), right = rights[random_below(4)];
        char *at = window + first * PAGE;
        switch (random_below(6)) {
        case 0:
        case 1:
            if (mmap(at, count * PAGE, right, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at) differences++;
            for (int i = first; i < first + count; i++) {
                model[i].mapped = 1;
                model[i].rights = right;
                model[i].byte = 0;
            }
            break;
        case 2: {
            int whole = 1;
            for (int i = first; i < first + count; i++) whole &= model[i].mapped;
            int result = mprotect(at, count * PAGE, right);
            if ((result == 0) != whole || (result && errno != ENOMEM)) differences++;
            // Linux changes what comes before the hole.
            for (int i = first; i < first + count && model[i].mapped; i++) model[i].rights = right;
            break;
        }
        case 3: {
            int whole = 1;
            for (int i = first; i < first + count; i++) whole &= model[i].mapped;
            int result = madvise(at, count * PAGE, MADV_DONTNEED);
            if ((result == 0) != whole || (result && errno != ENOMEM)) differences++;
            for (int i = first; i < first + count; i++) {
                if (model[i].mapped) model[i].byte = 0;
            }
            break;
        }
        case 4: {
            int at_page = random_below(PAGES);
            for (int i = 0; i < 4 && at_page + i < PAGES; i++) look(at_page + i);
            break;
        }
        case 5: look(first); break;
        }
    }
    for (int i = 0; i < PAGES; i++) look(i);
    CHECK(differences == 0);
    return done();
}
