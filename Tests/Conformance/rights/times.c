// Times: utimensat and its elders, what changes which time.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <utime.h>

static struct stat of(const char *path) {
    struct stat s = {0};
    lstat(path, &s);
    return s;
}
static int later(struct timespec a, struct timespec b) { return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec); }
static void wait_a_little(void) { usleep(12000); }

int main(void) {
    int f = open("f", O_CREAT | O_RDWR, 0644);
    struct timespec t[2] = {{1000, 123456789}, {2000, 987654321}};
    CHECK(utimensat(AT_FDCWD, "f", t, 0) == 0);
    struct stat s = of("f");
    CHECK(s.st_atim.tv_sec == 1000 && s.st_atim.tv_nsec == 123456789 && s.st_mtim.tv_sec == 2000 && s.st_mtim.tv_nsec == 987654321);
    t[0].tv_nsec = UTIME_OMIT;
    t[1].tv_nsec = UTIME_NOW;
    CHECK(utimensat(AT_FDCWD, "f", t, 0) == 0 && of("f").st_atim.tv_sec == 1000 && of("f").st_mtim.tv_sec > 1000000000);
    t[1].tv_nsec = UTIME_OMIT;
    CHECK(utimensat(AT_FDCWD, "f", t, 0) == 0);
    t[0].tv_nsec = 1000000000;
    CHECK_ERRNO(utimensat(AT_FDCWD, "f", t, 0), EINVAL);
    t[0].tv_nsec = -5;
    CHECK_ERRNO(utimensat(AT_FDCWD, "f", t, 0), EINVAL);
    CHECK_ERRNO(utimensat(AT_FDCWD, "f", NULL, 0x8000), EINVAL);
    CHECK_ERRNO(utimensat(AT_FDCWD, "none", NULL, 0), ENOENT);
    CHECK(futimens(f, NULL) == 0 && of("f").st_atim.tv_sec > 1000000000);
    struct timespec old[2] = {{-1, 0}, {5, 0}};
    CHECK(futimens(f, old) == 0 && of("f").st_atim.tv_sec == -1 && of("f").st_mtim.tv_sec == 5);
    CHECK(symlink("f", "l") == 0);
    t[0] = t[1] = (struct timespec){77, 0};
    CHECK(utimensat(AT_FDCWD, "l", t, AT_SYMLINK_NOFOLLOW) == 0 && of("l").st_mtim.tv_sec == 77 && of("f").st_mtim.tv_sec == 5);
    struct utimbuf u = {10, 20};
    CHECK(utime("f", &u) == 0 && of("f").st_atim.tv_sec == 10 && of("f").st_mtim.tv_sec == 20);
    struct timeval v[2] = {{30, 500000}, {40, 0}};
    CHECK(utimes("f", v) == 0 && of("f").st_atim.tv_nsec == 500000000 && of("f").st_mtim.tv_sec == 40);
    v[0].tv_usec = 1000000;
    CHECK_ERRNO(utimes("f", v), EINVAL);
    v[0].tv_usec = 0;
    CHECK(syscall(SYS_futimesat, AT_FDCWD, "f", v) == 0 && syscall(SYS_futimesat, AT_FDCWD, "f", NULL) == 0);
    // What changes what.
    struct timespec null[2] = {{1, 0}, {1, 0}};
    CHECK(futimens(f, null) == 0);
    struct stat a = of("f");
    wait_a_little();
    CHECK(write(f, "x", 1) == 1 && later(of("f").st_mtim, a.st_mtim) && later(of("f").st_ctim, a.st_ctim));
    a = of("f");
    wait_a_little();
    CHECK(chmod("f", 0600) == 0 && later(of("f").st_ctim, a.st_ctim) && !later(of("f").st_mtim, a.st_mtim));
    a = of("f");
    wait_a_little();
    CHECK(link("f", "g") == 0 && later(of("f").st_ctim, a.st_ctim));
    a = of(".");
    wait_a_little();
    CHECK(unlink("g") == 0 && later(of(".").st_mtim, a.st_mtim) && later(of(".").st_ctim, a.st_ctim));
    a = of(".");
    wait_a_little();
    CHECK(rename("f", "h") == 0 && later(of(".").st_mtim, a.st_mtim));
    a = of("h");
    wait_a_little();
    CHECK(ftruncate(f, 100) == 0 && later(of("h").st_mtim, a.st_mtim));
    // Somebody else may set now when the file can be written, and nothing else.
    CHECK(chmod("h", 0666) == 0 && chmod(".", 0777) == 0 && setresuid(1000, 1000, 1000) == 0);
    CHECK(utimensat(AT_FDCWD, "h", NULL, 0) == 0);
    CHECK_ERRNO(utimensat(AT_FDCWD, "h", null, 0), EPERM);
    struct timespec mixed[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    CHECK_ERRNO(utimensat(AT_FDCWD, "h", mixed, 0), EPERM);
    return done();
}
