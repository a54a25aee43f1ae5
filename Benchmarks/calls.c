// Times single system calls and threads from within one process; the same binary runs natively and in an enclave.
// Prints one line a measurement: name, nanoseconds an operation (minimum of several rounds).
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static unsigned long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// Through libc, whose sites the builder finds and rewrites.
static void process_call(void) { getpid(); }
static void parent_call(void) { getppid(); }

// A site that no decoder finds beforehand: the instruction is made at run time.
static long (*made_call)(long number);
static void trapped_call(void) { made_call(SYS_getppid); }

static void make_call(void) {
    static const unsigned char code[] = {0x48, 0x89, 0xf8, 0x0f, 0x05, 0xc3};  // mov %rdi,%rax; syscall; ret
    void *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) fail("mmap");
    memcpy(page, code, sizeof code);
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) fail("mprotect");
    made_call = (long (*)(long))page;
}

static const char *small_file;
static void open_read_close(void) {
    char bytes[256];
    int descriptor = open(small_file, O_RDONLY);
    if (descriptor < 0 || read(descriptor, bytes, sizeof bytes) < 0) fail(small_file);
    close(descriptor);
}

static void status(void) {
    struct stat status;
    if (stat(small_file, &status) != 0) fail(small_file);
}

// This program itself: a file of the image that is longer.
static int program_descriptor;
static void read_there(void) {
    char bytes[4096];
    if (pread(program_descriptor, bytes, sizeof bytes, 0) != sizeof bytes) fail("pread");
}

static void clock_reading(void) { now(); }

static void handle(int number) { (void)number; }
static void signal_self(void) {
    if (raise(SIGUSR1) != 0) fail("raise");
}

static void map_touch_unmap(void) {
    enum { LENGTH = 65536 };
    char *memory = mmap(0, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail("mmap");
    for (int at = 0; at < LENGTH; at += 4096) *(volatile char *)(memory + at) = 1;
    munmap(memory, LENGTH);
}

static int ends[2];
static void pipe_byte(void) {
    char byte = 1;
    if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1) fail("pipe");
}

// The one call here that the host serves: standard error is /dev/null while this runs.
static void host_call(void) {
    if (write(2, "", 1) != 1) fail("write");
}

static void *nothing(void *argument) { return argument; }
static void thread_join(void) {
    pthread_t thread;
    if (pthread_create(&thread, 0, nothing, 0) != 0 || pthread_join(thread, 0) != 0) fail("pthread_create");
}

static void measure(const char *name, void (*operation)(void), int count) {
    unsigned long long best = ~0ull, first = now();
    for (int i = 0; i < count / 100; i++) operation();
    // Where a call costs microseconds, fewer of them say as much.
    if (now() - first > 3000000) count = count / 100 + 1;
    for (int round = 0; round < 7; round++) {
        unsigned long long begin = now();
        for (int i = 0; i < count; i++) operation();
        unsigned long long spent = now() - begin;
        if (spent < best) best = spent;
    }
    printf("%s %.1f\n", name, (double)best / count);
    fflush(stdout);
}

// Reads the whole file once; the first reading of a verified file hashes every chunk.
static void read_file(const char *name, const char *path) {
    static char buffer[1 << 20];
    int descriptor = open(path, O_RDONLY);
    if (descriptor < 0) fail(path);
    unsigned long long begin = now();
    unsigned long long total = 0;
    for (ssize_t count; (count = read(descriptor, buffer, sizeof buffer)) != 0; total += count) {
        if (count < 0) fail(path);
    }
    unsigned long long spent = now() - begin;
    printf("%s %.1f\n", name, total * 1000.0 / spent);
    close(descriptor);
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) {
        fprintf(stderr, "usage: calls SMALL-FILE [BIG-FILE]\n");
        return 2;
    }
    small_file = arguments[1];
    if (pipe(ends) != 0) fail("pipe");
    if ((program_descriptor = open(arguments[0], O_RDONLY)) < 0) fail(arguments[0]);
    signal(SIGUSR1, handle);
    make_call();
    measure("getpid", process_call, 200000);
    measure("getppid", parent_call, 200000);
    measure("trapped", trapped_call, 10000);
    measure("host", host_call, 20000);
    measure("open", open_read_close, 20000);
    measure("stat", status, 20000);
    measure("pread", read_there, 20000);
    measure("clock", clock_reading, 200000);
    measure("signal", signal_self, 10000);
    measure("map", map_touch_unmap, 2000);
    measure("pipe", pipe_byte, 50000);
    measure("thread", thread_join, 1000);
    if (count == 3) read_file("read", arguments[2]);
    return 0;
}
