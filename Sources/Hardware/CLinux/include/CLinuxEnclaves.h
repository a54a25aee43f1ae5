#pragma once
// What loading and serving an enclave needs of the kernel and the processor and the Glibc module hides. Functions named `long`
// return a value >= 0, or the negated errno.
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/// Opens a file for reading by a path that cannot leave `directory`; never blocks on a FIFO. With `links` 0 the path may contain
/// no symbolic link.
long cl_open_below(int directory, const char *path, int links);
/// openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS: links may lead anywhere below `directory`.
long cl_open_source(int directory, const char *path, int flags);
/// openat2 with RESOLVE_BENEATH, RESOLVE_NO_MAGICLINKS and RESOLVE_NO_SYMLINKS: no link is followed.
long cl_open_beneath(int directory, const char *path, int flags, unsigned mode);
long cl_rename(int directory, const char *name, int new_directory, const char *new_name, unsigned flags);
/// chmod of an open file, opened with O_PATH or otherwise.
long cl_change_mode(int file, unsigned mode);
/// mkdirat with this mode, whatever the process' umask is.
long cl_make_directory(int directory, const char *name, unsigned mode);
/// fallocate with FALLOC_FL_* in `mode`.
long cl_change_room(int file, int mode, int64_t offset, int64_t length);
long cl_list(int directory, void *entries, size_t length);
/// MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, nothing there before (MAP_FIXED_NOREPLACE) when `address` is not 0 or `fixed`.
long cl_map_anonymous(uint64_t address, uint64_t length, int protection, int fixed);
/// MADV_DONTFORK and MADV_DONTDUMP.
long cl_keep_private(uint64_t address, uint64_t length);

/// Sleeps while *word == expected, `nanoseconds` at most (UINT64_MAX: for ever).
long cl_futex_wait(const uint32_t *word, uint32_t expected, uint64_t nanoseconds);
long cl_futex_wake(const uint32_t *word, int count);
/// Sleeps until `cl_unpark` of the same word, `nanoseconds` at most; returns at once when that came before. Signals end it too.
void cl_park(uint32_t *word, uint64_t nanoseconds);
void cl_unpark(uint32_t *word);
/// A word of memory that an enclave changes at any time; whole and aligned.
uint64_t cl_shared_load(const void *word);
/// What was written before is there for who sees the value.
void cl_shared_store(void *word, uint64_t value);
/// Nonzero when the word was `expected` and is `value` now.
int cl_shared_exchange(void *word, uint64_t expected, uint64_t value);
/// A short pause of a thread that looks again and again.
void cl_relax(void);
/// How often the calling thread had to leave its processor to another one.
uint64_t cl_preemptions(void);
/// CLOCK_MONOTONIC in nanoseconds, as of the last tick: read within a few nanoseconds.
uint64_t cl_coarse_time(void);
/// Runs `body(argument)` on a detached thread.
long cl_start_thread(void (*body)(void *), void *argument, size_t stack_bytes);
/// Sends a signal to one thread of this process.
long cl_signal_thread(int thread, int signal);
/// For the calling thread and those it makes; signal n is bit n - 1. The two that glibc keeps for itself are left out.
void cl_block_signals(uint64_t signals);
/// Those of a set that this process ignores.
uint64_t cl_ignored_signals(uint64_t signals);
/// Waits for one of a set, which the caller blocks; 0 after the time, or when something else came.
int cl_await_signal(uint64_t signals, uint64_t nanoseconds);
int cl_thread_id(void);
/// How many processors this thread may use; 0 where that cannot be told.
unsigned cl_processors(void);
/// For the calling thread; some thread pools block every signal they can.
void cl_unblock_signal(int signal);
/// ppoll with a limit in nanoseconds (UINT64_MAX: for ever).
long cl_poll(struct pollfd *descriptors, size_t count, uint64_t nanoseconds);
long cl_ioctl(int fd, unsigned long request, void *argument);
long cl_random(void *bytes, size_t count);
// Gives a file room from `offset` on, and makes it so long.
long cl_allocate(int fd, uint64_t offset, uint64_t length);
/// Connects a stream socket to the UNIX socket at `path`.
long cl_connect_unix(const char *path);
/// The same without waiting: -EAGAIN where a listener is too busy to answer.
long cl_probe_unix(const char *path);

struct cl_clocks {
    uint64_t tsc;
    uint64_t realtime;
    uint64_t monotonic;
};
/// The three clocks within a few hundred nanoseconds of each other.
void cl_read_clocks(struct cl_clocks *clocks);
/// Names as the manual has them (`ENOENT`), and of a signal without its SIG; NULL for a number that has none.
const char *cl_error_name(int error);
const char *cl_signal_name(int signal);
/// EAX, EBX, ECX, EDX.
void cl_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]);

// The in-tree SGX driver (linux/arch/x86/include/uapi/asm/sgx.h), spelled out so that tests can check every byte.

struct cl_sgx_enclave_create {
    uint64_t source;
};
struct cl_sgx_enclave_add_pages {
    uint64_t source;
    uint64_t offset;
    uint64_t length;
    uint64_t secinfo;
    uint64_t flags;
    uint64_t count;
};
struct cl_sgx_enclave_init {
    uint64_t sigstruct;
};
struct cl_sgx_enclave_provision {
    uint64_t fd;
};
// SGX2, since Linux 6.0: `result` and `count` are written by the driver and zero before.
struct cl_sgx_enclave_restrict_permissions {
    uint64_t offset;
    uint64_t length;
    uint64_t permissions;
    uint64_t result;
    uint64_t count;
};
struct cl_sgx_enclave_modify_types {
    uint64_t offset;
    uint64_t length;
    uint64_t page_type;
    uint64_t result;
    uint64_t count;
};
struct cl_sgx_enclave_remove_pages {
    uint64_t offset;
    uint64_t length;
    uint64_t count;
};
/// `struct sgx_enclave_run` of the vDSO.
struct cl_sgx_enclave_run {
    uint64_t tcs;
    uint32_t function;
    uint16_t exception_vector;
    uint16_t exception_error_code;
    uint64_t exception_address;
    uint64_t user_handler;
    uint64_t user_data;
    uint8_t reserved[216];
};
extern const unsigned long cl_sgx_ioc_enclave_create, cl_sgx_ioc_enclave_add_pages, cl_sgx_ioc_enclave_init,
    cl_sgx_ioc_enclave_provision, cl_sgx_ioc_enclave_restrict_permissions, cl_sgx_ioc_enclave_modify_types,
    cl_sgx_ioc_enclave_remove_pages;

/// In and out: RDI, RSI, RDX, R8, R9.
struct cl_sgx_registers {
    uint64_t rdi, rsi, rdx, r8, r9;
};
/// Address of `__vdso_sgx_enter_enclave`, 0 where the kernel has none.
uint64_t cl_sgx_find_vdso(void);
/// Whether devices and vDSO are those of the preloaded software SGX.
int cl_sgx_is_simulated(void);
/// Calls it; keeps what the C convention wants kept, MXCSR and the x87 control word too, which the vDSO leaves to its caller.
long cl_sgx_vdso_enter(uint64_t function, struct cl_sgx_registers *registers, uint64_t leaf, struct cl_sgx_enclave_run *run);
