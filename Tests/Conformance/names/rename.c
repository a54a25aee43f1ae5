// rename and renameat2: what replaces what, and every refusal.
#include "../check.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int rename2(const char *a, const char *b, unsigned flags) {
    return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, flags);
}
static ino_t number(const char *path) {
    struct stat s;
    return lstat(path, &s) == 0 ? s.st_ino : 0;
}
static void put(const char *path) { close(creat(path, 0644)); }

int main(void) {
    put("a");
    ino_t a = number("a");
    CHECK(rename("a", "b") == 0 && number("b") == a && number("a") == 0);
    put("a");
    CHECK(rename("a", "b") == 0 && number("b") != a && number("b") != 0);
    CHECK_ERRNO(rename("none", "b"), ENOENT);
    CHECK_ERRNO(rename("b", "none/c"), ENOENT);
    CHECK_ERRNO(rename("b", "b/c"), ENOTDIR);
    CHECK(rename("b", "b") == 0);
    CHECK(link("b", "same") == 0 && rename("b", "same") == 0 && number("b") == number("same"));
    CHECK(mkdir("d", 0755) == 0 && mkdir("d/e", 0755) == 0);
    CHECK_ERRNO(rename("d", "d/e/f"), EINVAL);
    CHECK_ERRNO(rename("d/e", "d"), ENOTEMPTY);
    CHECK_ERRNO(rename("b", "d"), EISDIR);
    CHECK_ERRNO(rename("d", "b"), ENOTDIR);
    CHECK(mkdir("full", 0755) == 0);
    put("full/x");
    CHECK_ERRNO(rename("d", "full"), ENOTEMPTY);
    CHECK(mkdir("empty", 0755) == 0 && rename("full", "empty") == 0 && number("empty/x") != 0);
    CHECK_ERRNO(rename("d/.", "x"), EBUSY);
    CHECK_ERRNO(rename("d/..", "x"), EBUSY);
    CHECK_ERRNO(rename("b", "d/.."), EBUSY);
    CHECK_ERRNO(rename("b/", "c"), ENOTDIR);
    CHECK_ERRNO(rename("b", "c/"), ENOTDIR);
    CHECK(rename("d/", "c/") == 0 && number("c/e") != 0);
    CHECK_ERRNO(rename("", "c"), ENOENT);
    CHECK_ERRNO(rename("b", ""), ENOENT);
    char longest[300];
    memset(longest, 'n', 299);
    longest[299] = 0;
    CHECK_ERRNO(rename("b", longest), ENAMETOOLONG);
    // A directory takes its contents along; its ".." is the new parent.
    struct stat s, t;
    CHECK(rename("empty", "c/e/in") == 0 && stat("c/e/in/..", &s) == 0 && stat("c/e", &t) == 0 && s.st_ino == t.st_ino);
    CHECK(stat("c/e", &s) == 0 && s.st_nlink == 3);
    // Flags.
    put("p");
    put("q");
    ino_t p = number("p"), q = number("q");
    CHECK_ERRNO(rename2("p", "q", 1), EEXIST);
    CHECK(rename2("p", "r", 1) == 0 && number("r") == p);
    CHECK(rename2("r", "q", 2) == 0 && number("r") == q && number("q") == p);
    CHECK_ERRNO(rename2("r", "none", 2), ENOENT);
    CHECK(rename2("r", "c", 2) == 0 && stat("c", &s) == 0 && S_ISREG(s.st_mode) && number("r/e") != 0);
    CHECK_ERRNO(rename2("r", "r/e/in", 2), EINVAL);
    CHECK_ERRNO(rename2("r/e/in", "r", 2), EINVAL);
    CHECK_ERRNO(rename2("r", "c", 3), EINVAL);
    CHECK_ERRNO(rename2("r", "c", 16), EINVAL);
    CHECK_ERRNO(rename("c", "/dev/c"), EXDEV);
    CHECK_ERRNO(rename("c", "/proc/c"), EXDEV);
    return done();
}
