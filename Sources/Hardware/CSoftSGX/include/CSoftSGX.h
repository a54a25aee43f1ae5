// The software SGX processor: what ENCLU and the asynchronous exit do on hardware, in C and assembly.
//
// No Swift, no allocation, no thread-local data, no locks: everything here may run in a signal handler, with the enclave's FS and
// GS. Memory comes from the driver (module SoftSGX). Structures and offsets follow the Intel SDM, volume 3D.
#pragma once

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <sgx_keys.h>

#include "softsgx_epc.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SOFTSGX_PAGE = 4096, SOFTSGX_THREAD_BYTES = 65536, SOFTSGX_MOST_TCS = 65533, SOFTSGX_MOST_ENCLAVES = 1024,
       SOFTSGX_MOST_FRAME_PAGES = 16, SOFTSGX_LEAF = 1024 };

// Leaves of ENCLU.
enum { SOFTSGX_EREPORT = 0, SOFTSGX_EGETKEY = 1, SOFTSGX_EENTER = 2, SOFTSGX_ERESUME = 3, SOFTSGX_EEXIT = 4, SOFTSGX_EACCEPT = 5,
       SOFTSGX_EMODPE = 6, SOFTSGX_EACCEPTCOPY = 7 };

// An EPCM entry, atomic. The low 16 bits are those of SECINFO.FLAGS (R W X PENDING MODIFIED PR, page type in 8..10) with bit 7 as
// VALID and bit 6 as BUSY: somebody is changing this page. Bits 12..14 are the driver's: the rights a mapping of the page may have
// at most. The high half is, for a TCS page and for the page a TCS names as OGSBASE, the number of the TCS plus one; 0xffff where
// several TCSs name it.
enum { SOFTSGX_EPCM_READ = 1, SOFTSGX_EPCM_WRITE = 2, SOFTSGX_EPCM_EXECUTE = 4, SOFTSGX_EPCM_PENDING = 8, SOFTSGX_EPCM_MODIFIED = 0x10,
       SOFTSGX_EPCM_PR = 0x20, SOFTSGX_EPCM_BUSY = 0x40, SOFTSGX_EPCM_VALID = 0x80, SOFTSGX_EPCM_TYPE_SHIFT = 8,
       SOFTSGX_EPCM_MOST_SHIFT = 12 };
enum { SOFTSGX_PAGE_SECS = 0, SOFTSGX_PAGE_TCS = 1, SOFTSGX_PAGE_REG = 2, SOFTSGX_PAGE_VA = 3, SOFTSGX_PAGE_TRIM = 4 };
enum { SOFTSGX_GS_SHARED = 0xffff };

// What the process asked for a page: PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4, and whether it is mapped at all. The page's rights in
// the host are these and the EPCM's; none where it is not valid, not regular, pending or modified.
enum { SOFTSGX_VMA_MAPPED = 8 };

// Codes of the SDM.
enum { SOFTSGX_PG_INVLD = 6, SOFTSGX_EPC_PAGE_CONFLICT = 7, SOFTSGX_ENCLAVE_ACT = 14, SOFTSGX_PAGE_ATTRIBUTES_MISMATCH = 19,
       SOFTSGX_PAGE_NOT_MODIFIABLE = 20 };

struct softsgx_thread;

// The processor's side of a TCS page, which no software can see.
struct softsgx_tcs {
    struct softsgx_thread *thread;  // inside with this TCS
    uint64_t aep;
    uint32_t busy;
    uint32_t cssa;
    uint32_t nssa;
    uint32_t used;    // the record belongs to a page
    uint64_t offset;  // of the page from the enclave's base
    uint64_t flags;
    uint64_t ossa;
    uint64_t oentry;
    uint64_t ofsbase;
    uint64_t ogsbase;
    uint64_t unused[6];
};

