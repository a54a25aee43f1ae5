// What a program does with memory that comes as it is touched; one word says what, and what is right prints "ok".
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MiB (1ul << 20)
#define WRITABLE (PROT_READ | PROT_WRITE)

static void die(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static void *map(size_t bytes, int rights, int flags) {
    return mmap(NULL, bytes, rights, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static sigjmp_buf back;
static volatile sig_atomic_t caught, code;

static void handler(int signal, siginfo_t *information, void *context) {
    (void)context;
    caught = signal, code = information->si_code;
    siglongjmp(back, 1);
}

static void handle(int signal) {
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(signal, &action, NULL);
}

// The signal that an access ends with, 0 for none.
static int write_to(volatile char *at) {
    caught = 0;
    if (sigsetjmp(back, 1) == 0) *at = 1;
    return caught;
}

static int read_from(volatile char *at) {
    caught = 0;
    if (sigsetjmp(back, 1) == 0) (void)*at;
    return caught;
}

static int call(void *at) {
    caught = 0;
    if (sigsetjmp(back, 1) == 0) ((void (*)(void))at)();
    return caught;
}

// mmap says ENOMEM when the limit is reached, and all that was had holds what was written.
static void limit(void) {
    enum { MOST = 4096 };
    static uint64_t *part[MOST];
    int count = 0;
    while (count < MOST && (part[count] = map(MiB, WRITABLE, 0)) != MAP_FAILED) {
        for (size_t i = 0; i < MiB / 8; i += 512) part[count][i] = i ^ count;
        count++;
    }
    if (errno != ENOMEM || count < 8) die("limit");
    if (sbrk(2 * MiB) != (void *)-1) die("brk beyond the limit");
    for (int n = 0; n < count; n++)
        for (size_t i = 0; i < MiB / 8; i += 512)
            if (part[n][i] != (i ^ n) || part[n][i + 1] != 0) die("content");
    if (munmap(part[0], MiB) || (part[0] = map(MiB, WRITABLE, 0)) == MAP_FAILED) die("after munmap");
    for (size_t i = 0; i < MiB / 8; i++)
        if (part[0][i]) die("a page of another owner");
    printf("%d MiB\nok\n", count);
}

// What was reserved is refused by mprotect when memory is used up, as allocators want it, and is had when there is some again.
static void arena(void) {
    enum { MOST = 4096 };
    static char *part[MOST];
    char *reserve = map(64 * MiB, PROT_NONE, MAP_NORESERVE);
    if (reserve == MAP_FAILED) die("reserve");
    int count = 0;
    while (count < MOST && (part[count] = map(MiB, WRITABLE, 0)) != MAP_FAILED) count++;
    if (errno != ENOMEM || count < 24) die("limit");
    if (mprotect(reserve, 16 * MiB, WRITABLE) != -1 || errno != ENOMEM) die("mprotect beyond the limit");
    for (int n = 0; n < 20; n++) munmap(part[n], MiB);
    if (mprotect(reserve, 16 * MiB, WRITABLE)) die("mprotect within the limit");
    for (size_t i = 0; i < 16 * MiB; i += 4096) reserve[i] = 1;
    if (map(16 * MiB, WRITABLE, 0) != MAP_FAILED) die("both");
    if (madvise(reserve, 16 * MiB, MADV_DONTNEED) || mprotect(reserve, 16 * MiB, PROT_NONE)) die("give back");
    char *again = map(16 * MiB, WRITABLE, 0);
    if (again == MAP_FAILED) die("after giving back");
    for (size_t i = 0; i < 16 * MiB; i += 4096) again[i] = 1;
    puts("ok");
}

static void *deep(void *argument) {
    volatile char frame[96 * 1024];
    for (size_t i = 0; i < sizeof frame; i += 4096) frame[i] = (char)(intptr_t)argument;
    usleep(20000);
    for (size_t i = 0; i < sizeof frame; i += 4096)
        if (frame[i] != (char)(intptr_t)argument) return (void *)1;
    return NULL;
}

// Stacks of 8 MiB that cost what is used of them.
static void threads(int count) {
    pthread_t *thread = calloc(count, sizeof *thread);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 8 * MiB);
    for (int i = 0; i < count; i++)
        if ((errno = pthread_create(&thread[i], &attributes, deep, (void *)(intptr_t)i))) die("pthread_create");
    for (int i = 0; i < count; i++) {
        void *result;
        pthread_join(thread[i], &result);
        if (result) die("a stack is not its thread's");
    }
    puts("ok");
}

static void *churner(void *argument) {
    unsigned seed = (unsigned)(intptr_t)argument;
    struct { uint64_t *at; size_t bytes; } held[16] = {0};
    for (int n = 0; n < 1500; n++) {
        int k = rand_r(&seed) % 16;
        if (held[k].at) {
            if (held[k].at[0] != held[k].bytes || held[k].at[held[k].bytes / 8 - 1] != held[k].bytes) return (void *)1;
            if (munmap(held[k].at, held[k].bytes)) return (void *)2;
        }
        held[k].bytes = (1 + rand_r(&seed) % 300) * 4096ul;
        held[k].at = map(held[k].bytes, WRITABLE, 0);
        if (held[k].at == MAP_FAILED) return (void *)3;
        for (size_t i = 0; i < held[k].bytes / 8; i += 512)
            if (held[k].at[i]) return (void *)4;
        held[k].at[0] = held[k].at[held[k].bytes / 8 - 1] = held[k].bytes;
        if (n % 7 == 0) {
            if (madvise(held[k].at, held[k].bytes, MADV_DONTNEED)) return (void *)5;
            if (held[k].at[0] || held[k].at[held[k].bytes / 8 - 1]) return (void *)6;
            held[k].at[0] = held[k].at[held[k].bytes / 8 - 1] = held[k].bytes;
        }
    }
    for (int k = 0; k < 16; k++)
        if (held[k].at) munmap(held[k].at, held[k].bytes);
    return NULL;
}

// Memory that comes and goes is always of zeros and nobody else's.
static void churn(void) {
    pthread_t thread[4];
    for (intptr_t i = 0; i < 4; i++) pthread_create(&thread[i], NULL, churner, (void *)(i + 1));
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(thread[i], &result);
        if (result) {
            printf("churn %ld\n", (long)result);
            exit(1);
        }
    }
    puts("ok");
}

static int recurse(int depth) {
    volatile char frame[4000];
    memset((void *)frame, depth, sizeof frame);
    return depth == 0 ? frame[17] : recurse(depth - 1) + (frame[99] == (char)depth ? 0 : 1);
}

// Guards, rights and what was unmapped; the stack down to its end.
static void guards(void) {
    handle(SIGSEGV);
    if (recurse(1500) != 0) die("the stack");
    char *at = map(64 * 4096, WRITABLE, 0);
    if (mprotect(at + 16 * 4096, 4096, PROT_NONE)) die("mprotect");
    if (write_to(at + 15 * 4096) || write_to(at + 17 * 4096)) die("beside the guard");
    if (write_to(at + 16 * 4096) != SIGSEGV || code != SEGV_ACCERR) die("the guard, written");
    if (read_from(at + 16 * 4096) != SIGSEGV) die("the guard, read");
    if (mprotect(at + 32 * 4096, 4096, PROT_READ)) die("mprotect");
    if (read_from(at + 32 * 4096)) die("readable");
    char *fresh = map(4096, PROT_READ, 0);
    if (write_to(fresh) != SIGSEGV || code != SEGV_ACCERR) die("written without the right");
    if (mprotect(at + 16 * 4096, 4096, WRITABLE) || write_to(at + 16 * 4096)) die("a guard that is none any more");
    munmap(at, 64 * 4096);
    char *none = map(16 * MiB, PROT_NONE, 0);
    if (read_from(none + 5 * MiB) != SIGSEGV) die("a reservation");
    munmap(none, 16 * MiB);
    if (read_from(none + 5 * MiB) != SIGSEGV || code != SEGV_MAPERR) die("nothing there");
    // A call that is given memory without rights fails, and memory nobody touched is good.
    int ends[2];
    if (pipe(ends)) die("pipe");
    if (write(ends[1], none, 10) != -1 || errno != EFAULT) die("a buffer that is not there");
    at = map(8 * 4096, WRITABLE, 0);
    if (write(ends[1], at, 3 * 4096) != 3 * 4096) die("an untouched buffer");
    if (read(ends[0], at + 4 * 4096 - 7, 3 * 4096) != 3 * 4096 || at[5 * 4096]) die("into an untouched buffer");
    puts("ok");
}

static const unsigned char answer_42[] = {0xb8, 42, 0, 0, 0, 0xc3};

// Code that a program makes runs where it asked for that, and nowhere else.
static void code_made(int enforced) {
    handle(SIGSEGV);
    char *at = map(4096, WRITABLE, 0);
    memcpy(at, answer_42, sizeof answer_42);
    if (enforced && call(at) != SIGSEGV) die("data was executed");
    if (mprotect(at, 4096, PROT_READ | PROT_EXEC)) die("mprotect");
    if (((int (*)(void))at)() != 42) die("code");
    char *both = map(16 * 4096, WRITABLE | PROT_EXEC, 0);
    for (int i = 0; i < 16; i++) {
        memcpy(both + i * 4096, answer_42, sizeof answer_42);
        if (((int (*)(void))(both + i * 4096))() != 42) die("code in RWX");
    }
    munmap(both, 16 * 4096);
    char *data = mmap(both, 16 * 4096, WRITABLE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (data != both || data[0]) die("data where code was");
    memcpy(data, answer_42, sizeof answer_42);
    if (enforced && call(data) != SIGSEGV) die("data was executed where code was");
    puts("ok");
}

// MAP_NORESERVE may promise more than there is; touching too much ends in SIGBUS.
static void overcommit(void) {
    handle(SIGBUS);
    char *at = map(4096 * MiB, WRITABLE, MAP_NORESERVE);
    if (at == MAP_FAILED) die("mmap");
    size_t touched = 0;
    while (touched < 4096 * MiB && !write_to(at + touched)) touched += 4096;
    if (caught != SIGBUS) die("no signal");
    printf("%lu MiB\n", touched / MiB);
    if (madvise(at, 4096 * MiB, MADV_DONTNEED)) die("madvise");
    if (write_to(at) || write_to(at + touched)) die("after MADV_DONTNEED");
    for (size_t i = 4096; i < 16 * MiB; i += 4096)
        if (at[i]) die("not zero");
    puts("ok");
}

static void expect(int wanted, int failed, const char *what) {
    if (!failed || errno != wanted) die(what);
}

// Lengths and offsets whose ends are beyond all addresses.
static void huge_lengths(char *at, unsigned char *in) {
    size_t last = ~0ul - 4095;
    expect(EINVAL, mremap(at, last, 4096, 0) == MAP_FAILED, "mremap from everything");
    expect(EFAULT, mremap(at, 16 * MiB, 32 * MiB, MREMAP_MAYMOVE) == MAP_FAILED, "mremap of more than is there");
    // Kernels differ in what they call it.
    if (mremap(at, 4096, last, 0) != MAP_FAILED || mremap(at, 4096, last, MREMAP_MAYMOVE) != MAP_FAILED) die("mremap to everything");
    expect(EINVAL, mremap(at, 4096, ~0ul, MREMAP_MAYMOVE) == MAP_FAILED, "mremap to more than everything");
    expect(ENOMEM, mmap(at, last, WRITABLE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED, "mmap of everything");
    expect(EINVAL, munmap(at, last), "munmap of everything");
    expect(ENOMEM, mprotect(at, last, PROT_READ), "mprotect of everything");
    expect(EINVAL, madvise(at, last, MADV_DONTNEED), "madvise of everything");
    expect(ENOMEM, mincore(at, last, in), "mincore of everything");
    int file = open("/app/growth", O_RDONLY);
    if (file < 0) die("open");
    expect(EOVERFLOW, mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, file, (off_t)last) == MAP_FAILED, "mmap of a file's last page");
    close(file);
}

static void moved(void) {
    uint64_t *at = map(MiB, WRITABLE, 0);
    at[0] = 1, at[MiB / 8 - 1] = 2;
    void *blocker = mmap((char *)at + MiB, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    (void)blocker;
    at = mremap(at, MiB, 8 * MiB, MREMAP_MAYMOVE);
    if (at == MAP_FAILED || at[0] != 1 || at[MiB / 8 - 1] != 2 || at[MiB / 8] || at[MiB - 1]) die("mremap");
    unsigned char in[2048];
    if (mincore(at, 8 * MiB, in) || !in[0]) die("mincore");
    huge_lengths((char *)at, in);
    puts("ok");
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

// Microseconds a page: first touch in order, by the kernel at once, and again where it was released.
static void speed(void) {
    size_t bytes = 16 * MiB, pages = bytes / 4096;
    char *at = map(bytes, WRITABLE, 0);
    double start = now();
    for (size_t i = 0; i < bytes; i += 4096) at[i] = 1;
    printf("touch %.2f us a page\n", (now() - start) / pages);
    char *other = map(bytes, WRITABLE, 0);
    int zeros = open("/dev/zero", O_RDONLY);
    double took[2];
    for (int i = 0; i < 2; i++) {
        start = now();
        for (size_t done = 0; done < bytes; done += MiB)
            if (read(zeros, other + done, MiB) != (ssize_t)MiB) die("read");
        took[i] = now() - start;
    }
    printf("by the kernel %.2f us a page\n", (took[0] - took[1]) / pages);
    start = now();
    munmap(at, bytes);
    printf("munmap %.2f us a page\n", (now() - start) / pages);
    at = map(MiB, WRITABLE, 0);
    memset(at, 1, MiB);
    start = now();
    for (int i = 0; i < 64; i++) {
        munmap(at, MiB);
        at = map(MiB, WRITABLE, 0);
        for (size_t k = 0; k < MiB; k += 4096) at[k] = 1;
    }
    printf("munmap, mmap and touch again %.2f us a page\n", (now() - start) / (64 * MiB / 4096));
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    if (!strcmp(what, "limit")) limit();
    else if (!strcmp(what, "arena")) arena();
    else if (!strcmp(what, "threads")) threads(count > 2 ? atoi(words[2]) : 200);
    else if (!strcmp(what, "churn")) churn();
    else if (!strcmp(what, "guards")) guards();
    else if (!strcmp(what, "code")) code_made(count > 2 && !strcmp(words[2], "enforced"));
    else if (!strcmp(what, "overcommit")) overcommit();
    else if (!strcmp(what, "moved")) moved();
    else if (!strcmp(what, "speed")) speed();
    else return 2;
    return 0;
}
