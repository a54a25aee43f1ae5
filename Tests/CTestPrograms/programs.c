#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "CSoftSGX.h"
#include "CTestPrograms.h"

enum { ECHO = 0, SYSTEM_CALL = 4, COMPUTE = 6, LOAD = 8, RESUME_REQUEST = 2, EXCEPTION_ENTRY = 3 };
#define CHECK(condition) \
    do { \
        if (!(condition)) return __LINE__; \
    } while (0)

static uint64_t computed(uint64_t rounds, uint64_t seed) {
    uint64_t factor = 0x9e3779b97f4a7c15u, rax = seed, xmm0 = 0, xmm1 = seed;
    for (uint64_t i = 0; i < rounds; i++) {
        rax *= factor;
        rax = rax << 17 | rax >> 47;
        xmm1 += factor;
        xmm0 ^= xmm1;
        uint64_t saved = rax;
        rax += seed;
        rax ^= saved;
        rax += saved;
    }
    return xmm0 ^ rax;
}

// The answer is in RSI, which only a handler of the exit sees.
static __thread unsigned long answer_rdi, answer_rsi;
static int collect(long rdi, long rsi, long rdx, long rsp, long r8, long r9, struct softsgx_run *run) {
    (void)rdx, (void)rsp, (void)r8, (void)r9, (void)run;
    answer_rdi = (unsigned long)rdi;
    answer_rsi = (unsigned long)rsi;
    return 0;
}

static struct softsgx_run fresh(const struct test_fixture *fixture) {
    struct softsgx_run run;
    memset(&run, 0, sizeof run);
    run.tcs = fixture->tcs;
    run.user_handler = (uintptr_t)collect;
    return run;
}

static uint32_t leaf = SOFTSGX_EENTER;
static int call(struct softsgx_run *run, uint64_t command, uint64_t rsi, uint64_t rdx) {
    return softsgx_vdso_enter(command, rsi, rdx, leaf, 0, 0, run);
}

