// The software SGX processor: what ENCLU and the asynchronous exit do on hardware, in C and assembly.
//
// No Swift, no allocation, no thread-local data, no locks: everything here may run in a signal handler, with the enclave's FS and
// GS. Memory comes from the driver (module SoftSGX). Structures and offsets follow the Intel SDM, volume 3D.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <sgx_keys.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SOFTSGX_PAGE = 4096, SOFTSGX_THREAD_BYTES = 65536, SOFTSGX_MOST_TCS = 65535 };

// Leaves of ENCLU.
enum { SOFTSGX_EREPORT = 0, SOFTSGX_EGETKEY = 1, SOFTSGX_EENTER = 2, SOFTSGX_ERESUME = 3, SOFTSGX_EEXIT = 4 };

// An EPCM entry: the low 16 bits are those of SECINFO.FLAGS (R W X PENDING MODIFIED PR, page type in 8..15) with bit 7 as VALID.
// The high half is, for a TCS page and for the page a TCS names as OGSBASE, the number of the TCS plus one.
enum { SOFTSGX_EPCM_VALID = 0x80, SOFTSGX_EPCM_READ = 1, SOFTSGX_EPCM_WRITE = 2, SOFTSGX_EPCM_EXECUTE = 4 };
enum { SOFTSGX_PAGE_TCS = 1, SOFTSGX_PAGE_REG = 2 };

struct softsgx_thread;

// The processor's side of a TCS page, which no software can see.
struct softsgx_tcs {
    struct softsgx_thread *thread;  // inside with this TCS
    uint64_t aep;
    uint32_t busy;
    uint32_t cssa;
    uint32_t nssa;
    uint32_t reserved;
    uint64_t offset;  // of the page from the enclave's base
    uint64_t flags;
    uint64_t ossa;
    uint64_t oentry;
    uint64_t ofsbase;
    uint64_t ogsbase;
    uint64_t unused[6];
};

struct softsgx_enclave {
    uint64_t base;
    uint64_t size;
    uint32_t *epcm;           // size / 4096 entries, a sparse mapping
    struct softsgx_tcs *tcs;  // a sparse mapping of SOFTSGX_MOST_TCS records
    uint32_t tcs_count;
    uint32_t ssa_frame_bytes;
    uint32_t initialised;
    uint32_t sharing_gs;  // two TCSs name one OGSBASE: GS does not tell the thread, sites stay unpatched
    uint64_t xfrm;
    uint32_t xsave_bytes;  // of the XSAVE image for XFRM
    uint32_t misc_select;
    uint64_t gate;  // address of the gate page, 0 without one
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

// Takes the page's fields into a new TCS record. 0, or -1 where EADD would raise #GP.
int softsgx_add_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t page[4096]);
// Marks pages in the EPCM; -1 when one is there already.
int softsgx_add_epcm(struct softsgx_enclave *enclave, uint64_t first_page, uint64_t pages, uint32_t entry);
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

// Binds the calling thread to the enclave: `block` is 64 KiB of memory, aligned to 64 KiB, that becomes its alternate stack and
// record; arms Syscall User Dispatch. 0 or errno.
int softsgx_attach(void *block, struct softsgx_enclave *enclave);
// Undoes it, on the same thread; the block may be unmapped afterwards.
void softsgx_detach(void *block);

// Enters and comes back with EEXIT or an exception; interruptions resume by themselves. 0, or -EINVAL for an unknown function.
int softsgx_enter(struct softsgx_thread *thread, struct softsgx_entry *entry);
// The same through real ENCLU instructions, which trap: what a host program that knows nothing of us runs.
int softsgx_enter_trapping(struct softsgx_thread *thread, struct softsgx_entry *entry);

#ifdef __cplusplus
}
#endif
