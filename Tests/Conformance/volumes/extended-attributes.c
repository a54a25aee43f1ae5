// Extended attributes are set, replaced, listed and removed.
#include "../check.h"
#include <fcntl.h>
#include <sys/xattr.h>

int main(void) {
    char buffer[256];
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(setxattr("a", "trusted.one", "first", 5, 0) == 0);
    CHECK(getxattr("a", "trusted.one", buffer, sizeof buffer) == 5 && memcmp(buffer, "first", 5) == 0);
    CHECK(getxattr("a", "trusted.one", NULL, 0) == 5);
    CHECK_ERRNO(getxattr("a", "trusted.one", buffer, 3), ERANGE);
    CHECK_ERRNO(getxattr("a", "trusted.two", buffer, sizeof buffer), ENODATA);
    CHECK_ERRNO(setxattr("a", "trusted.one", "x", 1, XATTR_CREATE), EEXIST);
    CHECK_ERRNO(setxattr("a", "trusted.two", "x", 1, XATTR_REPLACE), ENODATA);
    CHECK(fsetxattr(fd, "trusted.one", "second value", 12, XATTR_REPLACE) == 0);
    CHECK(fgetxattr(fd, "trusted.one", buffer, sizeof buffer) == 12 && memcmp(buffer, "second value", 12) == 0);
    CHECK(listxattr("a", buffer, sizeof buffer) == 12 && strcmp(buffer, "trusted.one") == 0);
    CHECK(removexattr("a", "trusted.one") == 0);
    CHECK_ERRNO(removexattr("a", "trusted.one"), ENODATA);
    CHECK(listxattr("a", buffer, sizeof buffer) == 0);
    CHECK_ERRNO(setxattr("a", "nonsense", "x", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(setxattr("missing", "trusted.one", "x", 1, 0), ENOENT);
    close(fd), unlink("a");
    return done();
}
