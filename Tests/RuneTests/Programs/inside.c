// Runs inside a container and prints what it sees, one fact a line: KEY VALUE...; what fails prints !ERRNO in the value's place.
//
//   inside VERB [WORD...] [, VERB [WORD...]]...
//
// It needs nothing of the container, neither /proc nor /dev, but for the verbs that read them.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char *why(void) { return strerrorname_np(errno); }

static void outcome(const char *verb, const char *what, long result) {
    if (result < 0) printf("%s %s !%s\n", verb, what, why());
    else printf("%s %s ok %ld\n", verb, what, result);
}

static void identity(char **words) {
    (void)words;
    uid_t uids[3];
    gid_t gids[3], groups[256];
    getresuid(&uids[0], &uids[1], &uids[2]);
    getresgid(&gids[0], &gids[1], &gids[2]);
    mode_t mask = umask(0);
    umask(mask);
    printf("uid %u %u %u\ngid %u %u %u\numask %04o\n", uids[0], uids[1], uids[2], gids[0], gids[1], gids[2], mask);
    printf("pid %d\nppid %d\nsession %d\ngroups", getpid(), getppid(), getsid(0));
    for (int i = 0, count = getgroups(256, groups); i < count; i++) printf(" %u", groups[i]);
    printf("\n");
}

static int argument_count;
static char **all_arguments;

static void arguments(char **words) {
    (void)words;
    for (int i = 0; i < argument_count; i++) printf("argument %s\n", all_arguments[i]);
}

static void environment(char **words) {
    (void)words;
    for (char **entry = environ; *entry; entry++) printf("environment %s\n", *entry);
}

static void directory(char **words) {
    (void)words;
    char path[4096];
    if (getcwd(path, sizeof path)) printf("directory %s\n", path);
    else printf("directory !%s\n", why());
}

static void names(char **words) {
    (void)words;
    struct utsname names;
    uname(&names);
    printf("hostname %s\ndomainname %s\n", names.nodename, names.domainname);
}

static void limits(char **words) {
    (void)words;
    static const char *const kinds[] = {"CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE",
                                        "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"};
    for (int kind = 0; kind < 16; kind++) {
        struct rlimit limit;
        getrlimit(kind, &limit);
        printf("RLIMIT_%s %llu %llu\n", kinds[kind], (unsigned long long)limit.rlim_cur, (unsigned long long)limit.rlim_max);
    }
}

static void capabilities(char **words) {
    (void)words;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    unsigned long long bounding = 0, ambient = 0;
    syscall(SYS_capget, &header, data);
    for (int number = 0; number < 64; number++) {
        if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1) bounding |= 1ULL << number;
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) == 1) ambient |= 1ULL << number;
    }
    printf("effective %llx\n", (unsigned long long)data[1].effective << 32 | data[0].effective);
    printf("permitted %llx\n", (unsigned long long)data[1].permitted << 32 | data[0].permitted);
    printf("inheritable %llx\n", (unsigned long long)data[1].inheritable << 32 | data[0].inheritable);
    printf("bounding %llx\nambient %llx\n", bounding, ambient);
    printf("nonewprivileges %d\nseccomp %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
}

static void descriptors(char **words) {
    (void)words;
    for (int number = 0; number < 4096; number++)
        if (fcntl(number, F_GETFD) >= 0) printf("descriptor %d\n", number);
}

// Type, permissions, owner, device and size.
static void file(char **words) {
    struct stat facts;
    if (lstat(words[0], &facts) < 0) {
        printf("file %s !%s\n", words[0], why());
        return;
    }
    char type = S_ISREG(facts.st_mode) ? 'f' : S_ISDIR(facts.st_mode) ? 'd' : S_ISLNK(facts.st_mode) ? 'l'
        : S_ISCHR(facts.st_mode) ? 'c' : S_ISBLK(facts.st_mode) ? 'b' : S_ISFIFO(facts.st_mode) ? 'p' : 's';
    printf("file %s %c %04o %u:%u %u:%u %lld\n", words[0], type, facts.st_mode & 07777, facts.st_uid, facts.st_gid,
           major(facts.st_rdev), minor(facts.st_rdev), (long long)facts.st_size);
}

static void target(char **words) {
    char text[4096];
    ssize_t count = readlink(words[0], text, sizeof text - 1);
    if (count < 0) printf("target %s !%s\n", words[0], why());
    else printf("target %s %.*s\n", words[0], (int)count, text);
}

