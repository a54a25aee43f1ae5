#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "CLinuxProbes.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF 0
#define PR_SYS_DISPATCH_ON 1
#endif
enum { DISPATCH_INCLUSIVE = 2 };

int cl_syscall_dispatch_forms(void) {
    // Without a selector byte the rule holds at once: everything may call in the first form, and nobody is named but a page in the second.
    static const uint64_t end_of_user_space = 0x7ffffffff000;
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0UL, end_of_user_space, 0UL) != 0) return 0;
    prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0UL, 0UL, 0UL);
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_INCLUSIVE, 0UL, 4096UL, 0UL) != 0) return 1;
    prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0UL, 0UL, 0UL);
    return 2;
}
