// execve from a second thread, while others wait, sleep, read and compute: what goes and what stays.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

static int pipe_ends[2];
static atomic_int started;
static char pid_text[40];

static void *compute(void *unused) {
    atomic_fetch_add(&started, 1);
    for (volatile long i = 0;; i++) {}
    return unused;
}
static void *sleep_long(void *unused) {
    atomic_fetch_add(&started, 1);
    sleep(1000);
    return unused;
}
static void *read_nothing(void *unused) {
    char byte;
    atomic_fetch_add(&started, 1);
    if (read(pipe_ends[0], &byte, 1) != 1) return NULL;
    return unused;
}
static void *lock_for_ever(void *unused) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    atomic_fetch_add(&started, 1);
    pthread_mutex_lock(&mutex);
    pthread_mutex_lock(&mutex);
    return unused;
}
static void handle(int signal) { (void)signal; }

static void *replace(void *unused) {
    while (atomic_load(&started) < 4) sched_yield();
    usleep(20000);
    char *arguments[] = {"a new name", "second", "", NULL};
    char *environment[] = {pid_text, "EMPTY=", NULL};
    execve("/proc/self/exe", arguments, environment);
    perror("execve");
    exit(3);
    return unused;
}

static int first_program(void) {
    if (pipe(pipe_ends) != 0) return 9;
    snprintf(pid_text, sizeof pid_text, "PID=%d", getpid());
    dup2(1, 50);
    fcntl(50, F_SETFD, FD_CLOEXEC);
    dup2(1, 51);
    open("/dev/null", O_RDONLY | O_CLOEXEC);
    signal(SIGUSR1, handle);
    signal(SIGUSR2, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGHUP);
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    umask(027);
    setpriority(PRIO_PROCESS, 0, 7);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_KEEPCAPS, 1);
    prctl(PR_SET_NAME, "before");
    mkdir("inside", 0700);
    if (chdir("inside") != 0) return 9;
    pthread_t thread;
    pthread_create(&thread, NULL, compute, NULL);
    pthread_create(&thread, NULL, sleep_long, NULL);
    pthread_create(&thread, NULL, read_nothing, NULL);
    pthread_create(&thread, NULL, lock_for_ever, NULL);
    pthread_create(&thread, NULL, replace, NULL);
    for (;;) pause();
}

static unsigned vector_control(void) {
    unsigned value;
    __asm__ volatile("stmxcsr %0" : "=m"(value));
    return value & ~0x3fu;
}

static int entries(const char *path) {
    DIR *directory = opendir(path);
    int found = 0;
    for (struct dirent *entry; (entry = readdir(directory));) found += entry->d_name[0] != '.';
    closedir(directory);
    return found;
}

int main(int count, char **arguments) {
    if (count == 1) return first_program();
    CHECK(count == 3 && strcmp(arguments[0], "a new name") == 0 && arguments[2][0] == 0 && arguments[3] == NULL);
    CHECK(getenv("PID") != NULL && atoi(getenv("PID")) == getpid());
    CHECK(getenv("EMPTY") != NULL && getenv("PATH") == NULL);
    CHECK(syscall(SYS_gettid) == getpid());
    CHECK(entries("/proc/self/task") == 1);
    CHECK(fcntl(50, F_GETFD) == -1 && fcntl(51, F_GETFD) == 0);
    struct sigaction action;
    CHECK(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
    CHECK(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
    sigset_t set;
    sigprocmask(SIG_BLOCK, NULL, &set);
    CHECK(sigismember(&set, SIGHUP) && !sigismember(&set, SIGUSR1));
    sigpending(&set);
    CHECK(sigismember(&set, SIGHUP));
    stack_t alternate;
    CHECK(sigaltstack(NULL, &alternate) == 0 && alternate.ss_flags == SS_DISABLE);
    CHECK(umask(0) == 027);
    CHECK(getpriority(PRIO_PROCESS, 0) == 7);
    CHECK(prctl(PR_GET_DUMPABLE) == 1);
    CHECK(prctl(PR_GET_KEEPCAPS) == 0);
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    PRINT("%s", name);
    char path[256] = "";
    CHECK(getcwd(path, sizeof path) != NULL && strcmp(path + strlen(path) - 7, "/inside") == 0);
    CHECK(chdir("..") == 0 && rmdir("inside") == 0);

    CHECK(getauxval(AT_PAGESZ) == 4096);
    CHECK(getauxval(AT_CLKTCK) == 100);
    CHECK(getauxval(AT_SECURE) == 0);
    CHECK(getauxval(AT_UID) == 0 && getauxval(AT_EGID) == 0);
    CHECK(getauxval(AT_PHDR) != 0 && getauxval(AT_PHENT) == 56 && getauxval(AT_PHNUM) > 0);
    CHECK(getauxval(AT_ENTRY) != 0 && getauxval(AT_BASE) != 0);
    CHECK(getauxval(AT_HWCAP) != 0);
    CHECK(getauxval(AT_MINSIGSTKSZ) >= 2048);
    uint64_t *random = (uint64_t *)getauxval(AT_RANDOM);
    CHECK(random != NULL && random[0] != 0);
    PRINT("%s %s", (char *)getauxval(AT_PLATFORM), (char *)getauxval(AT_EXECFN));
    CHECK(((uintptr_t)__builtin_frame_address(0) & 15) == 0);
    CHECK(vector_control() == 0x1f80);
    return done();
}
