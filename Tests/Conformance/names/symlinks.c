// Symbolic links: following, loops, lengths, links as parts of a path.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    char text[5000], name[32];
    CHECK(mkdir("d", 0755) == 0 && close(creat("d/f", 0644)) == 0);
    CHECK(symlink("d", "l") == 0 && symlink("f", "d/lf") == 0);
    struct stat a, b;
    CHECK(stat("l/f", &a) == 0 && stat("d/lf", &b) == 0 && a.st_ino == b.st_ino);
    CHECK(lstat("l", &a) == 0 && S_ISLNK(a.st_mode) && a.st_size == 1 && (a.st_mode & 0777) == 0777);
    CHECK(lstat("l/", &a) == 0 && S_ISDIR(a.st_mode));
    CHECK_ERRNO(lstat("d/lf/", &a), ENOTDIR);
    CHECK(readlink("l", text, sizeof text) == 1 && text[0] == 'd');
    CHECK_ERRNO(readlink("d", text, sizeof text), EINVAL);
    CHECK_ERRNO(readlink("l", text, 0), EINVAL);
    CHECK_ERRNO(readlink("l/", text, 10), EINVAL);
    CHECK_ERRNO(symlink("x", "l"), EEXIST);
    CHECK_ERRNO(symlink("", "e"), ENOENT);
    CHECK_ERRNO(symlink("x", "none/e"), ENOENT);
    memset(text, 'a', sizeof text);
    text[4095] = 0;
    CHECK(symlink(text, "long") == 0);
    CHECK(lstat("long", &a) == 0 && a.st_size == 4095);
    CHECK(readlink("long", text, 7) == 7);
    CHECK_ERRNO(stat("long", &a), ENAMETOOLONG);
    memset(text, 'a', sizeof text);
    text[4096] = 0;
    CHECK_ERRNO(symlink(text, "longer"), ENAMETOOLONG);
    CHECK(symlink("loop-b", "loop-a") == 0 && symlink("loop-a", "loop-b") == 0);
    CHECK_ERRNO(open("loop-a", O_RDONLY), ELOOP);
    CHECK_ERRNO(stat("loop-a/x", &a), ELOOP);
    CHECK(symlink("d/f", "chain-0") == 0);
    for (int i = 1; i < 41; i++) {
        char target[32];
        sprintf(target, "chain-%d", i - 1);
        sprintf(name, "chain-%d", i);
        if (symlink(target, name) != 0) return 3;
    }
    CHECK(stat("chain-39", &a) == 0);
    CHECK_ERRNO(stat("chain-40", &a), ELOOP);
    // O_NOFOLLOW, O_CREAT through a link that dangles, O_EXCL.
    CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW | O_DIRECTORY), ENOTDIR);
    CHECK(symlink("made", "dangling") == 0);
    CHECK_ERRNO(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
    int f = open("dangling", O_CREAT | O_WRONLY, 0600);
    CHECK(f >= 0 && lstat("made", &a) == 0 && S_ISREG(a.st_mode));
    CHECK(unlink("dangling") == 0 && lstat("made", &a) == 0);
    CHECK(symlink("nowhere/x", "far") == 0);
    CHECK_ERRNO(open("far", O_CREAT | O_WRONLY, 0600), ENOENT);
    CHECK(symlink("../work/d", "up") == 0);
    CHECK_ERRNO(mkdir("far", 0755), EEXIST);
    CHECK_ERRNO(rmdir("l"), ENOTDIR);
    CHECK_ERRNO(rmdir("l/"), ENOTDIR);
    CHECK(symlink("/", "root") == 0 && stat("root", &a) == 0 && stat("/", &b) == 0 && a.st_ino == b.st_ino);
    return done();
}