static void read_lines(char **words) {
    FILE *stream = fopen(words[0], "re");
    char line[8192];
    errno = 0;
    if (stream) while (fgets(line, sizeof line, stream)) printf("read %s %s%s", words[0], line, strchr(line, '\n') ? "" : "\n");
    if (!stream || (ferror(stream) && errno)) printf("read %s !%s\n", words[0], why());
    if (stream) fclose(stream);
}

static void write_text(char **words) {
    int descriptor = open(words[0], O_WRONLY | O_CLOEXEC);
    outcome("write", words[0], descriptor < 0 ? -1 : write(descriptor, words[1], strlen(words[1])));
    if (descriptor >= 0) close(descriptor);
}

static void make(char **words) {
    int descriptor = open(words[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    outcome("make", words[0], descriptor < 0 ? -1 : 0);
    if (descriptor >= 0) close(descriptor);
}

// `open PATH`: may it be opened for reading?
static void open_file(char **words) {
    int descriptor = open(words[0], O_RDONLY | O_CLOEXEC);
    outcome("open", words[0], descriptor < 0 ? -1 : 0);
    if (descriptor >= 0) close(descriptor);
}

static void list(char **words) {
    DIR *stream = opendir(words[0]);
    if (!stream) {
        printf("list %s !%s\n", words[0], why());
        return;
    }
    for (struct dirent *entry; (entry = readdir(stream));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) printf("list %s %s\n", words[0], entry->d_name);
    closedir(stream);
}

// The topmost mount at a path, from /proc/self/mountinfo: ROOT OPTIONS [PROPAGATION...] - TYPE SOURCE SUPEROPTIONS.
static void mount_facts(char **words) {
    FILE *stream = fopen("/proc/self/mountinfo", "re");
    char line[8192], found[8192] = "!ENOENT\n", point[4096], root[4096];
    int after = 0;
    while (stream && fgets(line, sizeof line, stream))
        if (sscanf(line, "%*d %*d %*s %4095s %4095s %n", root, point, &after) == 2 && !strcmp(point, words[0]))
            snprintf(found, sizeof found, "%s %s", root, line + after);
    printf("mount %s %s", words[0], found);
    if (stream) fclose(stream);
}

static void namespace(char **words) {
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", words[0]);
    ssize_t count = readlink(path, text, sizeof text - 1);
    if (count < 0) printf("namespace %s !%s\n", words[0], why());
    else printf("namespace %s %.*s\n", words[0], (int)count, text);
}

static void scheduling(char **words) {
    (void)words;
    struct { unsigned size, policy; unsigned long long flags; int nice; unsigned priority; unsigned long long times[3]; unsigned clamps[2]; } attributes = {0};
    cpu_set_t set;
    syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0);
    printf("policy %u\nnice %d\npriority %u\nflags %llu\n", attributes.policy, attributes.nice, attributes.priority, attributes.flags);
    printf("ioclass %ld\niolevel %ld\n", syscall(SYS_ioprio_get, 1, 0) >> 13, syscall(SYS_ioprio_get, 1, 0) & 0xff);
    printf("personality %x\ncpus", personality(0xffffffff));
    sched_getaffinity(0, sizeof set, &set);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) if (CPU_ISSET(cpu, &set)) printf(" %d", cpu);
    printf("\n");
}

static void terminal(char **words) {
    (void)words;
    struct winsize size = {0};
    char name[256];
    int isTerminal = isatty(0) && isatty(1) && isatty(2);
    printf("terminal %s\n", isTerminal && !ttyname_r(0, name, sizeof name) ? name : "none");
    if (ioctl(0, TIOCGWINSZ, &size) == 0) printf("size %d %d\n", size.ws_row, size.ws_col);
    printf("foreground %d\n", isTerminal && tcgetpgrp(0) == getpgrp());
}

// `call NUMBER [ARGUMENT...]`: any system call.
static void call(char **words) {
    long values[7] = {0};
    for (int i = 0; i < 7 && words[i]; i++) values[i] = strtol(words[i], NULL, 0);
    outcome("call", words[0], syscall(values[0], values[1], values[2], values[3], values[4], values[5], values[6]));
}

