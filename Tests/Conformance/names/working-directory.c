// chdir, fchdir, getcwd, and relative paths from descriptors.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int main(void) {
    char path[4096], start[4096];
    CHECK(getcwd(start, sizeof start) != NULL);
    CHECK(mkdir("d", 0755) == 0 && mkdir("d/e", 0755) == 0 && close(creat("d/f", 0600)) == 0);
    CHECK(chdir("d") == 0 && getcwd(path, sizeof path) && strncmp(path, start, strlen(start)) == 0 && !strcmp(path + strlen(start), "/d"));
    CHECK(syscall(SYS_getcwd, path, sizeof path) == (long)strlen(path) + 1);
    CHECK_ERRNO(syscall(SYS_getcwd, path, 3), ERANGE);
    CHECK_ERRNO(syscall(SYS_getcwd, (void *)8, 4096), EFAULT);
    CHECK_ERRNO(chdir("f"), ENOTDIR);
    CHECK_ERRNO(chdir("none"), ENOENT);
    CHECK_ERRNO(chdir(""), ENOENT);
    int at = open("..", O_RDONLY | O_DIRECTORY);
    CHECK(chdir("e") == 0 && rename("../../d", "../../moved") == 0);
    CHECK(getcwd(path, sizeof path) && !strcmp(path + strlen(start), "/moved/e"));
    CHECK(fchdir(at) == 0 && getcwd(path, sizeof path) && !strcmp(path, start));
    int file = open("moved/f", O_RDONLY);
    CHECK_ERRNO(fchdir(file), ENOTDIR);
    CHECK_ERRNO(fchdir(99), EBADF);
    int only = open("moved", O_PATH);
    CHECK(fchdir(only) == 0 && getcwd(path, sizeof path) && !strcmp(path + strlen(start), "/moved"));
    CHECK(access("f", F_OK) == 0);
    CHECK(chdir("e") == 0 && rmdir("../e") == 0);
    CHECK_ERRNO(syscall(SYS_getcwd, path, sizeof path), ENOENT);
    CHECK_ERRNO(open("x", O_CREAT | O_WRONLY, 0600), ENOENT);
    CHECK(chdir("..") == 0 && getcwd(path, sizeof path) && !strcmp(path + strlen(start), "/moved"));
    // A descriptor of a file is no place to start, but an absolute path does not ask.
    struct stat s;
    CHECK_ERRNO(fstatat(file, "x", &s, 0), ENOTDIR);
    CHECK(fstatat(99, "/", &s, 0) == 0);
    CHECK(fstatat(file, "", &s, AT_EMPTY_PATH) == 0 && S_ISREG(s.st_mode));
    CHECK(fstatat(AT_FDCWD, "", &s, AT_EMPTY_PATH) == 0 && S_ISDIR(s.st_mode));
    CHECK_ERRNO(fstatat(at, "", &s, 0), ENOENT);
    CHECK_ERRNO(fstatat(at, ".", &s, 0x4000000), EINVAL);
    CHECK(chdir("/") == 0 && getcwd(path, sizeof path) && !strcmp(path, "/"));
    CHECK(chdir("../../..") == 0 && getcwd(path, sizeof path) && !strcmp(path, "/"));
    return done();
}
