// mkdir, rmdir, unlink and their *at forms.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    CHECK(mkdir("d", 0755) == 0 && stat("d", &s) == 0 && s.st_nlink == 2 && S_ISDIR(s.st_mode));
    CHECK_ERRNO(mkdir("d", 0755), EEXIST);
    CHECK_ERRNO(mkdir("d/", 0755), EEXIST);
    CHECK_ERRNO(mkdir(".", 0755), EEXIST);
    CHECK_ERRNO(mkdir("..", 0755), EEXIST);
    CHECK_ERRNO(mkdir("/", 0755), EEXIST);
    CHECK_ERRNO(mkdir("", 0755), ENOENT);
    CHECK_ERRNO(mkdir("none/d", 0755), ENOENT);
    CHECK(mkdir("d/e//", 0755) == 0 && stat("d", &s) == 0 && s.st_nlink == 3);
    CHECK(close(creat("f", 0644)) == 0);
    CHECK_ERRNO(mkdir("f", 0755), EEXIST);
    CHECK_ERRNO(mkdir("f/d", 0755), ENOTDIR);
    CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
    CHECK_ERRNO(rmdir("f"), ENOTDIR);
    CHECK_ERRNO(rmdir("none"), ENOENT);
    CHECK_ERRNO(rmdir("d/."), EINVAL);
    CHECK_ERRNO(rmdir("d/.."), ENOTEMPTY);
    CHECK_ERRNO(rmdir("/"), EBUSY);
    CHECK_ERRNO(rmdir(""), ENOENT);
    CHECK_ERRNO(unlink("d"), EISDIR);
    CHECK_ERRNO(unlink("d/"), EISDIR);
    CHECK_ERRNO(unlink("f/"), ENOTDIR);
    CHECK_ERRNO(unlink("none"), ENOENT);
    CHECK_ERRNO(unlink("/"), EISDIR);
    CHECK_ERRNO(unlink("."), EISDIR);
    CHECK_ERRNO(unlink(".."), EISDIR);
    int at = open("d", O_RDONLY | O_DIRECTORY);
    CHECK(at >= 0);
    CHECK(mkdirat(at, "g", 0700) == 0 && fstatat(at, "g", &s, 0) == 0 && (s.st_mode & 07777) == 0700);
    CHECK_ERRNO(unlinkat(at, "g", 0), EISDIR);
    CHECK_ERRNO(unlinkat(at, "g", 0x400), EINVAL);
    CHECK(unlinkat(at, "g", AT_REMOVEDIR) == 0);
    CHECK_ERRNO(unlinkat(at, "e/../../f", AT_REMOVEDIR), ENOTDIR);
    CHECK_ERRNO(mkdirat(at, "", 0700), ENOENT);
    int file = open("f", O_RDONLY);
    CHECK_ERRNO(mkdirat(file, "x", 0700), ENOTDIR);
    CHECK_ERRNO(mkdirat(99, "x", 0700), EBADF);
    CHECK_ERRNO(unlinkat(99, "x", 0), EBADF);
    // A removed directory is still there for who holds it, and takes nothing any more.
    CHECK(rmdir("d/e") == 0 && rmdir("d") == 0);
    CHECK(fstat(at, &s) == 0 && s.st_nlink == 0);
    CHECK_ERRNO(openat(at, "new", O_CREAT | O_WRONLY, 0644), ENOENT);
    CHECK_ERRNO(mkdirat(at, "new", 0755), ENOENT);
    CHECK_ERRNO(symlinkat("x", at, "new"), ENOENT);
    CHECK(fstatat(at, ".", &s, 0) == 0);
    return done();
}
