// Extended attributes by path, by link and by descriptor.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

int main(void) {
    char b[256], name[300];
    int f = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(symlink("f", "l") == 0 && mkdir("d", 0755) == 0);
    CHECK(setxattr("f", "user.one", "value", 5, 0) == 0);
    CHECK(getxattr("f", "user.one", NULL, 0) == 5 && getxattr("f", "user.one", b, 256) == 5 && !memcmp(b, "value", 5));
    CHECK_ERRNO(getxattr("f", "user.one", b, 4), ERANGE);
    CHECK_ERRNO(getxattr("f", "user.none", b, 256), ENODATA);
    CHECK_ERRNO(setxattr("f", "user.one", "x", 1, XATTR_CREATE), EEXIST);
    CHECK_ERRNO(setxattr("f", "user.two", "x", 1, XATTR_REPLACE), ENODATA);
    CHECK(setxattr("f", "user.one", "longer value", 12, XATTR_REPLACE) == 0 && fgetxattr(f, "user.one", b, 256) == 12);
    CHECK(fsetxattr(f, "user.empty", "", 0, XATTR_CREATE) == 0 && getxattr("l", "user.empty", b, 256) == 0);
    CHECK(listxattr("f", NULL, 0) == 20);
    CHECK_ERRNO(listxattr("f", b, 3), ERANGE);
    CHECK(flistxattr(f, b, 256) == 20 && (!memcmp(b, "user.one\0user.empty", 20) || !memcmp(b, "user.empty\0user.one", 20)));
    CHECK(removexattr("f", "user.one") == 0);
    CHECK_ERRNO(fremovexattr(f, "user.one"), ENODATA);
    CHECK(listxattr("f", b, 256) == 11);
    CHECK(setxattr("d", "user.on-directory", "x", 1, 0) == 0);
    CHECK_ERRNO(lsetxattr("l", "user.x", "x", 1, 0), EPERM);
    CHECK(llistxattr("l", b, 256) == 0);
    CHECK(mkfifo("fifo", 0600) == 0);
    CHECK_ERRNO(setxattr("fifo", "user.x", "x", 1, 0), EPERM);
    CHECK(setxattr("f", "trusted.x", "t", 1, 0) == 0 && getxattr("f", "trusted.x", b, 256) == 1);
    CHECK_ERRNO(setxattr("f", "unknown.x", "t", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(setxattr("f", "plain", "t", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(setxattr("f", "", "t", 1, 0), ERANGE);
    CHECK_ERRNO(setxattr("f", "user.x", "t", 1, 4), EINVAL);
    CHECK_ERRNO(setxattr("none", "user.x", "t", 1, 0), ENOENT);
    CHECK_ERRNO(fsetxattr(99, "user.x", "t", 1, 0), EBADF);
    CHECK_ERRNO(setxattr("f", "user.x", b, 65537, 0), E2BIG);
    memset(name, 'n', sizeof name);
    memcpy(name, "user.", 5);
    name[255] = 0;
    CHECK(setxattr("f", name, "t", 1, 0) == 0);
    name[255] = 'n';
    name[256] = 0;
    CHECK_ERRNO(setxattr("f", name, "t", 1, 0), ERANGE);
    CHECK_ERRNO(setxattr("f", "user.", "t", 1, 0), EINVAL);
    int only = open("f", O_PATH);
    CHECK_ERRNO(fgetxattr(only, "user.empty", b, 256), EBADF);
    // Somebody else.
    CHECK(chmod("f", 0444) == 0 && chmod(".", 0755) == 0 && setresuid(1000, 1000, 1000) == 0);
    CHECK(getxattr("f", "user.empty", b, 256) == 0);
    CHECK_ERRNO(setxattr("f", "user.x", "t", 1, 0), EACCES);
    CHECK_ERRNO(setxattr("f", "trusted.y", "t", 1, 0), EPERM);
    CHECK_ERRNO(getxattr("f", "trusted.x", b, 256), ENODATA);
    return done();
}
