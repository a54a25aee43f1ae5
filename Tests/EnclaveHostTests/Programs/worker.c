// The program inside: what it prints is right or the enclave is not.
#include <fenv.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { BLOCKS = 16, ROUNDS = 20000 };
typedef uint64_t lanes __attribute__((vector_size(16)));

// Everything lives in registers: eight vectors, eight integers and their carries, an x87 sum, a rounding mode of its own.
static uint64_t block(unsigned number) {
    static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    fesetround(modes[number % 4]);
    lanes v[8];
    uint64_t a = number + 1, b = a * 3, c = a * 5, d = a * 7, carry = 0;
    for (int i = 0; i < 8; i++) v[i] = (lanes){a + i, b * i + 1};
    volatile double step = 1.0 / 3;
    double plain = number;
    long double wide = number;
    for (int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < 8; k++) v[k] = (v[k] ^ (v[(k + 1) & 7] << 13)) + (v[(k + 3) & 7] >> 7);
        uint64_t next = a + d;
        carry += next < a;
        a = next ^ (b << 9 | b >> 55);
        b += c ^ carry;
        c = (c << 17 | c >> 47) - a;
        d ^= c + b;
        plain = plain * 0.999 + step;
        wide = wide * 0.999L + step;
    }
    lanes sum = v[0];
    for (int k = 1; k < 8; k++) sum ^= v[k];
    double narrowed = (double)wide;
    uint64_t bits[2];
    memcpy(&bits[0], &plain, 8);
    memcpy(&bits[1], &narrowed, 8);
    fesetround(FE_TONEAREST);
    return sum[0] ^ sum[1] ^ a ^ b ^ c ^ d ^ bits[0] ^ (bits[1] << 1);
}

static uint64_t expected[BLOCKS];
static double seconds;
static uint64_t done[8], wrong[8];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *work(void *argument) {
    unsigned self = (unsigned)(uintptr_t)argument;
    double end = now() + seconds;
    for (unsigned i = self * 5; now() < end; i++) {
        wrong[self] += block(i % BLOCKS) != expected[i % BLOCKS];
        done[self]++;
    }
    return NULL;
}

static int threads(char **words) {
    seconds = atof(words[0]);
    for (int i = 0; i < BLOCKS; i++) expected[i] = strtoull(words[1 + i], NULL, 16);
    pthread_t thread[4];
    for (uintptr_t i = 0; i < 4; i++)
        if (pthread_create(&thread[i], NULL, work, (void *)i) != 0) return 3;
    for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
    uint64_t blocks = 0, bad = 0, least = ~0ull;
    for (int i = 0; i < 4; i++) {
        blocks += done[i];
        bad += wrong[i];
        if (done[i] < least) least = done[i];
    }
    printf("wrong %llu blocks %llu idle %d\n", (unsigned long long)bad, (unsigned long long)blocks, least == 0);
    return 0;
}

// Sum and length of a file as the program sees it, or the error it got.
static int sum(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0) return printf("open: errno %d\n", errno), 1;
    uint8_t bytes[3000];
    uint64_t sum = 0, length = 0;
    for (;;) {
        ssize_t n = read(file, bytes, sizeof bytes);
        if (n < 0) return printf("read: errno %d after %llu\n", errno, (unsigned long long)length), 1;
        if (n == 0) break;
        for (ssize_t i = 0; i < n; i++) sum = sum * 31 + bytes[i];
        length += (uint64_t)n;
    }
    printf("%s: %llu bytes, sum %016llx\n", path, (unsigned long long)length, (unsigned long long)sum);
    return 0;
}

enum { PAGES = 32, MANY = 1024, WORDS = 4096 / 8 };

