// A process forks while it has an enclave: EPC pages are shared, so the child enters the very same one.
#define _GNU_SOURCE
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "foreign.h"

extern char **environ;

static struct enclave enclave;

static uint64_t count(unsigned thread, uint64_t more) {
    struct operation op = {.kind = COUNT, .a = more};
    return enclave_ask(&enclave, thread, &op);
}

// 0 when the child found what it should.
static int child(void) {
    if (count(1, 10) != 1001) return 2;
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = UNDEFINED}, skip = {.kind = SKIP, .b = 2};
    uint64_t tcs = enclave_tcs(&enclave, 1);
    if (enclave_enter(&run, tcs, EENTER, &op) != 0 || run.exception_vector != 6) return 3;
    if (enclave_enter(&run, tcs, EENTER, &skip) != 0 || run.function != EEXIT) return 4;
    if (enclave_enter(&run, tcs, ERESUME, &op) != 0 || op.result != 0x600d) return 5;
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(count(2, 100) == 1011 ? 0 : 6);
    int status;
    waitpid(grandchild, &status, 0);
    return status == 0 ? 0 : 7;
}

static int end_of(pid_t pid) {
    int status = -1;
    waitpid(pid, &status, 0);
    return status;
}

static void makes_its_own(void) {
    pid_t pid = fork();
    if (pid == 0) {
        struct enclave own;
        struct recipe recipe = {0};
        if (enclave_make(&own, &recipe) != 0) _exit(2);
        struct operation op = {.kind = COUNT, .a = 1};
        if (enclave_ask(&own, 0, &op) != 1000) _exit(3);
        enclave_end(&own);
        _exit(0);
    }
    equal((uint64_t)end_of(pid), 0, "a child makes an enclave of its own");
}

int main(void) {
    struct recipe recipe = {.threads = 3};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    equal(count(0, 1), 1000, "the parent enters");
    pid_t pid = fork();
    if (pid == 0) _exit(child());
    equal((uint64_t)end_of(pid), 0, "the child and its child enter the enclave they share (wait status)");
    equal(count(0, 0), 1111, "the parent sees what they wrote");
    pid = fork();
    if (pid == 0) {
        enclave_end(&enclave);
        _exit(0);
    }
    equal((uint64_t)end_of(pid), 0, "a child gives its enclave up");
    equal(count(0, 1), 1111, "which is nothing to the parent");
    makes_its_own();
    char *words[] = {"true", NULL};
    require(posix_spawnp(&pid, "true", NULL, NULL, words, environ) == 0, "a program is spawned");
    equal((uint64_t)end_of(pid), 0, "and ends well");
    pid = vfork();
    if (pid == 0) {
        execlp("true", "true", NULL);
        _exit(9);
    }
    equal((uint64_t)end_of(pid), 0, "so does one after vfork");
    equal(count(0, 0), 1112, "the enclave goes on");
    enclave_end(&enclave);
    return checked();
}
