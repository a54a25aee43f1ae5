// memfd_create and its seals.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    char name[300], path[64], link[64] = "";
    int f = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CHECK(f >= 0 && fcntl(f, F_GETFD) == FD_CLOEXEC && fcntl(f, F_GET_SEALS) == 0);
    CHECK(fstat(f, &s) == 0 && S_ISREG(s.st_mode) && (s.st_mode & 0777) == 0777 && s.st_size == 0);
    sprintf(path, "/proc/self/fd/%d", f);
    CHECK(readlink(path, link, sizeof link) > 0 && !strcmp(link, "/memfd:name (deleted)"));
    CHECK(write(f, "0123", 4) == 4 && ftruncate(f, 100) == 0);
    CHECK(fcntl(f, F_ADD_SEALS, F_SEAL_GROW) == 0 && fcntl(f, F_GET_SEALS) == F_SEAL_GROW);
    CHECK_ERRNO(ftruncate(f, 101), EPERM);
    CHECK_ERRNO(pwrite(f, "x", 1, 100), EPERM);
    CHECK(pwrite(f, "x", 1, 99) == 1 && ftruncate(f, 50) == 0);
    CHECK(fcntl(f, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
    CHECK_ERRNO(ftruncate(f, 49), EPERM);
    CHECK(ftruncate(f, 50) == 0);
    CHECK(fcntl(f, F_ADD_SEALS, F_SEAL_WRITE) == 0);
    CHECK_ERRNO(write(f, "x", 1), EPERM);
    CHECK_ERRNO(fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 10), EPERM);
    CHECK(pread(f, name, 10, 0) == 10);
    CHECK(fcntl(f, F_ADD_SEALS, F_SEAL_SEAL) == 0 && fcntl(f, F_GET_SEALS) == (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
    CHECK_ERRNO(fcntl(f, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    int g = memfd_create("", 0);
    CHECK(g >= 0 && fcntl(g, F_GET_SEALS) == F_SEAL_SEAL);
    CHECK_ERRNO(fcntl(g, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    int h = memfd_create("h", MFD_ALLOW_SEALING);
    CHECK_ERRNO(fcntl(h, F_ADD_SEALS, 0x100), EINVAL);
    memset(name, 'n', sizeof name);
    name[249] = 0;
    CHECK(memfd_create(name, 0) >= 0);
    name[249] = 'n';
    name[250] = 0;
    CHECK_ERRNO(memfd_create(name, 0), EINVAL);
    CHECK_ERRNO(memfd_create("x", 0x8000), EINVAL);
    CHECK_ERRNO(memfd_create((void *)8, 0), EFAULT);
    // Files that are none of memory have no seals.
    int d = open("/dev/null", O_RDWR);
    CHECK_ERRNO(fcntl(d, F_GET_SEALS), EINVAL);
    // Opened again by its path it is the same file.
    sprintf(path, "/proc/self/fd/%d", h);
    int again = open(path, O_RDONLY);
    CHECK(write(h, "same", 4) == 4 && read(again, name, 4) == 4 && !memcmp(name, "same", 4));
    CHECK_ERRNO(write(again, "x", 1), EBADF);
    CHECK_ERRNO(fcntl(again, F_ADD_SEALS, F_SEAL_GROW), EPERM);
    return done();
}