// An enclave. Its memory, and that of the tables it points to, is shared with forked children where the pages are; `vma` never is.
struct softsgx_enclave {
    uint64_t base;
    uint64_t size;
    uint32_t *epcm;           // size / 4096 entries, a sparse mapping
    uint8_t *vma;             // size / 4096 entries, a sparse mapping
    uint8_t *written;         // a byte for every SOFTSGX_LEAF entries of `epcm`: 0 while all of them are zero
    struct softsgx_tcs *tcs;  // a sparse mapping of SOFTSGX_MOST_TCS records
    uint32_t tcs_count;       // records that were ever used
    uint32_t ssa_frame_bytes;
    uint32_t initialised;
    uint32_t owned;        // ELRANGE is reserved: what is not mapped is still ours, without rights
    uint64_t alias;        // a second mapping of the pages, readable and writable; 0 without one
    uint64_t xfrm;
    uint32_t xsave_bytes;  // of the XSAVE image for XFRM
    uint32_t misc_select;
    uint64_t gate;  // address of the gate page, 0 without one
    struct softsgx_epc *epc;  // NULL: pages are not counted
    uint64_t epc_pages;       // of the enclave: SECS and what was added or augmented
    uint64_t epc_charged;     // to `epc`: these and their version arrays
    struct sgx_identity identity;
    uint8_t root_key[32];
    uint8_t report_key_id[32];
};

// Why and with what a thread enters, and how it came back: the fields of the vDSO's `sgx_enclave_run` and its registers.
struct softsgx_entry {
    uint64_t tcs;
    uint64_t rdi;
    uint64_t rsi;
    uint64_t rdx;
    uint64_t r8;
    uint64_t r9;
    uint32_t function;  // in: EENTER or ERESUME; out: EEXIT, or the leaf at which an exception was met
    uint16_t vector;
    uint16_t error_code;
    uint64_t address;  // of a page fault, its low 12 bits zero as on hardware
    uint64_t rip;      // where the exception was met: known in simulation only
};

// Measured and refused by ECREATE: bytes an XSAVE image for `xfrm` takes, 0 where the processor does not have it all.
uint32_t softsgx_xsave_bytes(uint64_t xfrm);
// Whether RDFSBASE and the like may be used.
int softsgx_have_fsgsbase(void);
int softsgx_have_xsave(void);

// The account of pages that `enclave->epc` names: takes some, 0 or -ENOMEM; gives some back. Callable in signal handlers.
int softsgx_epc_take(struct softsgx_enclave *enclave, uint64_t pages);
void softsgx_epc_give(struct softsgx_enclave *enclave, uint64_t pages);
// The enclave ends; of the processes that share it the first to say so gives its pages back.
void softsgx_epc_give_all(struct softsgx_enclave *enclave);

// Makes an enclave findable by its addresses; 0, or ENOSPC.
int softsgx_register(struct softsgx_enclave *enclave);
// No thread is inside or enters any more.
void softsgx_unregister(struct softsgx_enclave *enclave);
struct softsgx_enclave *softsgx_find(uint64_t address);

// ENCLS, and the driver's rules about a page's state. Page numbers count from the enclave's base. 0, a code of the SDM, or -errno.
// Pages are added in ranges; one that is there already gives -EBUSY and changes nothing.
int softsgx_eadd(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t secinfo_flags);
// EADD of a TCS page: -EIO where the instruction would raise #GP.
int softsgx_add_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t page[4096]);
// A zero page, pending, readable and writable: -EINVAL before EINIT, -EBUSY where there is a page, -ENOMEM without EPC.
int softsgx_eaug(struct softsgx_enclave *enclave, uint64_t page);
// The following change pages side by side, as many as go together, and say how many that were; 0 is the first page's error.
// Takes rights away. -EFAULT: no page, or #PF; -EINVAL: not a regular one.
int softsgx_emodpr(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights, uint64_t *done);
// To SOFTSGX_PAGE_TCS or SOFTSGX_PAGE_TRIM. -EPERM: its mapping may not be writable, so it cannot become a TCS.
int softsgx_emodt(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t type, uint64_t *done);
// Removes pages that were trimmed and accepted: -EFAULT without one, -EPERM where it is neither.
int softsgx_eremove(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint64_t *done);
// EACCES where a page that is there may not be mapped with these rights (PROT_*), otherwise 0: the driver's `may_map`.
int softsgx_may_map(const struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights);
// Records what the process asked for (PROT_* and SOFTSGX_VMA_MAPPED) and gives the pages that are there their rights. 0 or -errno.
int softsgx_set_vma(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t vma);
// Gives pages in the host the rights that EPCM and process say. 0 or -errno.
int softsgx_refresh(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages);

