// Code made at run time: run, rewritten, with a system call in it; both ways a compiler protects its pages.
#include "../check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
typedef long (*function)(long);

// mov $value, %eax; ret
static void returns(unsigned char *at, int value) {
    at[0] = 0xb8;
    memcpy(at + 1, &value, 4);
    at[5] = 0xc3;
}

// mov $number, %eax; syscall; ret
static void calls(unsigned char *at, int number) {
    at[0] = 0xb8;
    memcpy(at + 1, &number, 4);
    memcpy(at + 5, "\x0f\x05\xc3", 3);
}

int main(void) {
    unsigned char *code = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, PRIVATE, -1, 0);
    CHECK(code != MAP_FAILED);
    returns(code, 42);
    CHECK(((function)code)(0) == 42);
    returns(code, 43);
    CHECK(((function)code)(0) == 43);
    calls(code + 64, SYS_getppid);
    CHECK(((function)(code + 64))(0) == getppid());
    calls(code + PAGE - 6, SYS_getuid);
    CHECK(((function)(code + PAGE - 6))(0) == getuid());
    int wrong = 0;
    for (int i = 0; i < 2000; i++) {
        returns(code + 128, i);
        wrong += ((function)(code + 128))(0) != i;
    }
    CHECK(wrong == 0);
    // Written, then executable, and the other way around.
    unsigned char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, PRIVATE, -1, 0);
    for (int i = 0; i < 100; i++) {
        returns(page, i);
        calls(page + 64, SYS_getuid);
        wrong += mprotect(page, PAGE, PROT_READ | PROT_EXEC) != 0;
        wrong += ((function)page)(0) != i || ((function)(page + 64))(0) != getuid();
        wrong += mprotect(page, PAGE, PROT_READ | PROT_WRITE) != 0;
    }
    CHECK(wrong == 0);
    // Two views of the same code, one of which can be written.
    // A library's function, copied.
    memcpy(code + 512, (void *)returns, 64);
    ((void (*)(unsigned char *, int))(code + 512))(code + 1024, 7);
    CHECK(((function)(code + 1024))(0) == 7);
    // Patching a call in code that runs: five bytes within one cache line.
    unsigned char *caller = code + 2 * PAGE;
    int distance = (int)(code + 2 * PAGE + 64 - (caller + 5));
    caller[0] = 0xe8;
    memcpy(caller + 1, &distance, 4);
    caller[5] = 0xc3;
    returns(code + 2 * PAGE + 64, 1);
    returns(code + 2 * PAGE + 128, 2);
    CHECK(((function)caller)(0) == 1);
    distance += 64;
    memcpy(caller + 1, &distance, 4);
    CHECK(((function)caller)(0) == 2);
    CHECK(munmap(code, 4 * PAGE) == 0);
    return done();
}
