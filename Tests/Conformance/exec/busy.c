// A program that runs cannot be written, and a file that is written cannot be run.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void copy(const char *from, const char *to) {
    static char buffer[65536];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    ssize_t n;
    while ((n = read(in, buffer, sizeof buffer)) > 0) {
        if (write(out, buffer, n) != n) break;
    }
    close(in);
    close(out);
}

// In the copy.
static int second(void) {
    CHECK_ERRNO(open("copy", O_WRONLY), ETXTBSY);
    CHECK_ERRNO(open("copy", O_RDWR), ETXTBSY);
    CHECK_ERRNO(open("copy", O_RDWR | O_CREAT, 0600), ETXTBSY);
    CHECK_ERRNO(open("copy", O_RDONLY | O_TRUNC), ETXTBSY);
    CHECK_ERRNO(open("/proc/self/exe", O_WRONLY), ETXTBSY);
    CHECK_ERRNO(truncate("copy", 0), ETXTBSY);
    CHECK(link("copy", "other-name") == 0);
    CHECK_ERRNO(open("other-name", O_WRONLY), ETXTBSY);
    // Whoever may not write it is told so first.
    CHECK(access("copy", W_OK) == 0);
    int reading = open("copy", O_RDONLY);
    CHECK(reading >= 0);
    CHECK_ERRNO(ftruncate(reading, 0), EINVAL);
    char *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reading, 0);
    CHECK(mapped != MAP_FAILED && memcmp(mapped, "\177ELF", 4) == 0);
    // Its names and attributes are free.
    CHECK(chmod("copy", 0700) == 0 && rename("copy", "renamed") == 0);
    CHECK_ERRNO(open("renamed", O_WRONLY), ETXTBSY);
    CHECK(unlink("renamed") == 0 && unlink("other-name") == 0);
    // Another file of the name is another file.
    int file = open("copy", O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(file >= 0 && write(file, "x", 1) == 1 && close(file) == 0);
    CHECK(unlink("copy") == 0);
    return done();
}

int main(int count, char **arguments) {
    if (count == 2) {
        // The copy counts on.
        atomic_store(&check_count, atoi(arguments[1]));
        return second();
    }
    char number[12] = "";
    char *again[] = {"copy", number, NULL};
    char *nothing[] = {NULL};
    copy("/proc/self/exe", "copy");
    // Open for writing, however: not run.
    int file = open("copy", O_WRONLY);
    CHECK_ERRNO(execve("copy", again, nothing), ETXTBSY);
    close(file);
    file = open("copy", O_RDWR);
    int twice = dup(file);
    close(file);
    CHECK_ERRNO(execve("copy", again, nothing), ETXTBSY);
    // A mapping keeps the file open.
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, twice, 0);
    close(twice);
    CHECK_ERRNO(execve("copy", again, nothing), ETXTBSY);
    CHECK(munmap(mapped, 4096) == 0);
    // Scripts are no exception, and who may not run it is told so first.
    file = open("script", O_WRONLY | O_CREAT, 0755);
    CHECK(write(file, "#!copy second\n", 14) == 14);
    CHECK_ERRNO(execve("script", again, nothing), ETXTBSY);
    CHECK(fchmod(file, 0644) == 0);
    CHECK_ERRNO(execve("script", again, nothing), EACCES);
    CHECK(close(file) == 0 && unlink("script") == 0);
    // What was made in memory is run while it is open.
    int memory = syscall(SYS_memfd_create, "program", 0);
    CHECK(memory >= 0 && close(memory) == 0);
    if (atomic_load(&check_failures)) return done();
    sprintf(number, "%d", atomic_load(&check_count));
    execve("copy", again, nothing);
    CHECK(!"execve returned");
    return done();
}
