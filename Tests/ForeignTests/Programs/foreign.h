// A small SGX loader as anybody would write it for Linux' driver: it knows the uapi header, the manual and libcrypto, nothing else.
#pragma once
#include <asm/sgx.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operation.h"

enum { PAGE = 4096, THREAD_PAGES = 5, FIRST_THREAD = 3, EENTER = 2, ERESUME = 3, EEXIT = 4 };
enum { READ = 1, WRITE = 2, EXECUTE = 4, TCS = 0x100, REGULAR = 0x200, TRIMMED = 0x400, PENDING = 8, MODIFIED = 0x10, RESTRICTED = 0x20 };
enum { INIT = 1, DEBUG = 2, MODE64 = 4, PROVISION_KEY = 0x10, LAUNCH_KEY = 0x20, KSS = 0x80 };

// What an enclave shall be. Zeros mean: one thread, 64 pages of ELRANGE, MODE64, x87 and SSE, masks over everything but the host's choices.
struct recipe {
    bool old;                      // by /dev/isgx, the driver before Linux had one
    unsigned threads;
    uint64_t pages, heap;          // pages of ELRANGE; unmeasured R|W pages behind the threads
    uint64_t attributes, xfrm;     // of SECS, beside MODE64 and 3
    uint32_t misc;
    uint8_t config[64];
    uint16_t config_svn;
    uint8_t family[16], product_extension[16];
    uint16_t product, svn;
    // SIGSTRUCT where it shall differ from SECS.
    uint64_t signed_attributes, signed_xfrm, attributes_mask, xfrm_mask;
    uint32_t signed_misc, misc_mask;
    bool masks_given;
    void (*spoil_secs)(uint8_t *secs);
    void (*spoil_signed)(uint8_t *sigstruct);      // before signing
    void (*spoil_signature)(uint8_t *sigstruct);   // after it
};

struct enclave {
    int file;
    bool old;
    uint64_t base, size;
    unsigned threads;
    uint64_t heap;  // address of the heap, or of the first page that was not added
    uint8_t hash[32], signer[32];
    void *hashing;
};

// Each returns 0 or an errno. `enclave_make` does all of them, and maps.
int enclave_open(struct enclave *, const struct recipe *);
int enclave_create(struct enclave *, const struct recipe *);
int enclave_add(struct enclave *, const void *source, uint64_t offset, uint64_t length, uint64_t secinfo, bool measured);
int enclave_add_all(struct enclave *, const struct recipe *);
int enclave_initialise(struct enclave *, const struct recipe *);
int enclave_map(struct enclave *, uint64_t offset, uint64_t length, int rights);
int enclave_map_all(struct enclave *, const struct recipe *);
int enclave_make(struct enclave *, const struct recipe *);
void enclave_end(struct enclave *);

uint64_t enclave_tcs(const struct enclave *, unsigned thread);
// Through the vDSO's function: 0, or a negative errno. What happened is in `run`.
int enclave_enter(struct sgx_enclave_run *, uint64_t tcs, unsigned leaf, struct operation *);
// An operation that must end with EEXIT: its result.
uint64_t enclave_ask(const struct enclave *, unsigned thread, struct operation *);
// The function that getauxval(AT_SYSINFO_EHDR) leads to.
void *vdso_function(const char *name);

// In sigstruct.c.
void sigstruct_sign(uint8_t sigstruct[1808], uint8_t signer[32]);

// In tap.c: one line a check, the plan at the end.
bool check(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool equal(uint64_t is, uint64_t should, const char *format, ...) __attribute__((format(printf, 3, 4)));
void require(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));
int checked(void);
// How long the long tests take, in seconds.
double patience(double usually);
double now(void);
