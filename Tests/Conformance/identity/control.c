// prctl, personality, arch_prctl and the names of things.
#include "../check.h"
#include <asm/prctl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

int main(void) {
    int value = -1;
    CHECK(prctl(PR_GET_DUMPABLE) == 1);
    CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
    CHECK(prctl(PR_GET_DUMPABLE) == 0);
    CHECK_ERRNO(prctl(PR_SET_DUMPABLE, 2), EINVAL);
    CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
    CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
    CHECK(prctl(PR_GET_PDEATHSIG, &value) == 0 && value == SIGUSR1);
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, 99), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_PDEATHSIG, (void *)8), EFAULT);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
    CHECK_ERRNO(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0), EINVAL);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    CHECK(prctl(PR_SET_TIMERSLACK, 70000) == 0);
    CHECK(prctl(PR_GET_TIMERSLACK) == 70000);
    CHECK(prctl(PR_SET_TIMERSLACK, 0) == 0);
    CHECK(prctl(PR_GET_TIMERSLACK) == 50000);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CHECK(prctl(PR_GET_CHILD_SUBREAPER, &value) == 0 && value == 1);
    CHECK(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1);
    CHECK_ERRNO(prctl(PR_SET_THP_DISABLE, 1, 1, 0, 0), EINVAL);
    CHECK(prctl(PR_GET_TIMING) == 0);
    CHECK_ERRNO(prctl(PR_SET_TIMING, 1), EINVAL);
    CHECK(prctl(PR_GET_TSC, &value) == 0 && value == PR_TSC_ENABLE);
    CHECK_ERRNO(prctl(PR_GET_ENDIAN, &value), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_FPEMU, &value), EINVAL);
    CHECK_ERRNO(prctl(12345), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NAME, (void *)8), EFAULT);
    char *tid_address = NULL;
    CHECK(prctl(PR_GET_TID_ADDRESS, &tid_address) == 0 && tid_address != NULL);

    CHECK(personality(0xffffffff) == 0);
    CHECK(personality(ADDR_NO_RANDOMIZE) == 0);
    CHECK(personality(0xffffffff) == ADDR_NO_RANDOMIZE);
    CHECK(personality(0) == ADDR_NO_RANDOMIZE);

    unsigned long base = 0;
    CHECK(syscall(SYS_arch_prctl, ARCH_GET_FS, &base) == 0 && base != 0);
    CHECK(syscall(SYS_arch_prctl, ARCH_SET_FS, base) == 0);
    CHECK_ERRNO(syscall(SYS_arch_prctl, ARCH_SET_FS, ~0ul), EPERM);
    CHECK_ERRNO(syscall(SYS_arch_prctl, 0x9999, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_arch_prctl, ARCH_GET_FS, 8), EFAULT);

    struct utsname name;
    CHECK(uname(&name) == 0);
    PRINT("%s %s", name.sysname, name.machine);
    CHECK_ERRNO(syscall(SYS_uname, 8), EFAULT);

    int second = dup(1);
    CHECK(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 1, second) == 0);
    CHECK(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0, 1) > 0);
    CHECK(syscall(SYS_kcmp, getpid(), getpid(), KCMP_VM, 0, 0) == 0);
    CHECK_ERRNO(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 1, 900), EBADF);
    CHECK_ERRNO(syscall(SYS_kcmp, getpid(), getpid(), 77, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_kcmp, getpid(), 4000000, KCMP_VM, 0, 0), ESRCH);
    return done();
}
