// ENCLS: what the driver does to pages of an initialised enclave. Pages are changed together as far as there is no surprise, so that the
// host's rights change once for all of them; what is a surprise is dealt with alone.
#define _GNU_SOURCE
#include <errno.h>

#include "kernel.h"
#include "pagerun.h"

// The entry after EMODPR, or the code or error in `result`.
static uint32_t restricted(uint32_t found, uint32_t rights, int *result) {
    *result = 0;
    if ((found & SOFTSGX_EPCM_VALID) == 0) *result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_REG) *result = -EINVAL;
    else if ((found & (SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED)) != 0) *result = SOFTSGX_PAGE_NOT_MODIFIABLE;
    return (found & ~(uint32_t)(EPCM_RIGHTS & ~rights)) | SOFTSGX_EPCM_PR;
}

// The same for EMODT.
static uint32_t retyped(uint32_t found, uint32_t type, int *result) {
    uint32_t most = SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE;
    int trimming = type == SOFTSGX_PAGE_TRIM;
    *result = 0;
    if ((found & SOFTSGX_EPCM_VALID) == 0) *result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_REG && !(epcm_type(found) == SOFTSGX_PAGE_TCS && trimming)) *result = -EINVAL;
    else if (!trimming && (most & ~epcm_most(found)) != 0) *result = -EPERM;
    else if ((found & (SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED)) != 0) *result = SOFTSGX_PAGE_NOT_MODIFIABLE;
    if (trimming) most = epcm_most(found);
    return SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_MODIFIED | type << SOFTSGX_EPCM_TYPE_SHIFT | most << SOFTSGX_EPCM_MOST_SHIFT;
}

typedef uint32_t change_function(uint32_t found, uint32_t argument, int *result);

static int change(struct softsgx_enclave *enclave, uint64_t page, change_function *after, uint32_t argument) {
    uint32_t *entry = &enclave->epcm[page];
    int result;
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
    uint32_t state = after(found, argument, &result);
    if (result == 0) result = softsgx_apply(enclave, page, found, state);
    epcm_put(entry, result == 0 ? state : found);
    return result;
}

// Several pages at once, as far as there is no surprise.
static uint64_t change_run(
    struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, change_function *after, uint32_t argument) {
    struct softsgx_page_run run;
    uint32_t found;
    int result = 0;
    softsgx_run_begin(&run, enclave, first);
    if (!softsgx_is_ours(enclave, run.vma)) return 0;
    while (run.count < pages && run.count < MOST_RUN_PAGES && softsgx_run_take(enclave, first + run.count, run.vma, &found)) {
        uint32_t state = after(found, argument, &result);
        if (result != 0) {
            epcm_put(&enclave->epcm[first + run.count], found);
            break;
        }
        run.before[run.count] = found;
        run.after[run.count++] = state;
    }
    uint64_t done = softsgx_run_change_rights(&run, 0);
    softsgx_run_end(&run, done);
    return done;
}

// The high half of a page that was a TCS is its own record's number, that of any other page names the TCS whose OGSBASE it is.
static void drop_record(struct softsgx_enclave *enclave, uint64_t page, uint32_t *entry) {
    uint32_t number = epcm_load(entry) >> 16;
    if (number == 0 || number == SOFTSGX_GS_SHARED) return;
    if (enclave->tcs[number - 1].offset != page * SOFTSGX_PAGE) return;
    softsgx_drop_tcs(enclave, number);
    __atomic_and_fetch(entry, EPCM_LOW, __ATOMIC_SEQ_CST);
}

static int eremove(struct softsgx_enclave *enclave, uint64_t page) {
    uint32_t *entry = &enclave->epcm[page];
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
    int result = 0;
    if ((found & SOFTSGX_EPCM_VALID) == 0) result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_TRIM || (found & SOFTSGX_EPCM_MODIFIED) != 0) result = -EPERM;
    if (result == 0) result = softsgx_empty(enclave, page, 1);
    if (result == 0) {
        drop_record(enclave, page, entry);
        epcm_put(entry, 0);
        if (enclave->epc != NULL) softsgx_epc_give(enclave, 1);
    } else {
        epcm_put(entry, found);
    }
    return result;
}

// The same, except that a page which was a TCS is a surprise.
static uint64_t remove_run(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages) {
    struct softsgx_page_run run;
    uint32_t found;
    softsgx_run_begin(&run, enclave, first);
    while (run.count < pages && run.count < MOST_RUN_PAGES && softsgx_run_take(enclave, first + run.count, run.vma, &found)) {
        if (epcm_type(found) != SOFTSGX_PAGE_TRIM || (found & SOFTSGX_EPCM_MODIFIED) != 0 || found >> 16 != 0) {
            epcm_put(&enclave->epcm[first + run.count], found);
            break;
        }
        run.before[run.count] = found;
        run.after[run.count++] = 0;
    }
    uint64_t done = run.count > 0 && softsgx_empty(enclave, first, run.count) == 0 ? run.count : 0;
    softsgx_run_end(&run, done);
    if (done > 0 && enclave->epc != NULL) softsgx_epc_give(enclave, done);
    return done;
}

// What is called by the driver: a page is never held while a handler runs on its thread.
static int changed(
    struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, change_function *after, uint32_t argument, uint64_t *done) {
    uint64_t mask;
    kernel_block_signals(&mask);
    uint64_t count = change_run(enclave, first, pages, after, argument);
    int result = 0;
    if (count == 0) {
        result = change(enclave, first, after, argument);
        count = result == 0;
    }
    kernel_restore_signals(&mask);
    *done = count;
    return result;
}

int softsgx_emodpr(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights, uint64_t *done) {
    *done = 0;
    return enclave->initialised ? changed(enclave, first, pages, restricted, rights & EPCM_RIGHTS, done) : -EINVAL;
}

int softsgx_emodt(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t type, uint64_t *done) {
    *done = 0;
    if (!enclave->initialised || (type != SOFTSGX_PAGE_TCS && type != SOFTSGX_PAGE_TRIM)) return -EINVAL;
    return changed(enclave, first, pages, retyped, type, done);
}

int softsgx_eremove(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint64_t *done) {
    *done = 0;
    if (!enclave->initialised) return -EINVAL;
    uint64_t mask;
    kernel_block_signals(&mask);
    uint64_t count = remove_run(enclave, first, pages);
    int result = 0;
    if (count == 0) {
        result = eremove(enclave, first);
        count = result == 0;
    }
    kernel_restore_signals(&mask);
    *done = count;
    return result;
}
