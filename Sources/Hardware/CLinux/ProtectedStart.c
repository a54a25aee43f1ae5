// The entry point of `rune`: nothing is relocated or initialised yet, so there is no C library here, no errno and no data that holds an address.
#define _GNU_SOURCE
#include "CLinuxStart.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define START_TEXT __attribute__((section(".text.cl_protected_start"), no_stack_protector))

static const char executable[] = "/proc/self/exe";

START_TEXT static inline long call(long number, long a, long b, long c, long d, long e) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
    return number;
}

START_TEXT static int equal(const char *left, const char *right) {
    while (*left && *left == *right) left++, right++;
    return *left == *right;
}

/// Any argument may be the command: what stands before it is not parsed here, and an exec too many does no harm.
START_TEXT static int makes_a_process(long count, char *const *arguments) {
    for (long index = 1; index < count; index++) {
        const char *word = arguments[index];
        if (equal(word, "create") || equal(word, "run") || equal(word, "exec")) return 1;
    }
    return 0;
}

START_TEXT static int is_on_readonly_mount(void) {
    struct statfs information;
    return call(SYS_statfs, (long)executable, (long)&information, 0, 0, 0) < 0 || (information.f_flags & 1 /* ST_RDONLY */);
}

/// `stack` as the kernel leaves it: the count, the arguments, null, the environment, null.
START_TEXT __attribute__((used)) void cl_protect_start(const long *stack) {
    long count = stack[0];
    char *const *arguments = (char *const *)(stack + 1);
    if (!makes_a_process(count, arguments) || is_on_readonly_mount()) return;
    long tree = call(SYS_open_tree, AT_FDCWD, (long)executable, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0);
    if (tree < 0) return;
    struct mount_attr attributes;
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    attributes.attr_clr = attributes.propagation = attributes.userns_fd = 0;
    if (call(SYS_mount_setattr, tree, (long)"", AT_EMPTY_PATH, (long)&attributes, sizeof attributes) == 0)
        call(SYS_execveat, tree, (long)"", (long)arguments, (long)(arguments + count + 1), AT_EMPTY_PATH);
    call(SYS_close, tree, 0, 0, 0, 0);
}

// Keeps rdx, which `_start` registers as a function to run at exit. Weak: a library that has this in it has no `_start`.
__asm__(".section .text.cl_protected_start,\"ax\",@progbits\n"
        ".weak _start\n"
        ".globl cl_protected_start\n"
        ".type cl_protected_start, @function\n"
        "cl_protected_start:\n"
        "    mov %rsp, %rdi\n"
        "    push %rdx\n"
        "    sub $8, %rsp\n"
        "    call cl_protect_start\n"
        "    add $8, %rsp\n"
        "    pop %rdx\n"
        "    jmp _start\n"
        ".size cl_protected_start, . - cl_protected_start\n"
        ".text\n");
