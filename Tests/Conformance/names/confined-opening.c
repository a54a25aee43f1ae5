// openat2: RESOLVE_* and the size of its structure.
#include "../check.h"
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int how(int at, const char *path, unsigned long long flags, unsigned long long mode, unsigned long long resolve) {
    struct open_how h = {flags, mode, resolve};
    return syscall(SYS_openat2, at, path, &h, sizeof h);
}

int main(void) {
    CHECK(mkdir("d", 0755) == 0 && mkdir("d/e", 0755) == 0 && close(creat("d/f", 0644)) == 0 && close(creat("out", 0644)) == 0);
    CHECK(symlink("f", "d/inner") == 0 && symlink("../out", "d/outer") == 0 && symlink("/f", "d/absolute") == 0);
    CHECK(symlink("e/../f", "d/back") == 0);
    int at = open("d", O_PATH | O_DIRECTORY);
    CHECK(how(at, "f", O_RDONLY, 0, 0) >= 0);
    CHECK(how(at, "../out", O_RDONLY, 0, 0) >= 0);
    CHECK_ERRNO(how(at, "../out", O_RDONLY, 0, RESOLVE_BENEATH), EXDEV);
    CHECK_ERRNO(how(at, "outer", O_RDONLY, 0, RESOLVE_BENEATH), EXDEV);
    CHECK_ERRNO(how(at, "absolute", O_RDONLY, 0, RESOLVE_BENEATH), EXDEV);
    CHECK_ERRNO(how(at, "/etc", O_RDONLY, 0, RESOLVE_BENEATH), EXDEV);
    CHECK(how(at, "inner", O_RDONLY, 0, RESOLVE_BENEATH) >= 0);
    CHECK(how(at, "back", O_RDONLY, 0, RESOLVE_BENEATH) >= 0);
    CHECK(how(at, "e/../f", O_RDONLY, 0, RESOLVE_BENEATH) >= 0);
    CHECK(how(at, "../../f", O_RDONLY, 0, RESOLVE_IN_ROOT) >= 0);
    CHECK(how(at, "absolute", O_RDONLY, 0, RESOLVE_IN_ROOT) >= 0);
    CHECK(how(at, "/f", O_RDONLY, 0, RESOLVE_IN_ROOT) >= 0);
    CHECK_ERRNO(how(at, "outer", O_RDONLY, 0, RESOLVE_IN_ROOT), ENOENT);
    CHECK_ERRNO(how(at, "inner", O_RDONLY, 0, RESOLVE_NO_SYMLINKS), ELOOP);
    CHECK_ERRNO(how(AT_FDCWD, "d/inner", O_RDONLY, 0, RESOLVE_NO_SYMLINKS), ELOOP);
    CHECK(how(at, "f", O_RDONLY, 0, RESOLVE_NO_SYMLINKS) >= 0);
    CHECK_ERRNO(how(AT_FDCWD, "/proc/self/fd/0", O_RDONLY, 0, RESOLVE_NO_MAGICLINKS), ELOOP);
    CHECK(how(AT_FDCWD, "d/inner", O_RDONLY, 0, RESOLVE_NO_MAGICLINKS) >= 0);
    CHECK_ERRNO(how(AT_FDCWD, "/proc/version", O_RDONLY, 0, RESOLVE_NO_XDEV), EXDEV);
    CHECK(how(at, "f", O_RDONLY, 0, RESOLVE_NO_XDEV) >= 0);
    CHECK(how(at, "new", O_CREAT | O_WRONLY, 0600, RESOLVE_BENEATH) >= 0);
    // Arguments are looked at strictly.
    CHECK_ERRNO(how(at, "f", O_RDONLY, 0600, 0), EINVAL);
    CHECK_ERRNO(how(at, "f", O_CREAT | O_WRONLY, 010000, 0), EINVAL);
    CHECK_ERRNO(how(at, "f", 1ULL << 40, 0, 0), EINVAL);
    CHECK_ERRNO(how(at, "f", O_RDONLY, 0, 1 << 20), EINVAL);
    CHECK_ERRNO(how(at, "f", O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT), EINVAL);
    CHECK_ERRNO(how(at, "f", O_PATH | O_RDWR, 0, 0), EINVAL);
    CHECK_ERRNO(how(99, "f", O_RDONLY, 0, 0), EBADF);
    struct {
        struct open_how h;
        unsigned long long more;
    } larger = {{O_RDONLY, 0, 0}, 0};
    CHECK_ERRNO(syscall(SYS_openat2, at, "f", &larger, 8), EINVAL);
    CHECK(syscall(SYS_openat2, at, "f", &larger, sizeof larger) >= 0);
    larger.more = 1;
    CHECK_ERRNO(syscall(SYS_openat2, at, "f", &larger, sizeof larger), E2BIG);
    CHECK_ERRNO(syscall(SYS_openat2, at, "f", (void *)8, sizeof(struct open_how)), EFAULT);
    return done();
}
