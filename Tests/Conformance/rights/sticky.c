// Sticky directories, and the protections of what lies in them.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    CHECK(chmod(".", 0755) == 0 && mkdir("t", 01777) == 0 && chmod("t", 01777) == 0);
    CHECK(close(creat("t/root", 0666)) == 0 && chmod("t/root", 0666) == 0);
    CHECK(mkdir("t/directory", 0777) == 0 && chmod("t/directory", 0777) == 0);
    CHECK(close(creat("t/theirs", 0666)) == 0 && chown("t/theirs", 1001, 1001) == 0);
    CHECK(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0);
    CHECK_ERRNO(unlink("t/root"), EPERM);
    CHECK_ERRNO(rename("t/root", "t/other"), EPERM);
    CHECK_ERRNO(rmdir("t/directory"), EPERM);
    CHECK(close(creat("t/mine", 0600)) == 0);
    CHECK_ERRNO(rename("t/mine", "t/theirs"), EPERM);
    CHECK(rename("t/mine", "t/renamed") == 0 && unlink("t/renamed") == 0);
    CHECK(open("t/root", O_RDWR) >= 0);
    CHECK(mkdir("t/own", 0700) == 0 && rmdir("t/own") == 0);
    return done();
}
