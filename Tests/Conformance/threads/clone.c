// clone and clone3 of threads by hand, and the combinations that are refused. Flags that would make a process are left out.
#include "../check.h"
#include <stdint.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static const unsigned long thread_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
static _Atomic int parent_word, child_word, ran, number;

static int body(void *argument) {
    number = (int)syscall(SYS_gettid);
    ran = *(int *)argument;
    return 0;
}

static long clone3(struct clone_args *arguments, size_t size) { return syscall(SYS_clone3, arguments, size); }

static void refuse(const char *what, unsigned long flags, int expected) {
    struct clone_args arguments = {.flags = flags};
    PRINT("%s", what);
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), expected);
}

int main(void) {
    size_t size = 256 << 10;
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    int value = 42;
    child_word = 1;
    int id = clone(body, stack + size, (int)(thread_flags | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID), &value, &parent_word,
                   NULL, &child_word);
    CHECK(id > 0);
    while (child_word) sched_yield();
    CHECK(ran == 42);
    CHECK(number == id);
    CHECK(parent_word == id);
    CHECK(id != getpid());

    refuse("thread without handlers", CLONE_THREAD, EINVAL);
    refuse("thread without memory", CLONE_THREAD | CLONE_SIGHAND, EINVAL);
    refuse("handlers without memory", CLONE_SIGHAND, EINVAL);
    refuse("handlers cleared and shared", CLONE_SIGHAND | CLONE_VM | CLONE_CLEAR_SIGHAND, EINVAL);
    refuse("file system and namespace", CLONE_FS | CLONE_NEWNS, EINVAL);
    refuse("file system and users", CLONE_FS | CLONE_NEWUSER, EINVAL);
    refuse("thread in a new user namespace", thread_flags | CLONE_NEWUSER, EINVAL);
    refuse("detached", thread_flags | CLONE_DETACHED, EINVAL);
    refuse("signal in the flags", thread_flags | 17, EINVAL);
    refuse("unknown flag", thread_flags | 1ul << 40, EINVAL);

    struct clone_args arguments = {.flags = thread_flags, .exit_signal = 17};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .exit_signal = 65};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .stack = (uintptr_t)stack};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .stack_size = size};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .stack = ~0xfffful, .stack_size = size};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .set_tid_size = 1};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    arguments = (struct clone_args){.flags = thread_flags, .set_tid_size = 40, .set_tid = (uintptr_t)&value};
    CHECK_ERRNO(clone3(&arguments, sizeof arguments), EINVAL);
    CHECK_ERRNO(clone3(&arguments, 32), EINVAL);
    CHECK_ERRNO(clone3(&arguments, 8192), E2BIG);
    CHECK_ERRNO(clone3((void *)8, sizeof arguments), EFAULT);
    // Fields a later kernel may know are refused when they say something.
    struct {
        struct clone_args known;
        uint64_t later;
    } longer = {.known = {.flags = thread_flags}, .later = 1};
    CHECK_ERRNO(clone3(&longer.known, sizeof longer), E2BIG);
    CHECK_ERRNO(syscall(SYS_clone, CLONE_THREAD, 0, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_clone, CLONE_SIGHAND, 0, NULL, NULL, 0), EINVAL);
    return done();
}
