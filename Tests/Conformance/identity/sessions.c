// Process groups and sessions, as far as one process can try them.
#include "../check.h"
#include <sys/syscall.h>

int main(void) {
    CHECK(getpgid(0) == getpgrp());
    CHECK(getpgid(getpid()) == getpgrp());
    CHECK(getsid(0) == getsid(getpid()));
    CHECK_ERRNO(getpgid(4000000), ESRCH);
    CHECK_ERRNO(getsid(4000000), ESRCH);
    CHECK_ERRNO(getpgid(-1), ESRCH);
    CHECK_ERRNO(getsid(-1), ESRCH);
    CHECK_ERRNO(setpgid(0, -1), EINVAL);
    CHECK_ERRNO(setpgid(4000000, 0), ESRCH);
    CHECK_ERRNO(setpgid(0, 4000000), EPERM);
    CHECK_ERRNO(setpgid(-1, 0), EINVAL);
    return done();
}
