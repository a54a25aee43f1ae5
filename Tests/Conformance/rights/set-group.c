// Directories that hand their group on, umask, and fchmodat.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int main(void) {
    struct stat s;
    CHECK(mkdir("d", 0755) == 0 && chown("d", 1000, 2000) == 0 && chmod("d", 02775) == 0);
    CHECK(close(creat("d/f", 0644)) == 0 && stat("d/f", &s) == 0 && s.st_gid == 2000 && s.st_uid == 0);
    CHECK(mkdir("d/e", 0755) == 0 && stat("d/e", &s) == 0 && s.st_gid == 2000 && (s.st_mode & 07777) == 02755);
    CHECK(symlink("x", "d/l") == 0 && lstat("d/l", &s) == 0 && s.st_gid == 2000);
    CHECK(umask(077) == 022 && umask(077) == 077);
    CHECK(mkdir("private", 0777) == 0 && stat("private", &s) == 0 && (s.st_mode & 07777) == 0700);
    CHECK(mkfifo("fifo", 0666) == 0 && stat("fifo", &s) == 0 && (s.st_mode & 07777) == 0600);
    CHECK(chmod("fifo", 0666) == 0 && stat("fifo", &s) == 0 && (s.st_mode & 07777) == 0666);
    CHECK(umask(01777) == 077 && umask(022) == 0777);
    int d = open("d", O_RDONLY);
    CHECK(fchmodat(d, "f", 0600, 0) == 0 && fstatat(d, "f", &s, 0) == 0 && (s.st_mode & 07777) == 0600);
    CHECK(fchmod(d, 0700) == 0 && fstat(d, &s) == 0 && (s.st_mode & 07777) == 0700);
    CHECK_ERRNO(fchmodat(99, "f", 0600, 0), EBADF);
    CHECK_ERRNO(chmod("none", 0600), ENOENT);
    CHECK_ERRNO(chmod("d/f/x", 0600), ENOTDIR);
    CHECK_ERRNO(fchmod(99, 0600), EBADF);
    CHECK(syscall(452, d, "f", 0640, 0) == 0 && fstatat(d, "f", &s, 0) == 0 && (s.st_mode & 07777) == 0640);
    CHECK_ERRNO(syscall(452, d, "l", 0640, AT_SYMLINK_NOFOLLOW), EOPNOTSUPP);
    CHECK(syscall(452, d, "", 0750, AT_EMPTY_PATH) == 0 && fstat(d, &s) == 0 && (s.st_mode & 07777) == 0750);
    CHECK_ERRNO(syscall(452, d, "f", 0640, 0x8000), EINVAL);
    CHECK(fchownat(d, "l", 5, 6, AT_SYMLINK_NOFOLLOW) == 0 && fstatat(d, "l", &s, AT_SYMLINK_NOFOLLOW) == 0 && s.st_uid == 5);
    CHECK(lchown("d/l", 7, -1) == 0 && lstat("d/l", &s) == 0 && s.st_uid == 7 && s.st_gid == 6);
    CHECK_ERRNO(fchownat(d, "f", 1, 1, 0x8000), EINVAL);
    // Root keeps set-id bits when it changes modes, and loses them when it changes owners.
    CHECK(chmod("d/f", 06777) == 0 && chown("d/f", 1, 1) == 0 && stat("d/f", &s) == 0 && (s.st_mode & 07777) == 0777);
    CHECK(chmod("d/f", 02666) == 0 && chown("d/f", 2, 2) == 0 && stat("d/f", &s) == 0 && (s.st_mode & 07777) == 02666);
    return done();
}
