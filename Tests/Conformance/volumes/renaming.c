// Renaming replaces what is there, moves directories with what is in them, and refuses what Linux refuses.
#include "../check.h"
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void make(const char *name, const char *text) {
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (write(fd, text, strlen(text)) < 0) perror(name);
    close(fd);
}
static int holds(const char *name, const char *text) {
    char buffer[32] = {0};
    int fd = open(name, O_RDONLY);
    ssize_t n = read(fd, buffer, sizeof buffer - 1);
    close(fd);
    return n == (ssize_t)strlen(text) && strcmp(buffer, text) == 0;
}
static int rename2(const char *from, const char *to, unsigned flags) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags); }

int main(void) {
    struct stat one, two;
    make("a", "A");
    make("b", "B");
    stat("a", &one);
    CHECK(rename("a", "b") == 0 && holds("b", "A"));
    CHECK(stat("b", &two) == 0 && one.st_ino == two.st_ino);
    CHECK_ERRNO(rename("a", "c"), ENOENT);
    CHECK(mkdir("d", 0700) == 0 && mkdir("d/e", 0700) == 0);
    make("d/e/f", "F");
    CHECK(rename("d", "g") == 0 && holds("g/e/f", "F"));
    CHECK_ERRNO(rename("g", "g/e/h"), EINVAL);
    CHECK_ERRNO(rename("b", "g"), EISDIR);
    CHECK_ERRNO(rename("g", "b"), ENOTDIR);
    CHECK(mkdir("full", 0700) == 0);
    make("full/x", "X");
    CHECK_ERRNO(rename("g", "full"), ENOTEMPTY);
    CHECK(unlink("full/x") == 0 && rename("g", "full") == 0 && holds("full/e/f", "F"));
    CHECK(stat(".", &one) == 0 && one.st_nlink >= 1);
    make("c", "C");
    CHECK_ERRNO(rename2("b", "c", RENAME_NOREPLACE), EEXIST);
    CHECK(rename2("b", "c", RENAME_EXCHANGE) == 0 && holds("b", "C") && holds("c", "A"));
    CHECK(rename2("c", "full", RENAME_EXCHANGE) == 0 && holds("full", "A") && holds("c/e/f", "F"));
    CHECK_ERRNO(rename2("b", "missing", RENAME_EXCHANGE), ENOENT);
    CHECK_ERRNO(rename2("b", "full", RENAME_EXCHANGE | RENAME_NOREPLACE), EINVAL);
    CHECK(link("b", "same") == 0 && rename("b", "same") == 0 && holds("b", "C"));
    CHECK(rename("c/e/f", "moved") == 0 && holds("moved", "F"));
    CHECK(rmdir("c/e") == 0 && rmdir("c") == 0);
    unlink("b"), unlink("same"), unlink("full"), unlink("moved");
    return done();
}
