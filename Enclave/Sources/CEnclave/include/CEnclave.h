// Entry, exits and the few symbols the compiler expects: what Swift cannot say.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define HIDDEN __attribute__((visibility("hidden")))

/// The registers of a thread in user mode, at the top of its kernel stack; the layout is known to entry.S.
typedef struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t original_rax;
    uint64_t rip, rflags, rsp;
    /// Nonzero: every register is restored; zero: RCX and R11 are lost, as after SYSCALL.
    uint64_t restore_all;
} trap_frame;

/// A vCPU's own words, behind the measured launch layout in the block that GS points to; offsets are known to entry.S.
typedef struct vcpu_block {
    uint8_t launch_layout[128];
    uint64_t self;              // 128
    uint64_t kernel_stack;      // 136: top of the current thread's kernel stack
    uint64_t user_rsp;          // 144
    uint64_t current_thread;    // 152
    uint64_t call_area;         // 160
    uint64_t state;             // 168: enum vcpu_state
    uint64_t host_call_rsp;     // 176
    uint64_t exit_target;       // 184
    uint64_t host_rsp;          // 192
    uint64_t host_rbp;          // 200
    uint64_t exception_busy;    // 208
    uint64_t user_rip;          // 216
    uint64_t host_call_result;  // 224: RDX at the return from a host call
    uint64_t rewritten_calls;   // 232
    uint64_t trapped_calls;     // 240
    uint64_t cpuid_exceptions;  // 248
    uint64_t fault_vector;      // 256
    uint64_t fault_error;       // 264
    uint64_t fault_address;     // 272
    trap_frame fault_frame;     // 280
    uint64_t idle_context;      // 440: RSP of the scheduler's own context while a thread runs
    uint64_t slot_calls;        // 448: numbers of calls in the slot that were used up
    uint64_t slot_pace;         // 456: `SlotPace`
    uint64_t exitless_calls;    // 464: how many of them were answered
} vcpu_block;

enum vcpu_state { VCPU_IDLE = 0, VCPU_RUNNING = 1, VCPU_IN_HOST_CALL = 2 };

/// The block of the vCPU that runs this.
static inline vcpu_block *_Nonnull vcpu_current(void) {
    vcpu_block *block;
    __asm__ volatile("movq %%gs:128, %0" : "=r"(block));
    return block;
}

/// Leaves for a host call that stands in the call area; comes back with RDX of the return. The extended state of the thread is kept.
uint64_t enclave_host_call(void);
/// The same from the scheduler's own stack, where there is no extended state to keep.
uint64_t enclave_idle_host_call(void);

/// Saves the kernel context on the current stack, stores RSP at `from`, and goes on with the context at `to`.
void context_switch(uint64_t *from, uint64_t to);
/// Prepares a kernel stack whose first switch calls `enter(argument)` of Swift's `kernel_thread_start`.
uint64_t context_prepare(uint64_t stack_top);
/// Leaves for user mode with the frame's registers; the kernel stack is empty afterwards.
__attribute__((noreturn)) void return_to_user(trap_frame *frame);

void extended_state_save(void *area);
void extended_state_restore(const void *area);
/// Everything as a program finds it at its start.
void extended_state_initialise(void);
/// Bytes of an extended state area, 64-byte aligned.
#define EXTENDED_STATE_SIZE 2752

uint64_t fs_base_read(void);
void fs_base_write(uint64_t value);
uint64_t tsc_read(void);
/// Zero when the generator gave nothing.
int random_word(uint64_t *out);
uint64_t xcr0_read(void);

/// ENCLU[EREPORT] and ENCLU[EGETKEY]; operands aligned as the manual says. EGETKEY returns its error code.
void enclu_report(const void *target_info, const void *report_data, void *report);
uint64_t enclu_get_key(const void *key_request, void *key);

/// The address of the image's first byte, of its end, and of the places the rewritten sites jump to.
uint64_t image_start(void);
uint64_t image_end(void);
uint64_t system_call_entry_address(void);
uint64_t cpuid_entry_address(void);
/// Where every vCPU is entered.
uint64_t enclave_entry_address(void);
/// The vDSO as a file, and its length, at most a page.
const void *vdso_image_start(void);
uint32_t vdso_image_length(void);

