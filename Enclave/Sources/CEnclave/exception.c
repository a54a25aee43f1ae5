// CSSA is 1: what happened to the code that was interrupted, and where it goes on. Runs on the exception stack, calls no Swift.
#include "CEnclave.h"

typedef struct gprsgx {
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, rflags, rip, ursp, urbp;
    uint32_t exit_info;
    uint8_t reserved[3], aex_notify;
    uint64_t fs_base, gs_base;
} gprsgx;

extern void system_call_trapped(void) HIDDEN;
extern void system_call_entry(void) HIDDEN;
extern void user_fault_entry(void) HIDDEN;
extern uint32_t panic_word HIDDEN;
/// What CPUID answers a program; in Swift, reads a table only.
extern void kernel_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t *out) HIDDEN;

enum { EXIT_RESUME = 2, EXIT_PANIC = 3, EXIT_REFUSED = 4 };
enum { VECTOR_UD = 6, VECTOR_PF = 14, VECTOR_INTERRUPTION = 0x100 };
#define SSA_OFFSET (14 * 4096)
#define SAFE_FLAGS 0xcd5

static void keep_frame(vcpu_block *block, const gprsgx *s) {
    trap_frame *f = &block->fault_frame;
    f->r15 = s->r15, f->r14 = s->r14, f->r13 = s->r13, f->r12 = s->r12;
    f->r11 = s->r11, f->r10 = s->r10, f->r9 = s->r9, f->r8 = s->r8;
    f->rbp = s->rbp, f->rdi = s->rdi, f->rsi = s->rsi, f->rdx = s->rdx;
    f->rcx = s->rcx, f->rbx = s->rbx, f->rax = s->rax;
    f->original_rax = ~(uint64_t)0;
    f->rip = s->rip, f->rflags = s->rflags, f->rsp = s->rsp;
    f->restore_all = 1;
}

static void redirect(gprsgx *s, void (*to)(void), uint64_t stack) {
    s->rip = (uint64_t)to;
    s->rsp = stack;
    s->rflags = 0x202;
}

// Instructions of ours whose page fault is an answer: pages.S.
#define PLACES(PLACE)                                                                                       \
    PLACE(accept_trimmed) PLACE(accept_tcs) PLACE(page_probe) PLACE(pages_copy) PLACE(extend_each)           \
    PLACE(accept_each_new) PLACE(accept_each_trimmed) PLACE(accept_each_restricted)
#define DECLARE(name) extern const uint8_t name##_site[] HIDDEN, name##_behind[] HIDDEN;
PLACES(DECLARE)

static int answers_fault(gprsgx *s) {
#define GO_BEHIND(name)                                                            \
    if (s->rip >= (uint64_t)name##_site && s->rip < (uint64_t)name##_behind) {     \
        s->rip = (uint64_t)name##_behind;                                          \
        s->rax = ~(uint64_t)0;                                                     \
        return 1;                                                                  \
    }
    PLACES(GO_BEHIND)
    return 0;
}

HIDDEN uint64_t enclave_exception(vcpu_block *block) {
    uint8_t *frame = (uint8_t *)block + SSA_OFFSET;
    gprsgx *s = (gprsgx *)(frame + 4096 - sizeof(gprsgx));
    const uint64_t *exinfo = (const uint64_t *)((uint8_t *)s - 16);
    int in_image = s->rip >= image_start() && s->rip < image_end();
    int valid = (s->exit_info >> 31) & 1;
    uint32_t vector = s->exit_info & 0xff;

    if (!valid) {
        // An interruption. Kernel code is not preempted; user code goes through the scheduler once.
        if (in_image || block->state != VCPU_RUNNING) return EXIT_REFUSED;
        keep_frame(block, s);
        block->fault_vector = VECTOR_INTERRUPTION;
        redirect(s, user_fault_entry, block->kernel_stack);
        return EXIT_RESUME;
    }
    if (in_image && vector == VECTOR_PF && answers_fault(s)) {
        s->exit_info = 0;
        return EXIT_RESUME;
    }
    if (in_image || block->state != VCPU_RUNNING) {
        // ud2 is how Swift ends after a failed check; anything else here is our fault too. Nothing may go on.
        panic_word = 1;
        return EXIT_PANIC;
    }
    // It is dealt with once: a host that enters again before it resumes finds an interruption, not this exception at the next instruction.
    s->exit_info = 0;
    if (vector == VECTOR_UD) {
        // The bytes may lie at the end of the last mapped page: a fault here would be an exception in the image, which ends the enclave.
        const uint8_t *code = (const uint8_t *)s->rip;
        if (code[0] == 0x0f && code[1] == 0x05) {
            block->trapped_calls++;
            s->rcx = s->rip + 2;
            s->r11 = s->rflags;
            s->rflags = 0x202;
            s->rip = (uint64_t)system_call_trapped;
            return EXIT_RESUME;
        }
        if (code[0] == 0x0f && code[1] == 0xa2) {
            uint32_t out[4];
            block->cpuid_exceptions++;
            kernel_cpuid((uint32_t)s->rax, (uint32_t)s->rcx, out);
            s->rax = out[0], s->rbx = out[1], s->rcx = out[2], s->rdx = out[3];
            s->rip += 2;
            return EXIT_RESUME;
        }
    }
    keep_frame(block, s);
    block->fault_vector = vector;
    block->fault_address = exinfo[0];
    block->fault_error = exinfo[1] & 0xffffffff;
    redirect(s, user_fault_entry, block->kernel_stack);
    return EXIT_RESUME;
}

typedef struct { uint64_t tag, value; } dynamic;
extern const dynamic _DYNAMIC[] __attribute__((weak, visibility("hidden")));

void image_relocate(void) {
    uint64_t base = image_start();
    const uint64_t *relr = 0, *end = 0;
    uint64_t size = 0;
    for (const dynamic *d = _DYNAMIC; d->tag; d++) {
        if (d->tag == 36) relr = (const uint64_t *)(base + d->value);
        if (d->tag == 35) size = d->value;
    }
    if (!relr) return;
    end = relr + size / 8;
    uint64_t *where = 0;
    for (; relr < end; relr++) {
        if (!(*relr & 1)) {
            where = (uint64_t *)(base + *relr);
            *where++ += base;
        } else {
            uint64_t bits = *relr >> 1;
            for (int i = 0; bits; i++, bits >>= 1)
                if (bits & 1) where[i] += base;
            where += 63;
        }
    }
}

extern uint64_t kernel_enter(uint64_t reason, uint64_t call_area) HIDDEN;
static uint32_t booted;

/// Called by the entry for reasons 0 and 1, on the vCPU's entry stack.
HIDDEN uint64_t enclave_enter(uint64_t reason, uint64_t call_area) {
    if (reason == 0) {
        // Exactly one first entry, whatever the host does at the same time on other TCSs.
        uint32_t never = 0;
        if (!__atomic_compare_exchange_n(&booted, &never, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return 1;
        image_relocate();
    } else if (__atomic_load_n(&booted, __ATOMIC_ACQUIRE) != 2) {
        return 1;
    }
    uint64_t result = kernel_enter(reason, call_area);
    if (reason == 0 && result == 0) __atomic_store_n(&booted, 2, __ATOMIC_RELEASE);
    return result;
}