// Writes the gate into the page at `enclave->gate`, which is still writable.
void softsgx_make_gate(struct softsgx_enclave *enclave);
// Rewrites `ENCLU; NOP; NOP` in the `length` bytes at `code` (writable) into calls of the gate; how many.
uint64_t softsgx_patch(const struct softsgx_enclave *enclave, uint8_t *code, uint64_t length);

// Takes over SIGSEGV, SIGILL, SIGSYS, SIGFPE, SIGBUS and SIGTRAP for the process, once; handlers found are chained. 0 or errno.
int softsgx_install_signals(void);
// Installs an asynchronous handler in the only way that is safe beside an enclave: on the alternate stack, with the host's FS and
// GS, all signals blocked. An interruption of the enclave is an asynchronous exit first. Interrupted system calls are restarted
// (SA_RESTART) when `restart`. 0 or errno.
int softsgx_handle_signal(int signal, void (*handler)(int, void *, void *), int restart);

// From a handler of `softsgx_handle_signal`, with its third argument: the entry under way on this thread comes back, at this
// interruption or the next, with function ERESUME and SOFTSGX_INTERRUPTED as its vector. ERESUME goes on.
void softsgx_interrupt(void *context);
enum { SOFTSGX_INTERRUPTED = 0xffff };

// Readies the calling thread for entering any enclave: `block` is 64 KiB of memory, aligned to 64 KiB, that becomes its alternate
// stack and record. 0 or errno. Syscall User Dispatch is armed for the enclave that is entered.
int softsgx_attach(void *block);
// Undoes it, on the same thread; the block may be unmapped afterwards.
void softsgx_detach(void *block);
// Whether system calls from inside the enclave can be caught: 0 where the kernel offers no form that leaves this process alone.
int softsgx_system_calls_refused(const struct softsgx_enclave *enclave);

// Enters and comes back with EEXIT or an exception; interruptions resume by themselves. 0, or -EINVAL for an unknown function.
int softsgx_enter(struct softsgx_thread *thread, struct softsgx_entry *entry);
// The same through real ENCLU instructions, which trap: what a host program that knows nothing of us runs.
int softsgx_enter_trapping(struct softsgx_thread *thread, struct softsgx_entry *entry);

// For programs that know nothing of us. Our stub is the only handler the kernel knows; these are the dispositions and the alternate
// stack that the program thinks it has. 0 or errno.
int softsgx_program_sigaction(int signal, const struct sigaction *action, struct sigaction *old);
int softsgx_program_sigaltstack(const stack_t *stack, stack_t *old);
// Of the signals of exceptions (SEGV ILL BUS FPE TRAP SYS) those that the program takes to be blocked: a handler of its own for one is
// under way. In truth none ever is on a thread that entered an enclave, since ENCLU traps. Bit N - 1 is signal N.
uint64_t softsgx_believed_mask(void);
// The program opens some of them in a handler.
void softsgx_open_signals(uint64_t mask);

// Takes over the handlers that glibc keeps for itself (signals 32 and 33: cancellation, setuid of all threads) once it has installed
// them, which it does behind everybody's back. Done whenever a thread is readied or enters through softsgx_vdso_enter.
void softsgx_take_over_glibc(void);

// The vDSO's `struct sgx_enclave_run`.
struct softsgx_run {
    uint64_t tcs;
    uint32_t function;
    uint16_t exception_vector;
    uint16_t exception_error_code;
    uint64_t exception_addr;
    uint64_t user_handler;
    uint64_t user_data;
    uint8_t reserved[216];
};
// `__vdso_sgx_enter_enclave`; readies the thread when it is not yet.
int softsgx_vdso_enter(
    unsigned long rdi, unsigned long rsi, unsigned long rdx, unsigned int function, unsigned long r8, unsigned long r9,
    struct softsgx_run *run);
// The address of a CPUID instruction that was replaced by UD2: the handler answers with softsgx_cpuid and goes on behind it. 0, or
// ENOSPC.
int softsgx_cpuid_site(uint64_t address);
// What CPUID says: the processor's answer unless somebody else gives them. Results in EAX, EBX, ECX, EDX.
void softsgx_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]);
// Who gives the answers instead of the processor; called in a signal handler.
void softsgx_set_cpuid(void (*answer)(uint32_t leaf, uint32_t subleaf, uint32_t out[4]));

#ifdef __cplusplus
}
#endif