static uint64_t *fresh(size_t bytes) {
    uint64_t *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

// Tells where it keeps what it knows, and whether it is there afterwards.
static int hold(void) {
    uint64_t *at = fresh(PAGES * 4096);
    for (unsigned i = 0; i < PAGES * WORDS; i++) at[i] = i + 1;
    char line[32];
    int length = snprintf(line, sizeof line, "%llx\n", (unsigned long long)(uintptr_t)at);
    if (write(1, line, (size_t)length) != length) return 1;
    for (unsigned i = 0; i < PAGES * WORDS; i++)
        if (at[i] != i + 1) return (void)!write(1, "lost\n", 5), 1;
    return write(1, "held\n", 5) == 5 ? 0 : 1;
}

// Memory that was given back and is had again is of zeros, or is not to be had.
static int give(void) {
    uint64_t *at = fresh(MANY * 4096);
    for (int round = 0; round < 4; round++) {
        for (unsigned i = 0; i < MANY * WORDS; i++) {
            if (at[i]) return (void)!write(1, "wrong\n", 6), 1;
            at[i] = ~(uint64_t)i;
        }
        if (madvise(at, MANY * 4096, MADV_DONTNEED)) return printf("madvise: errno %d\n", errno), 1;
    }
    return write(1, "zeros\n", 6) == 6 ? 0 : 1;
}

// Everything a program does with a directory the host chooses the contents of: each line is what Linux could have said.
static int host_files(void) {
    char text[256];
    struct stat status;
    if (chdir("/host")) return printf("chdir: errno %d\n", errno), 1;
    DIR *list = opendir(".");
    unsigned names = 0;
    errno = 0;
    for (struct dirent *entry; list && (entry = readdir(list));) names += strchr(entry->d_name, '/') == NULL && entry->d_name[0];
    if (errno || !list) printf("list: errno %d\n", errno);
    else printf("list: %s\n", names >= 2 ? "names" : "none");
    if (stat("file", &status)) printf("stat: errno %d\n", errno);
    else printf("stat: %s\n", status.st_size >= 0 && status.st_blocks >= 0 ? "sizes" : "negative");
    int file = open("file", O_RDWR | O_CREAT, 0644);
    if (file < 0) printf("open: errno %d\n", errno);
    memset(text, '#', sizeof text);
    ssize_t n = file < 0 ? 0 : pread(file, text, 16, 0);
    if (n < 0) printf("read: errno %d\n", errno);
    else printf("read: %s\n", n <= 16 && text[16] == '#' ? "within" : "beyond");
    n = file < 0 ? 0 : write(file, "0123456789", 10);
    if (n < 0) printf("write: errno %d\n", errno);
    else printf("write: %s\n", n <= 10 ? "within" : "beyond");
    int led = open("link", O_RDONLY);
    if (led < 0) printf("link: errno %d\n", errno);
    else printf("link: %.5s\n", read(led, text, 5) == 5 ? text : "-----");
    for (int depth = 0; depth < 20 && chdir("dir") == 0; depth++) {}
    printf("deep: %s\n", getcwd(text, sizeof text) && strncmp(text, "/host", 5) == 0 ? "below" : strerror(errno));
    if (mkdir("/host/made", 0755)) printf("mkdir: errno %d\n", errno);
    if (rename("/host/made", "/host/moved")) printf("rename: errno %d\n", errno);
    if (rmdir("/host/moved")) printf("rmdir: errno %d\n", errno);
    if (execl("/host/worker", "worker", "reference", NULL)) printf("exec: errno %d\n", errno);
    if (file >= 0 && mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED) printf("map: errno %d\n", errno);
    return 0;
}

static void *cross(void *second) {
    int result = second ? rename("/host/b", "/host/a/b") : rename("/host/a", "/host/b/a");
    return (void *)(intptr_t)(result ? errno : 0);
}

// Two directories are put into each other at the same time: whatever the host says, one of them is not, and both have a path.
static int crossing(void) {
    if (mkdir("/host/a", 0755) || mkdir("/host/b", 0755)) return printf("mkdir: errno %d\n", errno), 1;
    int held[2] = {open("/host/a", O_RDONLY | O_DIRECTORY), open("/host/b", O_RDONLY | O_DIRECTORY)};
    pthread_t thread[2];
    void *errors[2];
    for (uintptr_t i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, cross, (void *)i) != 0) return 3;
    for (int i = 0; i < 2; i++) pthread_join(thread[i], &errors[i]);
    printf("renamed: %d\n", !errors[0] + !errors[1]);
    char text[256];
    for (int i = 0; i < 2; i++) {
        if (fchdir(held[i])) return printf("fchdir: errno %d\n", errno), 1;
        printf("path: %s\n", getcwd(text, sizeof text) ? "ends" : strerror(errno));
    }
    return 0;
}

int main(int count, char **words) {
    if (count < 2) return 2;
    if (strcmp(words[1], "hold") == 0) return hold();
    if (strcmp(words[1], "host-files") == 0) return host_files();
    if (strcmp(words[1], "crossing") == 0) return crossing();
    if (strcmp(words[1], "give") == 0) return give();
    if (strcmp(words[1], "reference") == 0) {
        for (unsigned i = 0; i < BLOCKS; i++) printf("%016llx\n", (unsigned long long)block(i));
        return 0;
    }
    if (strcmp(words[1], "threads") == 0 && count == 3 + BLOCKS) return threads(words + 2);
    if (strcmp(words[1], "sum") == 0 && count == 3) return sum(words[2]);
    if (strcmp(words[1], "compute") == 0) {
        uint64_t all = 0;
        for (unsigned i = 0; i < BLOCKS; i++) all = all * 31 + block(i);
        printf("%016llx\n", (unsigned long long)all);
        return 0;
    }
    if (strcmp(words[1], "echo") == 0) {
        char line[64];
        ssize_t n = read(0, line, sizeof line);
        if (n < 0) return printf("read: errno %d\n", errno), 1;
        return write(1, line, (size_t)n) == n ? 0 : 1;
    }
    return 2;
}