static void interfaces(char **words) {
    (void)words;
    char name[64];
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (int index = 1; index < 64; index++) {
        struct { char name[16]; union { int index; short flags; char room[24]; }; } request = {.index = index};
        if (ioctl(descriptor, 0x8910 /* SIOCGIFNAME */, &request) < 0) continue;
        memcpy(name, request.name, 16);
        ioctl(descriptor, 0x8913 /* SIOCGIFFLAGS */, &request);
        printf("interface %.16s %s\n", name, request.flags & 1 ? "up" : "down");
    }
    close(descriptor);
}

static volatile sig_atomic_t caught;
static void note(int number) { caught = number; }

// Says that it is there, waits for a signal, says which, and ends with 3.
static void await(char **words) {
    (void)words;
    struct sigaction action = {.sa_handler = note};
    for (int number = 1; number < 32; number++) sigaction(number, &action, NULL);
    printf("waiting\n");
    fflush(stdout);
    for (int turn = 0; turn < 3000 && !caught; turn++) usleep(10000);
    printf("signal %d\n", caught);
    exit(3);
}

static void sleep_for(char **words) {
    double seconds = atof(words[0]);
    nanosleep(&(struct timespec){(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)}, NULL);
}

// A child that outlives this program's next words, deaf to everything but SIGKILL.
static void leave_child(char **words) {
    fflush(stdout);
    if (fork() == 0) {
        for (int number = 1; number < 32; number++) signal(number, SIG_IGN);
        for (int descriptor = 0; descriptor < 3; descriptor++) close(descriptor);
        sleep(words[0] ? (unsigned)atoi(words[0]) : 60);
        _exit(0);
    }
}

// `memory MIB`: touches that much.
static void memory(char **words) {
    size_t bytes = (size_t)atol(words[0]) << 20;
    char *pages = malloc(bytes);
    for (size_t offset = 0; pages && offset < bytes; offset += 4096) pages[offset] = 1;
    printf("memory %s %s\n", words[0], pages ? "ok" : "!ENOMEM");
}

static void children(char **words) {
    int wanted = atoi(words[0]), made = 0;
    fflush(stdout);
    for (; made < wanted; made++) {
        pid_t child = fork();
        if (child < 0) break;
        if (child == 0) { prctl(PR_SET_PDEATHSIG, SIGKILL); sleep(60); _exit(0); }
    }
    if (made == wanted) printf("children %d\n", made);
    else printf("children %d !%s\n", made, why());
}

static void end(char **words) { fflush(stdout); _exit(atoi(words[0])); }

static void die(char **words) { fflush(stdout); signal(atoi(words[0]), SIG_DFL); raise(atoi(words[0])); pause(); }

static const struct { const char *name; void (*run)(char **); int words; } verbs[] = {
    {"identity", identity, 0}, {"arguments", arguments, 0}, {"environment", environment, 0}, {"directory", directory, 0},
    {"names", names, 0}, {"limits", limits, 0}, {"capabilities", capabilities, 0}, {"descriptors", descriptors, 0},
    {"file", file, 1}, {"target", target, 1}, {"read", read_lines, 1}, {"write", write_text, 2}, {"make", make, 1},
    {"open", open_file, 1}, {"list", list, 1}, {"mount", mount_facts, 1}, {"namespace", namespace, 1},
    {"scheduling", scheduling, 0}, {"terminal", terminal, 0}, {"call", call, 1}, {"interfaces", interfaces, 0},
    {"await", await, 0}, {"sleep", sleep_for, 1}, {"leave-child", leave_child, 0}, {"memory", memory, 1},
    {"children", children, 1}, {"exit", end, 1}, {"die", die, 1},
};

int main(int count, char **words) {
    argument_count = count;
    all_arguments = words;
    setvbuf(stdout, NULL, _IOFBF, 65536);
    for (int first = 1, last; first < count; first = last + 1) {
        for (last = first; last < count && strcmp(words[last], ","); last++) {}
        char *own[64] = {0};
        for (int i = first + 1; i < last && i - first <= 62; i++) own[i - first - 1] = words[i];
        size_t index = 0;
        while (index < sizeof verbs / sizeof *verbs && strcmp(verbs[index].name, words[first])) index++;
        if (index == sizeof verbs / sizeof *verbs || last - first - 1 < verbs[index].words) {
            fprintf(stderr, "inside: %s is no verb, or lacks words\n", words[first]);
            return 99;
        }
        verbs[index].run(own);
    }
    return fflush(stdout) == 0 ? 0 : 98;
}
