// What a process finds about itself under /proc.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static char text[65536];
static int contents(const char *path) {
    int f = open(path, O_RDONLY);
    if (f < 0) return -1;
    int n = 0, got;
    while ((got = read(f, text + n, sizeof text - 1 - n)) > 0) n += got;
    text[n] = 0;
    close(f);
    return n;
}
static int has(const char *path, const char *what) { return contents(path) > 0 && strstr(text, what) != NULL; }

int main(void) {
    char b[4096] = "", path[64];
    struct stat s;
    int f = open("f", O_CREAT | O_RDWR, 0644), n;
    sprintf(path, "/proc/self/fd/%d", f);
    CHECK((n = readlink(path, b, sizeof b)) > 2 && !memcmp(b + n - 2, "/f", 2));
    CHECK(write(f, "text", 4) == 4 && stat(path, &s) == 0 && s.st_size == 4 && lstat(path, &s) == 0 && S_ISLNK(s.st_mode));
    int again = open(path, O_RDONLY);
    CHECK(again >= 0 && read(again, b, 10) == 4);
    CHECK(unlink("f") == 0 && (n = readlink(path, b, sizeof b)) > 10 && !memcmp(b + n - 10, " (deleted)", 10));
    again = open(path, O_RDONLY);
    CHECK(again >= 0 && read(again, b, 10) == 4);
    CHECK_ERRNO(open("/proc/self/fd/99", O_RDONLY), ENOENT);
    CHECK_ERRNO(readlink("/proc/self/fd/99", b, 10), ENOENT);
    n = readlink("/proc/self", b, sizeof b);
    b[n > 0 ? n : 0] = 0;
    CHECK(atoi(b) == getpid());
    CHECK((n = readlink("/proc/self/exe", b, sizeof b)) > 0 && strstr((b[n] = 0, b), "own-process"));
    CHECK(readlink("/proc/self/cwd", b, sizeof b) > 0);
    CHECK(readlink("/proc/self/root", b, sizeof b) == 1 && b[0] == '/');
    CHECK(contents("/proc/self/cmdline") > 0 && strstr(text, "own-process"));
    CHECK(contents("/proc/self/comm") > 0 && !strcmp(text, "own-process\n"));
    CHECK(contents("/proc/self/environ") > 0 && !memcmp(text, "PATH=/bin", 9));
    CHECK(has("/proc/self/status", "Name:\town-process\n") && strstr(text, "\nThreads:\t1\n") && strstr(text, "VmRSS:") && strstr(text, "SigBlk:"));
    CHECK(strstr(text, "\nUid:\t0\t0\t0\t0\n") && strstr(text, "CapEff:"));
    CHECK(has("/proc/self/stat", " (own-process) R "));
    CHECK(contents("/proc/self/statm") > 0 && contents("/proc/self/maps") > 0 && strstr(text, "[stack]") && strstr(text, "[heap]"));
    CHECK(has("/proc/self/limits", "Max open files"));
    CHECK(has("/proc/self/mounts", " / ") && has("/proc/self/mountinfo", " - ") && has("/proc/mounts", "proc /proc proc"));
    CHECK(contents("/proc/self/auxv") >= 16 && contents("/proc/self/auxv") % 16 == 0);
    CHECK(contents("/proc/self/oom_score_adj") > 0 && contents("/proc/self/cgroup") >= 0);
    CHECK(has("/proc/self/io", "rchar: "));
    CHECK(contents("/proc/self/task/../comm") > 0 && contents("/proc/thread-self/comm") > 0);
    CHECK(has("/proc/meminfo", "MemTotal:") && has("/proc/cpuinfo", "processor") && has("/proc/stat", "cpu0"));
    CHECK(contents("/proc/uptime") > 0 && contents("/proc/loadavg") > 0 && has("/proc/version", "Linux"));
    CHECK(has("/proc/filesystems", "tmpfs") && contents("/proc/sys/kernel/osrelease") > 0 && contents("/proc/sys/vm/overcommit_memory") > 0);
    CHECK(contents("/proc/sys/kernel/random/uuid") == 37);
    CHECK(contents("/proc/sys/fs/file-max") > 0 && contents("/proc/sys/kernel/pid_max") > 0 && contents("/proc/sys/vm/max_map_count") > 0);
    DIR *d = opendir("/proc/self/fd");
    int seen = 0;
    for (struct dirent *e; (e = readdir(d));) seen += atoi(e->d_name) == f && e->d_type == DT_LNK;
    CHECK(seen == 1);
    sprintf(path, "/proc/self/fdinfo/%d", f);
    CHECK(has(path, "pos:\t4\n") && strstr(text, "flags:\t"));
    CHECK_ERRNO(open("/proc/self/none", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("/proc/new", O_CREAT | O_WRONLY, 0600), ENOENT);
    CHECK_ERRNO(mkdir("/proc/new", 0700), ENOENT);
    CHECK_ERRNO(unlink("/proc/version"), EPERM);
    CHECK_ERRNO(open("/proc/999999999/stat", O_RDONLY), ENOENT);
    CHECK(stat("/proc/self/status", &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 0);
    return done();
}
