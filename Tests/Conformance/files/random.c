// Ten thousand random operations on a small tree, from a fixed seed: every result is printed, so any difference from Linux shows.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

static uint64_t state = 0x9e3779b97f4a7c15;

static uint32_t random_below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % limit;
}

static const char *names[] = {"a", "b", "c", "d", "a/x", "a/y", "b/x", "b/y", "a/x/q", "c/", "a/../b", "d/z", "./a", "b/x/.."};
#define NAME names[random_below(sizeof names / sizeof *names)]

static const char *outcome(long result) {
    static char text[64];
    if (result < 0) return strerrorname_np(errno);
    snprintf(text, sizeof text, "%ld", result);
    return text;
}

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path) {
    DIR *directory = opendir(path);
    if (!directory) {
        PRINT("list %s: %s", path, strerrorname_np(errno));
        return;
    }
    char *found[64];
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) && count < 64;) found[count++] = strdup(entry->d_name);
    closedir(directory);
    qsort(found, count, sizeof *found, compare);
    printf("list %s:", path);
    for (size_t i = 0; i < count; i++) {
        printf(" %s", found[i]);
        free(found[i]);
    }
    printf("\n");
}

static void describe(const char *path, int follow) {
    struct stat s;
    int result = follow ? stat(path, &s) : lstat(path, &s);
    if (result < 0) {
        PRINT("stat %s: %s", path, strerrorname_np(errno));
    } else if (S_ISDIR(s.st_mode)) {
        PRINT("stat %s: directory %o", path, s.st_mode & 07777);
    } else {
        PRINT("stat %s: %o size %ld links %ld", path, s.st_mode, (long)s.st_size, (long)s.st_nlink);
    }
}

static void contents(int fd) {
    unsigned char buffer[512];
    off_t at = random_below(9000);
    ssize_t n = pread(fd, buffer, 1 + random_below(sizeof buffer), at);
    uint32_t sum = 0;
    for (ssize_t i = 0; i < n; i++) sum = sum * 31 + buffer[i];
    PRINT("pread at %ld: %s sum %u", (long)at, outcome(n), sum);
}

int main(void) {
    int files[4] = {-1, -1, -1, -1};
    static const int modes[] = {O_RDWR, O_RDWR | O_CREAT, O_RDWR | O_CREAT | O_EXCL, O_RDWR | O_TRUNC, O_RDWR | O_CREAT | O_APPEND,
        O_RDONLY, O_RDWR | O_NOFOLLOW, O_RDONLY | O_DIRECTORY};
    umask(022);
    for (int step = 0; step < 10000; step++) {
        const char *one = NAME, *two = NAME;
        uint32_t slot = random_below(4);
        int *fd = &files[slot];
        switch (random_below(20)) {
        case 0: PRINT("mkdir %s: %s", one, outcome(mkdir(one, 0755))); break;
        case 1: PRINT("rmdir %s: %s", one, outcome(rmdir(one))); break;
        case 2: PRINT("unlink %s: %s", one, outcome(unlink(one))); break;
        case 3: PRINT("rename %s %s: %s", one, two, outcome(rename(one, two))); break;
        case 4: PRINT("link %s %s: %s", one, two, outcome(link(one, two))); break;
        case 5: PRINT("symlink %s %s: %s", one, two, outcome(symlink(one, two))); break;
        case 6: describe(one, 1); break;
        case 7: describe(one, 0); break;
        case 8: list(one); break;
        case 9: list("."); break;
        case 10:
        case 11:
        case 12: {
            if (*fd >= 0) close(*fd);
            int mode = modes[random_below(8)];
            *fd = open(one, mode, 0644);
            PRINT("open %s %x: %s", one, mode, *fd < 0 ? strerrorname_np(errno) : "opened");
            break;
        }
        case 13: {
            char data[700];
            size_t length = random_below(sizeof data);
            memset(data, 'a' + step % 26, sizeof data);
            PRINT("write %u: %s", slot, outcome(write(*fd, data, length)));
            break;
        }
        case 14: {
            off_t at = random_below(8000);
            PRINT("pwrite %u at %ld: %s", slot, (long)at, outcome(pwrite(*fd, "0123456789abcdef", 16, at)));
            break;
        }
        case 15: contents(*fd); break;
        case 16: PRINT("ftruncate %u: %s", slot, outcome(ftruncate(*fd, random_below(9000)))); break;
        case 17: PRINT("seek %u: %s", slot, outcome(lseek(*fd, random_below(500), random_below(3)))); break;
        case 18: {
            char target[64];
            ssize_t n = readlink(one, target, sizeof target);
            PRINT("readlink %s: %s %.*s", one, outcome(n), n > 0 ? (int)n : 0, target);
            break;
        }
        case 19: PRINT("chmod %s: %s", one, outcome(chmod(one, 0600 + random_below(0100)))); break;
        }
    }
    CHECK(state != 0);
    return done();
}
