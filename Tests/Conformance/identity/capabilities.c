// capget, capset, bounding and ambient sets, secure bits, and what becomes of them when root becomes somebody else.
#include "../check.h"
#include <stdint.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static struct __user_cap_header_struct header;
static struct __user_cap_data_struct data[2];

static long get(uint32_t version, int pid) {
    header.version = version;
    header.pid = pid;
    return syscall(SYS_capget, &header, data);
}
static long set(int pid) {
    header.version = _LINUX_CAPABILITY_VERSION_3;
    header.pid = pid;
    return syscall(SYS_capset, &header, data);
}
static int has(int capability, uint32_t word) { return word >> capability & 1; }

int main(void) {
    CHECK(get(_LINUX_CAPABILITY_VERSION_3, 0) == 0);
    CHECK(has(CAP_SETUID, data[0].effective) && has(CAP_CHOWN, data[0].permitted));
    CHECK(data[0].inheritable == 0);
    CHECK(get(_LINUX_CAPABILITY_VERSION_1, 0) == 0);
    CHECK(get(_LINUX_CAPABILITY_VERSION_2, getpid()) == 0);
    CHECK_ERRNO(get(1234, 0), EINVAL);
    CHECK(header.version == _LINUX_CAPABILITY_VERSION_3);
    header.version = 77;
    CHECK(syscall(SYS_capget, &header, NULL) == 0);
    CHECK(header.version == _LINUX_CAPABILITY_VERSION_3);
    CHECK_ERRNO(get(_LINUX_CAPABILITY_VERSION_3, -1), EINVAL);
    CHECK_ERRNO(get(_LINUX_CAPABILITY_VERSION_3, 4000000), ESRCH);
    CHECK_ERRNO(syscall(SYS_capget, (void *)8, data), EFAULT);

    CHECK(prctl(PR_CAPBSET_READ, CAP_KILL) == 1);
    CHECK_ERRNO(prctl(PR_CAPBSET_READ, 100), EINVAL);
    CHECK(prctl(PR_CAPBSET_DROP, CAP_MKNOD) == 0);
    CHECK(prctl(PR_CAPBSET_READ, CAP_MKNOD) == 0);
    CHECK_ERRNO(prctl(PR_CAPBSET_DROP, 100), EINVAL);

    CHECK(get(_LINUX_CAPABILITY_VERSION_3, 0) == 0);
    data[0].inheritable = 1u << CAP_CHOWN;
    CHECK(set(0) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0) == 1);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0), EPERM);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_CHOWN, 0, 0) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 99, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, 9, 0, 0, 0), EINVAL);
    CHECK_ERRNO(set(4000000), EPERM);

    // More effective than permitted, or more permitted than before, is refused.
    get(_LINUX_CAPABILITY_VERSION_3, 0);
    data[0].permitted &= ~(1u << CAP_KILL);
    CHECK_ERRNO(set(0), EPERM);
    data[0].effective &= ~(1u << CAP_KILL);
    CHECK(set(0) == 0);
    data[0].permitted |= 1u << CAP_KILL;
    CHECK_ERRNO(set(0), EPERM);

    CHECK(prctl(PR_GET_SECUREBITS) == 0);
    CHECK(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED) == 0);
    CHECK_ERRNO(prctl(PR_SET_SECUREBITS, 0), EPERM);
    CHECK_ERRNO(prctl(PR_SET_SECUREBITS, 1 << 12), EPERM);
    CHECK(prctl(PR_GET_KEEPCAPS) == 0);
    CHECK_ERRNO(prctl(PR_SET_KEEPCAPS, 2), EINVAL);
    CHECK(prctl(PR_SET_KEEPCAPS, 1) == 0);
    CHECK(prctl(PR_GET_KEEPCAPS) == 1);
    // Kept, but only as permitted.
    CHECK(setuid(1000) == 0);
    CHECK(get(_LINUX_CAPABILITY_VERSION_3, 0) == 0);
    CHECK(data[0].effective == 0 && has(CAP_SETUID, data[0].permitted));
    data[0].effective = 1u << CAP_SETUID;
    CHECK(set(0) == 0);
    CHECK(setuid(1001) == 0);
    CHECK_ERRNO(prctl(PR_CAPBSET_DROP, CAP_KILL), EPERM);
    data[0].effective = data[0].permitted = data[0].inheritable = 0;
    data[1].effective = data[1].permitted = data[1].inheritable = 0;
    CHECK(set(0) == 0);
    CHECK_ERRNO(setuid(0), EPERM);
    return done();
}
