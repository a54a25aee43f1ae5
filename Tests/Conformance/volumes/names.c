// Names of any bytes but two, up to 255 of them.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

static int make(const char *name) {
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) close(fd);
    return fd >= 0 ? 0 : -1;
}

int main(void) {
    char longest[257];
    memset(longest, 'n', sizeof longest);
    longest[255] = 0;
    CHECK(make(longest) == 0);
    CHECK(access(longest, F_OK) == 0);
    CHECK(unlink(longest) == 0);
    longest[255] = 'n', longest[256] = 0;
    CHECK_ERRNO(make(longest), ENAMETOOLONG);
    CHECK_ERRNO(access(longest, F_OK), ENAMETOOLONG);
    CHECK_ERRNO(mkdir(longest, 0700), ENAMETOOLONG);
    CHECK_ERRNO(symlink("x", longest), ENAMETOOLONG);
    const char *odd[] = {" ", "\xff\xfe", "new\nline", "*", "...", "-", "\xc3\xa4"};
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) CHECK(make(odd[i]) == 0 && access(odd[i], F_OK) == 0 && unlink(odd[i]) == 0);
    CHECK_ERRNO(make(""), ENOENT);
    CHECK(make("file") == 0);
    CHECK_ERRNO(make("file/below"), ENOTDIR);
    CHECK_ERRNO(mkdir("file", 0700), EEXIST);
    CHECK_ERRNO(mkdir("no/where", 0700), ENOENT);
    CHECK_ERRNO(rmdir("file"), ENOTDIR);
    CHECK(unlink("file") == 0);
    return done();
}
