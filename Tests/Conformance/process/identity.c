// Who the process is: numbers agree with each other, and root becomes another user for good.
#include "../check.h"
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>

int main(void) {
    CHECK(getuid() == 0 && geteuid() == 0 && getgid() == 0 && getegid() == 0);
    CHECK(getpid() > 0 && syscall(SYS_gettid) == getpid());
    CHECK(getpgrp() == getpgid(0));
    CHECK(getsid(0) == getsid(getpid()));
    CHECK_ERRNO(getpgid(999999), ESRCH);
    CHECK_ERRNO(getsid(999999), ESRCH);
    struct passwd *user = getpwnam("nobody");
    CHECK(user && user->pw_uid == 65534);
    gid_t groups[] = {5, 7};
    CHECK(setgroups(2, groups) == 0);
    gid_t found[4];
    CHECK(getgroups(4, found) == 2 && found[0] == 5 && found[1] == 7);
    CHECK_ERRNO(getgroups(1, found), EINVAL);
    CHECK(getgroups(0, NULL) == 2);
    uid_t real, effective, saved;
    CHECK(setresuid(-1, 1000, -1) == 0 && getresuid(&real, &effective, &saved) == 0);
    CHECK(real == 0 && effective == 1000 && saved == 0);
    CHECK_ERRNO(setgroups(0, NULL), EPERM);
    CHECK_ERRNO(setuid(2000), EPERM);
    CHECK(seteuid(0) == 0 && geteuid() == 0);
    CHECK(setfsuid(-1) == 0);
    CHECK(setregid(3, 4) == 0 && getgid() == 3 && getegid() == 4);
    CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    CHECK(getresuid(&real, &effective, &saved) == 0 && real == 65534 && effective == 65534 && saved == 65534);
    CHECK_ERRNO(setuid(0), EPERM);
    CHECK_ERRNO(seteuid(0), EPERM);
    CHECK_ERRNO(setgid(0), EPERM);
    CHECK(setuid(65534) == 0);
    return done();
}
