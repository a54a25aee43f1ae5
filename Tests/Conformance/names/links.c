// Hard links: counts, identities, and what may not be linked.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

static struct stat of(const char *path) {
    struct stat s = {0};
    CHECK(lstat(path, &s) == 0);
    return s;
}

int main(void) {
    int f = open("one", O_CREAT | O_RDWR, 0644);
    CHECK(f >= 0 && write(f, "text", 4) == 4);
    CHECK(link("one", "two") == 0);
    struct stat a = of("one"), b = of("two");
    CHECK(a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_nlink == 2);
    CHECK_ERRNO(link("one", "two"), EEXIST);
    CHECK_ERRNO(link("none", "three"), ENOENT);
    CHECK_ERRNO(link("one", "none/three"), ENOENT);
    CHECK_ERRNO(link("one", "two/three"), ENOTDIR);
    CHECK_ERRNO(link("one", "three/"), ENOENT);
    CHECK_ERRNO(link("", "three"), ENOENT);
    CHECK_ERRNO(link("one", ""), ENOENT);
    CHECK(mkdir("directory", 0755) == 0);
    CHECK_ERRNO(link("directory", "three"), EPERM);
    CHECK(unlink("one") == 0);
    CHECK(of("two").st_nlink == 1);
    struct stat s;
    CHECK(fstat(f, &s) == 0 && s.st_nlink == 1);
    CHECK(unlink("two") == 0);
    CHECK(fstat(f, &s) == 0 && s.st_nlink == 0 && s.st_size == 4);
    char text[5] = "";
    CHECK(pread(f, text, 4, 0) == 4 && strcmp(text, "text") == 0);
    // A file without a name does not get one again.
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", f);
    CHECK_ERRNO(linkat(AT_FDCWD, path, AT_FDCWD, "again", AT_SYMLINK_FOLLOW), ENOENT);
    close(f);
    // The link itself is linked, unless it is to be followed.
    CHECK(symlink("target", "symbolic") == 0);
    CHECK(link("symbolic", "hard") == 0);
    CHECK(S_ISLNK(of("hard").st_mode) && of("hard").st_nlink == 2);
    CHECK_ERRNO(linkat(AT_FDCWD, "symbolic", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW), ENOENT);
    CHECK(close(creat("target", 0600)) == 0);
    CHECK(linkat(AT_FDCWD, "symbolic", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW) == 0);
    CHECK(of("followed").st_ino == of("target").st_ino);
    CHECK_ERRNO(linkat(AT_FDCWD, "target", AT_FDCWD, "x", 0x8000), EINVAL);
    CHECK_ERRNO(linkat(99, "target", AT_FDCWD, "x", 0), EBADF);
    return done();
}
