// Touching what is not there: the signal, its code and its address; going on behind it.
// Needs dynamic memory: parts of large reservations get rights, and what has none faults.
#include "../check.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096UL
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
static sigjmp_buf back;
static siginfo_t found;
static char *volatile mended;

static void handler(int signal, siginfo_t *information, void *context) {
    found = *information;
    if (mended) {
        mprotect(mended, PAGE, PROT_READ | PROT_WRITE);
        mended = NULL;
        return;
    }
    siglongjmp(back, 1);
}

#define FAULTS(access, expected, at)                                                                       \
    do {                                                                                                   \
        memset(&found, 0, sizeof found);                                                                   \
        if (sigsetjmp(back, 1) == 0) access;                                                               \
        CHECK(found.si_signo == SIGSEGV && found.si_code == (expected) && found.si_addr == (void *)(at));  \
    } while (0)

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    volatile char *null = NULL;
    FAULTS((void)*null, SEGV_MAPERR, NULL);
    FAULTS(*(volatile char *)16 = 1, SEGV_MAPERR, 16);
    volatile char *p = mmap(NULL, 16 * PAGE, PROT_NONE, PRIVATE, -1, 0);
    FAULTS((void)*(volatile char *)(p + 5), SEGV_ACCERR, p + 5);
    FAULTS(*(volatile char *)(p + PAGE) = 1, SEGV_ACCERR, p + PAGE);
    // A guard page in the middle of what is used.
    CHECK(mprotect((void *)p, 4 * PAGE, PROT_READ | PROT_WRITE) == 0);
    memset((void *)p, 1, 4 * PAGE);
    FAULTS(p[4 * PAGE] = 1, SEGV_ACCERR, p + 4 * PAGE);
    // The handler mends the page, the access is made again.
    mended = (char *)p + 6 * PAGE;
    p[6 * PAGE + 3] = 9;
    CHECK(p[6 * PAGE + 3] == 9 && found.si_addr == p + 6 * PAGE + 3);
    // Jumping to what is not code.
    char *data = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, PRIVATE, -1, 0);
    data[0] = (char)0xc3;
    CHECK(munmap(data, PAGE) == 0);
    FAULTS(*(volatile char *)0x10000000000UL = 1, SEGV_MAPERR, 0x10000000000UL);
    // Not an address at all.
    memset(&found, 0, sizeof found);
    if (sigsetjmp(back, 1) == 0) (void)*(volatile char *)0x8000000000000000UL;
    CHECK(found.si_signo == SIGSEGV && found.si_code == SI_KERNEL && found.si_addr == NULL);
    // Many, one after the other.
    volatile int faults = 0;
    for (volatile int i = 0; i < 1000; i++) {
        if (sigsetjmp(back, 1) == 0) (void)*(volatile char *)(p + 10 * PAGE + i);
        else faults++;
    }
    CHECK(faults == 1000);
    return done();
}
