// Modes, owners and groups for somebody who is not root.
#include "../check.h"
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int main(void) {
    struct stat s;
    int f;
    CHECK(chmod(".", 0755) == 0 && chown(".", 1000, 1000) == 0);
    CHECK(mkdir("mine", 0755) == 0 && chown("mine", 1000, 1000) == 0);
    CHECK(mkdir("closed", 0700) == 0 && close(creat("closed/f", 0666)) == 0);
    const struct {
        const char *name;
        int uid, gid, mode;
    } files[] = {{"owner", 1000, 0, 0400}, {"group", 0, 1000, 0060}, {"more", 0, 2000, 0040}, {"other", 0, 0, 0004},
                 {"denied", 1000, 1000, 0077}, {"run", 0, 0, 0711}};
    for (int i = 0; i < 6; i++) {
        close(creat(files[i].name, 0600));
        CHECK(chown(files[i].name, files[i].uid, files[i].gid) == 0 && chmod(files[i].name, files[i].mode) == 0);
    }
    gid_t groups[] = {2000};
    CHECK(setgroups(1, groups) == 0 && setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0);
    CHECK(open("owner", O_RDONLY) >= 0);
    CHECK_ERRNO(open("owner", O_WRONLY), EACCES);
    CHECK(open("group", O_RDWR) >= 0);
    CHECK(open("more", O_RDONLY) >= 0);
    CHECK_ERRNO(open("more", O_RDWR), EACCES);
    CHECK(open("other", O_RDONLY) >= 0);
    CHECK_ERRNO(open("other", O_RDONLY | O_TRUNC), EACCES);
    CHECK_ERRNO(open("denied", O_RDONLY), EACCES);
    CHECK_ERRNO(open("closed/f", O_RDONLY), EACCES);
    CHECK_ERRNO(stat("closed/f", &s), EACCES);
    CHECK_ERRNO(chdir("closed"), EACCES);
    CHECK_ERRNO(open("closed", O_RDONLY), EACCES);
    CHECK(access("run", X_OK) == 0);
    CHECK_ERRNO(access("other", X_OK), EACCES);
    CHECK_ERRNO(access("other", W_OK), EACCES);
    CHECK(access("closed", F_OK) == 0);
    CHECK_ERRNO(access("closed/f", F_OK), EACCES);
    CHECK_ERRNO(access("other", 8), EINVAL);
    CHECK(syscall(SYS_faccessat2, AT_FDCWD, "run", X_OK, AT_EACCESS) == 0);
    CHECK_ERRNO(syscall(SYS_faccessat2, AT_FDCWD, "run", X_OK, 0x8000), EINVAL);
    // Changing what is one's own, and what is not.
    CHECK(chmod("denied", 0600) == 0 && open("denied", O_RDWR) >= 0);
    CHECK_ERRNO(chmod("other", 0666), EPERM);
    CHECK_ERRNO(chown("denied", 0, -1), EPERM);
    CHECK(chown("denied", -1, 2000) == 0 && chown("denied", 1000, -1) == 0);
    CHECK_ERRNO(chown("denied", -1, 3000), EPERM);
    CHECK_ERRNO(chown("other", -1, 1000), EPERM);
    CHECK(chmod("denied", 06755) == 0 && stat("denied", &s) == 0 && (s.st_mode & 07777) == 06755);
    // Set-id bits go when the owner changes and when somebody writes.
    CHECK(chown("denied", -1, 1000) == 0 && stat("denied", &s) == 0 && (s.st_mode & 07777) == 0755);
    CHECK(chmod("denied", 04755) == 0 && (f = open("denied", O_WRONLY)) >= 0 && write(f, "x", 1) == 1);
    CHECK(fstat(f, &s) == 0 && (s.st_mode & 07777) == 0755);
    CHECK(chmod("denied", 04755) == 0 && ftruncate(f, 0) == 0 && fstat(f, &s) == 0 && (s.st_mode & 07777) == 0755);
    // Making and removing needs the directory.
    CHECK(chmod("mine", 0555) == 0);
    CHECK_ERRNO(creat("mine/x", 0600), EACCES);
    CHECK_ERRNO(mkdir("mine/x", 0700), EACCES);
    CHECK(chmod("mine", 0755) == 0 && close(creat("mine/x", 0600)) == 0 && chmod("mine", 0555) == 0);
    CHECK_ERRNO(unlink("mine/x"), EACCES);
    CHECK_ERRNO(rename("mine/x", "x"), EACCES);
    CHECK_ERRNO(link("denied", "mine/y"), EACCES);
    CHECK(chmod("mine", 0666) == 0);
    CHECK_ERRNO(stat("mine/x", &s), EACCES);
    CHECK(chmod("mine", 0711) == 0 && stat("mine/x", &s) == 0);
    CHECK_ERRNO(mknod("device", S_IFCHR | 0600, 0x103), EPERM);
    return done();
}
