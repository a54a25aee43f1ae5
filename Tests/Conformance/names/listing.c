// getdents, old and new, telldir and seekdir, and listings while names come and go.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

struct old_entry {
    unsigned long number, next;
    unsigned short length;
    char name[];
};

int main(void) {
    struct stat s;
    char name[32], buffer[4096];
    CHECK(mkdir("d", 0755) == 0);
    for (int i = 0; i < 500; i++) {
        sprintf(name, "d/%03d", i);
        if (i % 5 == 0) mkdir(name, 0755);
        else if (i % 5 == 1) symlink("x", name);
        else if (i % 5 == 2) mkfifo(name, 0600);
        else close(creat(name, 0644));
    }
    DIR *d = opendir("d");
    int seen[500] = {0}, kinds = 0, dots = 0, numbers = 0;
    long middle = 0;
    char after[32] = "";
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') {
            dots++;
            continue;
        }
        int i = atoi(e->d_name);
        seen[i]++;
        int kind = i % 5 == 0 ? DT_DIR : i % 5 == 1 ? DT_LNK : i % 5 == 2 ? DT_FIFO : DT_REG;
        kinds += e->d_type == kind;
        numbers += fstatat(dirfd(d), e->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 && s.st_ino == e->d_ino;
    }
    int once = 1;
    for (int i = 0; i < 500; i++) once &= seen[i] == 1;
    CHECK(once && dots == 2);
    CHECK(kinds == 500);
    CHECK(numbers == 500);
    // A place told is found again.
    rewinddir(d);
    for (int i = 0; i < 100; i++) readdir(d);
    middle = telldir(d);
    struct dirent *e = readdir(d);
    strcpy(after, e->d_name);
    while (readdir(d)) continue;
    seekdir(d, middle);
    e = readdir(d);
    CHECK(e && strcmp(e->d_name, after) == 0);
    // Removing everything while listing leaves nothing out.
    rewinddir(d);
    int removed = 0;
    while ((e = readdir(d))) {
        if (e->d_name[0] == '.') continue;
        removed += unlinkat(dirfd(d), e->d_name, e->d_type == DT_DIR ? AT_REMOVEDIR : 0) == 0;
    }
    CHECK(removed == 500);
    CHECK(rmdir("d") == 0);
    closedir(d);
    // The calls themselves.
    CHECK(mkdir("e", 0755) == 0 && close(creat("e/file", 0644)) == 0);
    int f = open("e", O_RDONLY);
    CHECK_ERRNO(syscall(SYS_getdents64, f, buffer, 4), EINVAL);
    long n = syscall(SYS_getdents, f, buffer, sizeof buffer);
    CHECK(n == 3 * 24 || n > 0);
    int types = 0, names = 0;
    for (long at = 0; at < n;) {
        struct old_entry *entry = (void *)(buffer + at);
        int isFile = strcmp(entry->name, "file") == 0;
        names += isFile;
        types += buffer[at + entry->length - 1] == (isFile ? DT_REG : DT_DIR);
        at += entry->length;
    }
    CHECK(names == 1 && types == 3);
    CHECK(syscall(SYS_getdents, f, buffer, sizeof buffer) == 0);
    CHECK(lseek(f, 0, SEEK_SET) == 0 && syscall(SYS_getdents64, f, buffer, sizeof buffer) > 0);
    CHECK_ERRNO(read(f, buffer, 10), EISDIR);
    CHECK_ERRNO(syscall(SYS_getdents64, 99, buffer, sizeof buffer), EBADF);
    int g = open("e/file", O_RDONLY);
    CHECK_ERRNO(syscall(SYS_getdents64, g, buffer, sizeof buffer), ENOTDIR);
    CHECK_ERRNO(lseek(f, -1, SEEK_SET), EINVAL);
    return done();
}
