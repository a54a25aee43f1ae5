// A directory of 20,000 names.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { COUNT = 20000 };

int main(void) {
    char name[64], other[64];
    int good = 0;
    CHECK(mkdir("big", 0755) == 0 && chdir("big") == 0);
    for (int i = 0; i < COUNT; i++) {
        sprintf(name, "name-%d", i);
        good += close(open(name, O_CREAT | O_EXCL | O_WRONLY, 0644)) == 0;
    }
    CHECK(good == COUNT);
    good = 0;
    DIR *d = opendir(".");
    while (readdir(d)) good++;
    CHECK(good == COUNT + 2);
    closedir(d);
    good = 0;
    for (int i = 0; i < COUNT; i += 2) {
        sprintf(name, "name-%d", i);
        sprintf(other, "moved-%d", i);
        good += rename(name, other) == 0;
    }
    CHECK(good == COUNT / 2);
    good = 0;
    for (int i = 0; i < COUNT; i++) {
        sprintf(name, "name-%d", i);
        sprintf(other, "moved-%d", i);
        good += access(name, F_OK) == (i % 2 ? 0 : -1) && access(other, F_OK) == (i % 2 ? -1 : 0);
    }
    CHECK(good == COUNT);
    good = 0;
    for (int i = COUNT - 1; i >= 0; i--) {
        sprintf(name, i % 2 ? "name-%d" : "moved-%d", i);
        good += unlink(name) == 0;
    }
    CHECK(good == COUNT);
    CHECK(chdir("..") == 0 && rmdir("big") == 0);
    return done();
}
