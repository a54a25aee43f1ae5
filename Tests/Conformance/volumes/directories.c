// A directory of many names: each is found, all are listed once, and removing half of them leaves the other half.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { COUNT = 2000 };
static unsigned char seen[COUNT];

static int list(void) {
    int entries = 0;
    memset(seen, 0, sizeof seen);
    DIR *directory = opendir("d");
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        int number;
        if (sscanf(entry->d_name, "name-%d", &number) == 1 && number < COUNT) seen[number]++, entries++;
    }
    closedir(directory);
    return entries;
}

int main(void) {
    char name[64];
    CHECK(mkdir("d", 0755) == 0);
    int failed = 0;
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "d/name-%d", i);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        failed += fd < 0;
        close(fd);
    }
    CHECK(failed == 0);
    CHECK(list() == COUNT);
    for (int i = 0; i < COUNT; i++) failed += seen[i] != 1;
    CHECK(failed == 0);
    CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
    for (int i = 0; i < COUNT; i += 2) {
        snprintf(name, sizeof name, "d/name-%d", i);
        failed += unlink(name) != 0;
    }
    CHECK(failed == 0);
    CHECK(list() == COUNT / 2);
    for (int i = 0; i < COUNT; i++) failed += seen[i] != i % 2;
    CHECK(failed == 0);
    CHECK(access("d/name-1", F_OK) == 0);
    CHECK_ERRNO(access("d/name-2", F_OK), ENOENT);
    DIR *directory = opendir("d");
    struct dirent *entry;
    while ((entry = readdir(directory)))
        if (entry->d_name[0] != '.') failed += unlinkat(dirfd(directory), entry->d_name, 0) != 0;
    closedir(directory);
    CHECK(failed == 0);
    struct stat status;
    CHECK(stat("d", &status) == 0 && S_ISDIR(status.st_mode));
    CHECK(rmdir("d") == 0);
    CHECK_ERRNO(rmdir("d"), ENOENT);
    return done();
}
