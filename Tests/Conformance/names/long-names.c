// Limits of names and paths.
#include "../check.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

int main(void) {
    char name[300], path[5000];
    memset(name, 'n', sizeof name);
    name[255] = 0;
    CHECK(close(creat(name, 0644)) == 0);
    CHECK(access(name, F_OK) == 0);
    name[255] = 'n';
    name[256] = 0;
    CHECK_ERRNO(creat(name, 0644), ENAMETOOLONG);
    CHECK_ERRNO(access(name, F_OK), ENAMETOOLONG);
    CHECK_ERRNO(mkdir(name, 0755), ENAMETOOLONG);
    CHECK_ERRNO(symlink("x", name), ENAMETOOLONG);
    // 4095 bytes of a path are allowed, 4096 are not.
    memset(path, '/', sizeof path);
    strcpy(path + 4094, ".");
    CHECK(access(path, F_OK) == 0);
    memset(path, '/', sizeof path);
    strcpy(path + 4095, ".");
    CHECK_ERRNO(access(path, F_OK), ENAMETOOLONG);
    for (int i = 0; i < 4094; i += 2) memcpy(path + i, "./", 2);
    strcpy(path + 4094, ".");
    CHECK(access(path, F_OK) == 0);
    // Names of any bytes but 0 and '/'.
    CHECK(close(creat("\1\xff\n sp*?", 0644)) == 0);
    CHECK(access("\1\xff\n sp*?", F_OK) == 0);
    CHECK(close(creat("...", 0644)) == 0 && unlink("...") == 0);
    // Deep trees.
    for (int i = 0; i < 100; i++) {
        if (mkdir("deep", 0755) != 0 || chdir("deep") != 0) return 3;
    }
    CHECK(getcwd(path, sizeof path) != NULL);
    CHECK(chdir(path) == 0);
    for (int i = 0; i < 100; i++) {
        if (chdir("..") != 0 || rmdir("deep") != 0) return 4;
    }
    CHECK(access("deep", F_OK) == -1);
    CHECK_ERRNO(access((char *)1, F_OK), EFAULT);
    CHECK_ERRNO(open(NULL, O_RDONLY), EFAULT);
    return done();
}
