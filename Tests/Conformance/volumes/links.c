// Hard and symbolic links: counts, targets of any length, and files that live as long as their last name.
#include "../check.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

int main(void) {
    struct stat one, two;
    char buffer[PATH_MAX], target[4001];
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, "text", 4) == 4);
    CHECK(link("a", "b") == 0 && link("b", "c") == 0);
    CHECK(stat("a", &one) == 0 && stat("c", &two) == 0 && one.st_ino == two.st_ino && one.st_nlink == 3);
    CHECK(unlink("a") == 0 && unlink("b") == 0);
    CHECK(stat("c", &two) == 0 && two.st_nlink == 1 && two.st_size == 4);
    CHECK_ERRNO(link("missing", "d"), ENOENT);
    CHECK_ERRNO(link("c", "c"), EEXIST);
    CHECK(mkdir("dir", 0700) == 0);
    CHECK_ERRNO(link("dir", "other"), EPERM);
    CHECK(stat("dir", &one) == 0 && S_ISDIR(one.st_mode));
    CHECK(symlink("c", "s") == 0);
    CHECK(readlink("s", buffer, sizeof buffer) == 1 && buffer[0] == 'c');
    CHECK(lstat("s", &one) == 0 && S_ISLNK(one.st_mode) && one.st_size == 1);
    CHECK(stat("s", &one) == 0 && one.st_ino == two.st_ino);
    CHECK(link("s", "t") == 0 && lstat("t", &one) == 0 && S_ISLNK(one.st_mode) && one.st_nlink == 2);
    memset(target, 'x', 4000);
    target[4000] = 0;
    CHECK(symlink(target, "long") == 0 && readlink("long", buffer, sizeof buffer) == 4000 && buffer[3999] == 'x');
    CHECK(readlink("long", buffer, 10) == 10);
    CHECK_ERRNO(symlink("x", "s"), EEXIST);
    CHECK_ERRNO(symlink("", "empty"), ENOENT);
    CHECK_ERRNO(readlink("c", buffer, 10), EINVAL);
    CHECK(symlink("loop", "loop") == 0);
    CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
    CHECK_ERRNO(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
    unlink("c"), unlink("s"), unlink("t"), unlink("long"), unlink("loop"), rmdir("dir");
    close(fd);
    return done();
}
