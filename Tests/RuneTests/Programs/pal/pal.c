// An enclave runtime for tests, as one that knows nothing of us: VERSION says which of the PAL API it has, and its arguments what it does. What it
// was given it prints, so that a wrong layout shows.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct attributes {
    const char *args;
    const char *log_level;
#if VERSION >= 3
    int fd;
    uint64_t addr;
#endif
};

struct streams {
    int in, out, err;
};

static char arguments[256];
static volatile sig_atomic_t signalled;

static int has(const char *word) { return strstr(arguments, word) != NULL; }

#ifdef IN_CONSTRUCTOR
__attribute__((constructor)) static void constructor(void) {
    fprintf(stderr, "no enclave device\n");
    IN_CONSTRUCTOR;
}
#endif

#if VERSION >= 2
int pal_get_version(void) { return VERSION; }
#endif

// What an image would have a library of the host load: by name, by path, through name service modules, and as a program.
static void try_image(void) {
    dprintf(1, "dlopen-name %s\n", dlopen("libsgx_urts.so", RTLD_NOW) ? "loaded" : "refused");
    dprintf(1, "dlopen-path %s\n", dlopen("/usr/lib/libsgx_urts.so", RTLD_NOW) ? "loaded" : "refused");
    (void)getpwnam("somebody");
    (void)gethostbyname("somewhere.example");
    int file = open("/usr/lib/libsgx_urts.so", O_RDONLY);
    dprintf(1, "image-file %s\n", file >= 0 ? "there" : "missing");
    dprintf(1, "map %s\n", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED ? "refused" : "mapped");
    void *plain = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
    dprintf(1, "protect %s\n", mprotect(plain, 4096, PROT_READ | PROT_EXEC) ? "refused" : "allowed");
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/program", "program", NULL);
        dprintf(1, "exec refused %d\n", errno);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    dprintf(1, "marker %s\n", access("/tmp/code-of-the-image-ran", F_OK) == 0 ? "there" : "missing");
}

int pal_init(const struct attributes *given) {
    snprintf(arguments, sizeof arguments, "%s", given->args);
    dprintf(1, "init args=%s level=%s", given->args, given->log_level);
#if VERSION >= 3
    dprintf(1, " fd=%d addr=%lu", given->fd, (unsigned long)given->addr);
#endif
    char folder[256];
    dprintf(1, " cwd=%s host-root=%s ld=%s\n", getcwd(folder, sizeof folder), access("/etc/hostname-of-the-host", F_OK) ? "hidden" : "seen",
        getenv("LD_PRELOAD") ? getenv("LD_PRELOAD") : "none");
    if (has("enoent")) {
        fprintf(stderr, "the AESM service is not there\n");
        return -ENOENT;
    }
    if (has("crash")) {
        fprintf(stderr, "about to crash\n");
        *(volatile int *)8 = 1;
    }
    if (has("leave")) exit(7);
    if (has("image")) try_image();
    return 0;
}

static void print_program(const char *path, const char *const *argv, const char *const *env, const struct streams *streams) {
    dprintf(streams->out, "exec path=%s streams=%d,%d,%d", path, streams->in, streams->out, streams->err);
    for (; *argv; argv++) dprintf(streams->out, " [%s]", *argv);
    for (; env && *env; env++) dprintf(streams->out, " {%s}", *env);
    dprintf(streams->out, "\n");
}

static int program(void) {
    while (has("wait") && !signalled) usleep(1000);
    return signalled ? signalled : 5;
}

#if VERSION == 1
int pal_exec(char *path, char *argv[], struct streams *streams, int *status) {
    print_program(path, (const char *const *)argv, NULL, streams);
    *status = program();
    return 0;
}
#else
struct process {
    char *path;
    char **argv;
    char **env;
    struct streams *streams;
    int *pid;
};
struct execution {
    int pid;
    int *status;
};

int pal_create_process(struct process *given) {
    print_program(given->path, (const char *const *)given->argv, (const char *const *)given->env, given->streams);
    *given->pid = 42;
    return 0;
}

#ifndef WITHOUT_EXEC
int pal_exec(struct execution *given) {
    if (given->pid != 42) return -ESRCH;
    *given->status = program();
    return 0;
}
#endif

int pal_kill(int pid, int signal) {
    dprintf(1, "kill %d %d\n", pid, signal);
    if (has("deaf")) return -1;
    signalled = signal;
    return 0;
}
#endif

#if VERSION >= 3
int pal_get_local_report(void *target, int target_length, void *report, int *report_length) {
    if (target_length != 512 || *report_length < 432) return -EINVAL;
    memset(report, 0, 432);
    memcpy((char *)report + 64, target, 32);
    *report_length = 432;
    return 0;
}
#endif

int pal_destroy(void) {
    dprintf(1, "destroy\n");
    return 0;
}
