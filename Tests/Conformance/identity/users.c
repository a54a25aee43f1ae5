// User and group ids by the rules of POSIX and Linux: first as root, then without.
#include "../check.h"
#include <grp.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>

static void show_users(void) {
    uid_t real, effective, saved;
    CHECK(getresuid(&real, &effective, &saved) == 0);
    PRINT("users %u %u %u %u", real, effective, saved, (unsigned)setfsuid(-1));
}
static void show_groups(void) {
    gid_t real, effective, saved;
    CHECK(getresgid(&real, &effective, &saved) == 0);
    PRINT("groups %u %u %u %u", real, effective, saved, (unsigned)setfsgid(-1));
}

int main(void) {
    gid_t list[4] = {30, 10, 20};
    CHECK(setgroups(3, list) == 0);
    CHECK(getgroups(0, NULL) == 3);
    gid_t got[4] = {0};
    CHECK(getgroups(4, got) == 3);
    PRINT("%u %u %u", got[0], got[1], got[2]);
    CHECK_ERRNO(getgroups(2, got), EINVAL);
    CHECK_ERRNO(getgroups(-1, got), EINVAL);
    CHECK_ERRNO(setgroups(70000, list), EINVAL);
    CHECK_ERRNO(syscall(SYS_setgroups, 3, (void *)8), EFAULT);
    CHECK_ERRNO(syscall(SYS_getresuid, (void *)8, (void *)8, (void *)8), EFAULT);
    CHECK_ERRNO(syscall(SYS_setuid, -1), EINVAL);
    CHECK_ERRNO(syscall(SYS_setgid, -1), EINVAL);

    CHECK(setresgid(1, 2, 3) == 0);
    show_groups();
    CHECK(setregid(-1, 5) == 0);
    show_groups();
    CHECK(setregid(7, -1) == 0);
    show_groups();
    CHECK(setgid(1000) == 0);
    show_groups();
    CHECK(setfsgid(1001) == 1000);
    CHECK(setfsgid(1000) == 1001);

    CHECK(setresuid(0, 1000, 0) == 0);
    show_users();
    CHECK_ERRNO(setresuid(5, -1, -1), EPERM);
    CHECK_ERRNO(setgid(1), EPERM);
    CHECK_ERRNO(setgroups(0, NULL), EPERM);
    CHECK(setfsuid(5) == 1000);
    CHECK(setfsuid(-1) == 1000);
    // The saved id brings root back.
    CHECK(seteuid(0) == 0);
    show_users();
    CHECK(setreuid(1000, 1001) == 0);
    show_users();
    CHECK_ERRNO(setreuid(7, -1), EPERM);
    CHECK_ERRNO(setreuid(-1, 7), EPERM);
    CHECK(setreuid(-1, 1000) == 0);
    show_users();
    CHECK(setuid(1000) == 0);
    CHECK_ERRNO(setuid(0), EPERM);
    CHECK_ERRNO(setreuid(0, 0), EPERM);
    CHECK(setresuid(-1, -1, 1000) == 0);
    show_users();
    CHECK_ERRNO(setresuid(-1, 1001, -1), EPERM);
    CHECK(getuid() == 1000 && geteuid() == 1000 && getgid() == 1000 && getegid() == 1000);
    return done();
}