/// Applies the image's relative relocations; done once, before anything else of the image runs.
void image_relocate(void);

/// A lock for a few instructions; it does not yield.
typedef struct spin_lock { uint32_t taken; } spin_lock;
static inline int spin_try(spin_lock *lock) { return __atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE) == 0; }
static inline void spin_unlock(spin_lock *lock) { __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE); }
static inline void cpu_relax(void) { __asm__ volatile("pause"); }
/// A byte that a thread without the kernel lock may be changing.
static inline uint8_t byte_load(const uint8_t *at) { return __atomic_load_n(at, __ATOMIC_ACQUIRE); }
static inline void byte_store(uint8_t *at, uint8_t value) { __atomic_store_n(at, value, __ATOMIC_RELEASE); }

/// A word of the program that its own threads change at the same time.
static inline uint32_t word_load(const uint32_t *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static inline void word_store(uint32_t *at, uint32_t value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }
/// Nonzero when the word was `expected` and is `value` now.
static inline int word_exchange(uint32_t *at, uint32_t expected, uint32_t value) {
    return __atomic_compare_exchange_n(at, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/// EACCEPT of pages side by side that EAUG made (R, W): how many were accepted before the first that was not, or that the host does not
/// give.
///
/// Whoever calls it knows that they were never accepted: a page the host took away and made anew would be accepted as well.
uint64_t pages_accept_new(uint64_t address, uint64_t pages);
/// EACCEPT of a page the host trimmed, whose content is gone then: 0, a code of the manual, or all ones where there is no such page.
uint64_t page_accept_trimmed(uint64_t address);
/// The same for pages side by side: how many were accepted before the first that was not.
uint64_t pages_accept_trimmed(uint64_t address, uint64_t pages);
/// EACCEPT of a page the host made a TCS of, which can be entered from then on; results as for a trimmed one.
uint64_t page_accept_tcs(uint64_t address);
/// EACCEPT of pages side by side whose rights the host restricted to `rights` (R 1, W 2, X 4): how many before the first that was not so.
uint64_t pages_accept_restricted(uint64_t address, uint64_t pages, uint64_t rights);
/// EACCEPTCOPY: pages that EAUG made begin their life with these rights and a copy of `source`, pages of the enclave of which the next one
/// stands `step` bytes on; how many there are before the first for which there is none.
uint64_t pages_copy(uint64_t address, uint64_t pages, uint64_t rights, uint64_t source, uint64_t step);
/// EMODPE: adds rights to pages side by side; how many got them before the first that is not one of ours.
uint64_t pages_extend(uint64_t address, uint64_t pages, uint64_t rights);
/// Zero when the page can be read, all ones when it cannot.
uint64_t page_probe(uint64_t address);

/// The kernel heap: `added` bytes of its range are there, the rest is accepted as it grows; zeroed pages are not expected.
void heap_initialise(void *start, size_t length, size_t added);
/// Bytes of the range that are there.
size_t heap_held(void);
size_t heap_used(void);
size_t heap_peak(void);
void *_Nullable heap_pages(size_t bytes);
void heap_pages_free(void *pages, size_t bytes);

/// Copies that the compiler must not turn into something else: one side is memory the host can change at any time.
void untrusted_copy_in(void *trusted, const void *untrusted, size_t length);
void untrusted_copy_out(void *untrusted, const void *trusted, size_t length);

/// The words of a slot, which the host changes at any time; whole and aligned.
static inline uint64_t slot_load(uint64_t at) { return __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE); }
/// What was written to untrusted memory before is there for who sees the value.
static inline void slot_store(uint64_t at, uint64_t value) { __atomic_store_n((uint64_t *)at, value, __ATOMIC_SEQ_CST); }
/// Nonzero when the word was `expected` and is `value` now.
static inline int slot_exchange(uint64_t at, uint64_t expected, uint64_t value) {
    return __atomic_compare_exchange_n((uint64_t *)at, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/// Stops the enclave for good.
__attribute__((noreturn)) void enclave_panic(uint64_t code);

/// The big kernel lock.
extern spin_lock kernel_lock HIDDEN;
static inline int kernel_lock_try(void) { return spin_try(&kernel_lock); }
static inline void kernel_lock_release(void) { spin_unlock(&kernel_lock); }

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#pragma clang assume_nonnull end
