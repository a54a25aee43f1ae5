// O_TMPFILE, and giving such a file a name.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    char path[64];
    int f = open(".", O_TMPFILE | O_RDWR, 0640);
    CHECK(f >= 0 && write(f, "text", 4) == 4);
    CHECK(fstat(f, &s) == 0 && s.st_nlink == 0 && S_ISREG(s.st_mode) && (s.st_mode & 07777) == 0640);
    CHECK((fcntl(f, F_GETFL) & O_ACCMODE) == O_RDWR);
    snprintf(path, sizeof path, "/proc/self/fd/%d", f);
    CHECK(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW) == 0);
    CHECK(stat("named", &s) == 0 && s.st_nlink == 1 && s.st_size == 4);
    CHECK(linkat(f, "", AT_FDCWD, "second", AT_EMPTY_PATH) == 0 && stat("named", &s) == 0 && s.st_nlink == 2);
    CHECK_ERRNO(linkat(f, "", AT_FDCWD, "second", AT_EMPTY_PATH), EEXIST);
    int g = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);
    CHECK(g >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", g);
    CHECK_ERRNO(linkat(AT_FDCWD, path, AT_FDCWD, "never", AT_SYMLINK_FOLLOW), ENOENT);
    CHECK_ERRNO(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    CHECK_ERRNO(open("named", O_TMPFILE | O_RDWR, 0600), ENOTDIR);
    CHECK_ERRNO(open("none", O_TMPFILE | O_RDWR, 0600), ENOENT);
    CHECK_ERRNO(open("/proc", O_TMPFILE | O_RDWR, 0600), EOPNOTSUPP);
    return done();
}