static int in_child(int (*body)(const struct test_fixture *), const struct test_fixture *fixture) {
    pid_t child = fork();
    if (child == 0) {
        // The test's own threads block what they can.
        sigset_t nothing;
        sigemptyset(&nothing);
        pthread_sigmask(SIG_SETMASK, &nothing, NULL);
        signal(SIGALRM, SIG_DFL);
        alarm(60);
        int line = body(fixture);
        _exit(line == 0 ? 0 : line % 250 + 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static uint8_t alternate[65536];
static __thread volatile int ticks, wrong;
static uint64_t elrange_base, elrange_size;

static void tick(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    uint64_t rip = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    uint8_t *here = __builtin_frame_address(0);
    if (here < alternate || here >= alternate + sizeof alternate) wrong++;
    if (rip - elrange_base < elrange_size) wrong++;
    ticks++;
    errno = EPERM;
}

static void every(long microseconds) {
    struct itimerval period = {{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &period, NULL);
}

static int handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    return softsgx_program_sigaction(signal, &action, NULL);
}

static int interrupts(const struct test_fixture *fixture) {
    struct softsgx_run run = fresh(fixture);
    elrange_base = fixture->base;
    elrange_size = fixture->size;
    stack_t own = {.ss_sp = alternate, .ss_size = sizeof alternate}, known;
    CHECK(softsgx_program_sigaltstack(&own, NULL) == 0);
    CHECK(handle(SIGALRM, tick, SA_ONSTACK | SA_RESTART) == 0);
    every(200);
    for (uint64_t seed = 1; ticks < 400 && seed < 200000; seed++) {
        errno = 0;
        CHECK(call(&run, COMPUTE, 2000 + seed % 1000, seed) == 0);
        CHECK(run.function == SOFTSGX_EEXIT);
        CHECK(answer_rsi == computed(2000 + seed % 1000, seed));
    }
    every(0);
    CHECK(ticks >= 400);
    CHECK(wrong == 0);
    CHECK(softsgx_program_sigaltstack(NULL, &known) == 0);
    CHECK(known.ss_sp == alternate && known.ss_flags == 0);
    return 0;
}
int test_handler_interrupts_enclave(const struct test_fixture *fixture) { return in_child(interrupts, fixture); }

static sigjmp_buf outside;
static volatile int jumps;
static void jump(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info, (void)context;
    jumps++;
    siglongjmp(outside, 1);
}

// One interruption a computation, at any instant of entry, computation and exit. Whether it has happened the TCS tells: what was
// interrupted inside is resumed, what was not is asked for again.
static int jumps_out(const struct test_fixture *fixture) {
    static struct softsgx_run run;
    static volatile uint64_t seed;
    static volatile int resumed;
    run = fresh(fixture);
    CHECK(call(&run, ECHO, 1, 0) == 0);
    stack_t own = {.ss_sp = alternate, .ss_size = sizeof alternate};
    CHECK(softsgx_program_sigaltstack(&own, NULL) == 0);
    CHECK(handle(SIGALRM, jump, SA_ONSTACK) == 0);
    for (seed = 1; seed < 3000; seed++) {
        answer_rsi = 0;
        if (sigsetjmp(outside, 1) == 0) {
            struct itimerval once = {{0, 0}, {0, 1 + (long)(seed % 160)}};
            setitimer(ITIMER_REAL, &once, NULL);
            CHECK(call(&run, COMPUTE, 20000, seed) == 0);
            every(0);
        } else {
            // From the same depth of the stack: the fixture leaves with the RSP and RBP it was entered with first.
            leaf = SOFTSGX_ERESUME;
            int result = call(&run, 0, 0, 0);
            leaf = SOFTSGX_EENTER;
            CHECK(result == 0);
            if (run.function == SOFTSGX_ERESUME) {
                CHECK(run.exception_vector == 13);
                CHECK(call(&run, COMPUTE, 20000, seed) == 0);
            } else {
                resumed++;
            }
        }
        CHECK(run.function == SOFTSGX_EEXIT);
        CHECK(answer_rsi == computed(20000, seed));
    }
    CHECK(jumps > 300);
    CHECK(resumed > 100);
    return 0;
}
int test_handler_jumps_out(const struct test_fixture *fixture) { return in_child(jumps_out, fixture); }

// ENCLU with RAX, RBX, RCX = exit pointer; RDI, RSI in and out. Falls through behind it on EEXIT, and at the exit pointer.
struct registers {
    uint64_t rax, rbx, rdi, rsi, left;
};
extern const uint8_t own_exit_pointer[];
void own_enclu(struct registers *registers);
__asm__(
    ".text\n"
    "own_enclu:\n"
    "push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n push %rdi\n"
    "mov 8(%rdi), %rbx\n mov 24(%rdi), %rsi\n mov (%rdi), %rax\n mov 16(%rdi), %rdi\n"
    "lea own_exit_pointer(%rip), %rcx\n"
    ".byte 0x0f, 0x01, 0xd7\n"
    "xor %ecx, %ecx\n"
    "jmp 1f\n"
    ".globl own_exit_pointer\n .hidden own_exit_pointer\n"
    "own_exit_pointer: mov $1, %ecx\n"
    "1: mov (%rsp), %r8\n"
    "mov %rax, (%r8)\n mov %rdi, 16(%r8)\n mov %rsi, 24(%r8)\n mov %rcx, 32(%r8)\n"
    "pop %rdi\n pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n");

static greg_t seen[8];
static siginfo_t seen_info;
static int seen_signal;
static void look(int signal, siginfo_t *info, void *context) {
    greg_t *from = ((ucontext_t *)context)->uc_mcontext.gregs;
    seen_signal = signal;
    seen_info = *info;
    greg_t found[] = {from[REG_RIP], from[REG_RAX], from[REG_RBX], from[REG_RCX], from[REG_TRAPNO], from[REG_ERR], from[REG_CR2], from[REG_RDI]};
    memcpy(seen, found, sizeof seen);
    if (from[REG_RIP] != (greg_t)(uintptr_t)own_exit_pointer) from[REG_RIP] += 3;
}

static int runs_enclu(const struct test_fixture *fixture) {
    CHECK(softsgx_install_signals() == 0);
    int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS};
    for (int i = 0; i < 4; i++) CHECK(handle(signals[i], look, 0) == 0);
    struct registers registers = {SOFTSGX_EENTER, fixture->tcs, ECHO, 41, 9};
    own_enclu(&registers);
    CHECK(seen_signal == 0 && registers.left == 0 && registers.rsi == 42);
    // A fault inside: the signal finds the synthetic state.
    registers = (struct registers){SOFTSGX_EENTER, fixture->tcs, LOAD, fixture->absent + 0x123, 9};
    own_enclu(&registers);
    CHECK(registers.left == 1);
    CHECK(seen_signal == SIGSEGV);
    CHECK(seen[0] == (greg_t)(uintptr_t)own_exit_pointer && seen[3] == seen[0]);
    CHECK(seen[1] == SOFTSGX_ERESUME && seen[2] == (greg_t)fixture->tcs && seen[7] == 0);
    CHECK(seen[4] == 14 && seen[5] == 4);
    CHECK((uint64_t)seen[6] == fixture->absent && (uint64_t)(uintptr_t)seen_info.si_addr == fixture->absent);
    CHECK(seen_info.si_code == SEGV_MAPERR);
    // CSSA is 1: the fixture's handler, then the resumption.
    registers = (struct registers){SOFTSGX_EENTER, fixture->tcs, EXCEPTION_ENTRY, 0, 9};
    own_enclu(&registers);
    CHECK(registers.left == 0 && registers.rdi == RESUME_REQUEST);
    registers = (struct registers){SOFTSGX_ERESUME, fixture->tcs, 0, 0, 9};
    own_enclu(&registers);
    CHECK(registers.left == 0 && registers.rsi == 0xbad);
    // A system call inside is an undefined instruction.
    registers = (struct registers){SOFTSGX_EENTER, fixture->tcs, SYSTEM_CALL, 0, 9};
    own_enclu(&registers);
    CHECK(registers.left == 1 && seen_signal == SIGILL && seen[4] == 6);
    registers = (struct registers){SOFTSGX_EENTER, fixture->tcs, EXCEPTION_ENTRY, 0, 9};
    own_enclu(&registers);
    registers = (struct registers){SOFTSGX_ERESUME, fixture->tcs, 0, 0, 9};
    own_enclu(&registers);
    CHECK(registers.left == 0 && registers.rsi == 0x1234);
    // ENCLU itself faults: nothing to resume.
    registers = (struct registers){SOFTSGX_ERESUME, fixture->tcs, 0, 0, 9};
    own_enclu(&registers);
    CHECK(seen_signal == SIGSEGV && seen[4] == 13 && seen_info.si_code == SI_KERNEL && registers.left == 0);
    registers = (struct registers){SOFTSGX_EENTER, fixture->absent, ECHO, 0, 9};
    own_enclu(&registers);
    CHECK(seen_signal == SIGSEGV && seen[4] == 14 && (uint64_t)(uintptr_t)seen_info.si_addr == fixture->absent);
    return 0;
}
int test_own_enclu(const struct test_fixture *fixture) { return in_child(runs_enclu, fixture); }

static int grandchild(const struct test_fixture *fixture) {
    struct softsgx_run run = fresh(fixture);
    CHECK(call(&run, ECHO, 5, 0) == 0 && answer_rsi == 6);
    CHECK(call(&run, SYSTEM_CALL, 0, 0) == 0);
    CHECK(run.function == SOFTSGX_ERESUME && run.exception_vector == 6);
    return 0;
}

static int forks(const struct test_fixture *fixture) {
    struct softsgx_run run = fresh(fixture);
    CHECK(call(&run, ECHO, 1, 0) == 0 && answer_rsi == 2);
    CHECK(in_child(grandchild, fixture) == 0);
    return 0;
}
int test_fork_enters(const struct test_fixture *fixture) {
    int line = in_child(forks, fixture);
    return line;
}

static const struct test_fixture *for_thread;
static void *enter_once(void *unused) {
    (void)unused;
    struct softsgx_run run = fresh(for_thread);
    long failed = call(&run, ECHO, 7, 0) != 0 || answer_rsi != 8;
    return (void *)failed;
}

static int lines_of_maps(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    int lines = 0, character;
    while ((character = fgetc(file)) != EOF) lines += character == '\n';
    fclose(file);
    return lines;
}

static int threads(const struct test_fixture *fixture) {
    for_thread = fixture;
    int before = 0;
    for (int i = 0; i < 300; i++) {
        pthread_t thread;
        void *failed = NULL;
        CHECK(pthread_create(&thread, NULL, enter_once, NULL) == 0);
        pthread_join(thread, &failed);
        CHECK(failed == NULL);
        if (i == 3) before = lines_of_maps();
    }
    CHECK(lines_of_maps() == before);
    return 0;
}
int test_threads_leave_no_trace(const struct test_fixture *fixture) { return in_child(threads, fixture); }

static int calls_system(const struct test_fixture *fixture) {
    struct softsgx_run run = fresh(fixture);
    CHECK(call(&run, SYSTEM_CALL, 0, 0) == 0);
    CHECK(run.function == SOFTSGX_ERESUME && run.exception_vector == 6 && run.exception_addr == 0);
    run.reserved[3] = 1;
    CHECK(call(&run, ECHO, 0, 0) == -EINVAL);
    run.reserved[3] = 0;
    CHECK(softsgx_vdso_enter(0, 0, 0, SOFTSGX_EEXIT, 0, 0, &run) == -EINVAL);
    return 0;
}
int test_system_call_inside(const struct test_fixture *fixture) { return in_child(calls_system, fixture); }

static volatile int inside_now, enough;
static void *compute_on(void *unused) {
    (void)unused;
    struct softsgx_run run = fresh(for_thread);
    long failed = 0;
    for (uint64_t seed = 1; !enough && !failed; seed++) {
        failed = call(&run, COMPUTE, 200000, seed) != 0 || run.function != SOFTSGX_EEXIT || answer_rsi != computed(200000, seed);
        inside_now = 1;
    }
    return (void *)failed;
}

// glibc makes every thread change its user, by a signal that it keeps for itself.
static int changes_user(const struct test_fixture *fixture) {
    for_thread = fixture;
    pthread_t thread;
    void *failed = NULL;
    CHECK(pthread_create(&thread, NULL, compute_on, NULL) == 0);
    while (!inside_now) usleep(100);
    for (int i = 0; i < 200; i++) CHECK(setuid(getuid()) == 0);
    enough = 1;
    pthread_join(thread, &failed);
    CHECK(failed == NULL);
    return 0;
}
int test_user_changes(const struct test_fixture *fixture) { return in_child(changes_user, fixture); }

static void never(int signal, siginfo_t *info, void *context) { (void)signal, (void)info, (void)context; }

// An alternate stack that is too small for the frame ends the program instead of what lies below it.
static int has_small_stack(const struct test_fixture *fixture) {
    (void)fixture;
    CHECK(softsgx_install_signals() == 0);
    stack_t small = {.ss_sp = alternate + 32768, .ss_size = 2048};
    memset(alternate, 0x55, 32768);
    CHECK(softsgx_program_sigaltstack(&small, NULL) == 0);
    CHECK(handle(SIGUSR1, never, SA_ONSTACK) == 0);
    raise(SIGUSR1);
    for (int i = 0; i < 32768; i++) CHECK(alternate[i] == 0x55);
    return 0;
}
int test_small_stack(const struct test_fixture *fixture) { return in_child(has_small_stack, fixture); }
