// What an access of the enclave to a page of its own comes to. All of it with every signal blocked, where a page has to be added.
#pragma once

#include "softsgx.h"

// The bits of EPCM entries.
enum { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_FETCH = 4 };

// ALLOWED, AGAIN (somebody is changing the page: the instruction is executed once more), FAULT (#PF with the code), BUS_ERROR (the
// same, but the driver would send SIGBUS: no EPC, no page yet, or mapped with more rights than the page may have).
enum softsgx_verdict { VERDICT_ALLOWED, VERDICT_AGAIN, VERDICT_FAULT, VERDICT_BUS_ERROR };

// The page tables' part, with the driver behind it, which adds the page where there is none.
enum softsgx_verdict softsgx_walk(struct softsgx_enclave *enclave, uint64_t address, uint32_t access, uint32_t *code);
// The EPCM's part for an ordinary access.
int softsgx_epcm_allows(uint32_t entry, uint32_t access, uint32_t *code);
// Both.
enum softsgx_verdict softsgx_judge(struct softsgx_enclave *enclave, uint64_t address, uint32_t access, uint32_t *code);
// Gives the host the rights that the page should have.
enum softsgx_verdict softsgx_catch_up(struct softsgx_enclave *enclave, uint64_t address);
