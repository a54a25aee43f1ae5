// What execve and execveat refuse, and programs named by a descriptor.
#include "../check.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
static char *const none[] = {NULL};
static char *const second[] = {"named", "second", NULL};

static long at(int directory, const char *path, char *const *arguments, int flags) {
    return syscall(SYS_execveat, directory, path, arguments, none, flags);
}

static void copy_self(const char *name, size_t length, int byte, int value) {
    char *buffer = malloc(1 << 20);
    int from = open("/proc/self/exe", O_RDONLY);
    ssize_t count = read(from, buffer, 1 << 20);
    close(from);
    if (length && (size_t)count > length) count = length;
    if (byte >= 0) buffer[byte] = value;
    int to = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (write(to, buffer, count) != count) exit(9);
    close(to);
    free(buffer);
}

int main(int count, char **arguments) {
    if (count == 2) {
        PRINT("%s %s", arguments[0], (char *)getauxval(AT_EXECFN));
        CHECK(strcmp(arguments[1], "second") == 0);
        CHECK(getppid() >= 0);
        return done();
    }
    CHECK_ERRNO(execve("/no/such", none, none), ENOENT);
    CHECK_ERRNO(execve("", none, none), ENOENT);
    CHECK_ERRNO(execve("/proc/self/exe/more", none, none), ENOTDIR);
    CHECK_ERRNO(execve("/tmp", none, none), EACCES);
    CHECK_ERRNO(execve("/etc/passwd", none, none), EACCES);
    CHECK_ERRNO(execve("/dev/null", none, none), EACCES);
    CHECK_ERRNO(execve((void *)8, none, none), EFAULT);
    CHECK_ERRNO(execve("/proc/self/exe", (void *)8, none), EFAULT);
    char *bad[] = {(char *)8, NULL};
    CHECK_ERRNO(execve("/proc/self/exe", bad, none), EFAULT);
    CHECK_ERRNO(execve("/proc/self/exe", none, bad), EFAULT);
    char *path = malloc(5000);
    memset(path, 'a', 4999);
    path[4999] = 0;
    CHECK_ERRNO(execve(path, none, none), ENAMETOOLONG);
    CHECK(symlink("circle", "circle") == 0);
    CHECK_ERRNO(execve("circle", none, none), ELOOP);

    // One string of 128 KiB, and too many of less.
    char *word = malloc(140000);
    memset(word, 'a', 140000);
    word[131072] = 0;
    char *longest[] = {word, NULL};
    CHECK_ERRNO(execve("/proc/self/exe", longest, none), E2BIG);
    CHECK_ERRNO(execve("/proc/self/exe", none, longest), E2BIG);
    word[100000] = 0;
    static char *many[101];
    for (int i = 0; i < 100; i++) many[i] = word;
    CHECK_ERRNO(execve("/proc/self/exe", many, none), E2BIG);

    copy_self("short", 50, -1, 0);
    CHECK_ERRNO(execve("short", none, none), ENOEXEC);
    copy_self("machine", 0, 18, 3);
    CHECK_ERRNO(execve("./machine", none, none), ENOEXEC);
    copy_self("class", 0, 4, 9);
    copy_self("object", 0, 16, 1);
    CHECK_ERRNO(execve("./object", none, none), ENOEXEC);
    copy_self("magic", 0, 1, 'X');
    CHECK_ERRNO(execve("./magic", none, none), ENOEXEC);

    int self = open("/proc/self/exe", O_RDONLY), directory = open("/proc", O_RDONLY | O_DIRECTORY);
    CHECK_ERRNO(at(self, "", none, 0), ENOENT);
    CHECK_ERRNO(at(self, "name", none, 1), EINVAL);
    CHECK_ERRNO(at(900, "", none, AT_EMPTY_PATH), EBADF);
    CHECK_ERRNO(at(900, "name", none, 0), EBADF);
    CHECK_ERRNO(at(self, "name", none, 0), ENOTDIR);
    CHECK_ERRNO(at(directory, "", none, AT_EMPTY_PATH), EACCES);
    CHECK_ERRNO(at(directory, "self/no-such", none, 0), ENOENT);
    CHECK(symlink("/proc/self/exe", "link") == 0);
    CHECK_ERRNO(at(AT_FDCWD, "link", none, AT_SYMLINK_NOFOLLOW), ELOOP);
    // The interpreter could not read a script whose descriptor is closed by then.
    int script = open("script", O_RDWR | O_CREAT, 0755);
    CHECK(write(script, "#!/proc/self/exe\n", 17) == 17);
    close(script);
    script = open("script", O_RDONLY | O_CLOEXEC);
    CHECK_ERRNO(at(script, "", none, AT_EMPTY_PATH), ENOENT);
    fflush(stdout);
    dup2(self, 30);
    at(30, "", second, AT_EMPTY_PATH);
    CHECK(0);
    return done();
}
