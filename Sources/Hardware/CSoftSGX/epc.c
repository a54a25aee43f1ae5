// The account of EPC pages. Sums are made over the slots each time: a process killed between two words of a running total would leave
// it wrong for ever, and the few slots in use are a few cache lines.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "softsgx.h"
#include "softsgx_epc.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

_Static_assert(sizeof(struct softsgx_epc_table) == 64 && sizeof(struct softsgx_epc_slot) == 64, "the file's layout");

static struct flock slot_range(short type, uint32_t slot) {
    return (struct flock){
        .l_type = type, .l_whence = SEEK_SET, .l_start = SOFTSGX_EPC_FIRST_SLOT + (off_t)slot * 64, .l_len = 1};
}

static long lock_slot(int fd, uint32_t slot) {
    struct flock range = slot_range(F_WRLCK, slot);
    return kernel_call(SYS_fcntl, fd, F_OFD_SETLK, (long)&range, 0, 0);
}

static void raise_claimed(struct softsgx_epc_table *table, uint32_t count) {
    uint32_t claimed = __atomic_load_n(&table->claimed, __ATOMIC_SEQ_CST);
    while (claimed < count)
        if (__atomic_compare_exchange_n(&table->claimed, &claimed, count, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return;
}

int softsgx_epc_claim(struct softsgx_epc *epc, int fd) {
    for (uint32_t i = 0; i < SOFTSGX_EPC_SLOTS; i++) {
        long result = lock_slot(fd, i);
        if (result == -EAGAIN || result == -EACCES) continue;
        if (result < 0) return (int)-result;
        epc->slot = softsgx_epc_slot_at(epc->table, i);
        __atomic_store_n(&epc->slot->pages, 0, __ATOMIC_SEQ_CST);
        __atomic_store_n(&epc->slot->process, (uint32_t)getpid(), __ATOMIC_RELAXED);
        raise_claimed(epc->table, i + 1);
        return 0;
    }
    return ENOSPC;
}

int softsgx_epc_is_claimed(int fd, uint32_t slot) {
    struct flock range = slot_range(F_WRLCK, slot);
    return kernel_call(SYS_fcntl, fd, F_OFD_GETLK, (long)&range, 0, 0) == 0 && range.l_type != F_UNLCK;
}

static uint32_t slots_in_use(const struct softsgx_epc_table *table) {
    uint32_t claimed = __atomic_load_n(&table->claimed, __ATOMIC_SEQ_CST);
    return claimed < SOFTSGX_EPC_SLOTS ? claimed : SOFTSGX_EPC_SLOTS;
}

uint64_t softsgx_epc_used_pages(const struct softsgx_epc_table *table) {
    uint64_t used = 0;
    for (uint32_t i = 0, count = slots_in_use(table); i < count; i++)
        used += __atomic_load_n(&softsgx_epc_slot_at(table, i)->pages, __ATOMIC_SEQ_CST);
    return used;
}

static uint64_t limit_pages(const struct softsgx_epc_table *table) {
    uint64_t beyond = __atomic_load_n(&table->beyond_bytes, __ATOMIC_RELAXED);
    return __atomic_load_n(&table->epc_bytes, __ATOMIC_RELAXED) / SOFTSGX_PAGE + beyond / SOFTSGX_PAGE;
}

// Takes back what ended processes held. A description of its own, so that two that do this at once meet at the locks, and neither
// meets a process that claims the slot in between.
static void sweep(const struct softsgx_epc *epc) {
    if (epc->path == NULL) return;
    long fd = kernel_call(SYS_openat, AT_FDCWD, (long)epc->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0, 0);
    if (fd < 0) return;
    struct stat status;
    if (kernel_call(SYS_fstat, fd, (long)&status, 0, 0, 0) == 0 && status.st_dev == epc->device && status.st_ino == epc->inode) {
        for (uint32_t i = 0, count = slots_in_use(epc->table); i < count; i++) {
            struct softsgx_epc_slot *slot = softsgx_epc_slot_at(epc->table, i);
            if (__atomic_load_n(&slot->pages, __ATOMIC_SEQ_CST) == 0 || lock_slot((int)fd, i) != 0) continue;
            __atomic_store_n(&slot->pages, 0, __ATOMIC_SEQ_CST);
            __atomic_store_n(&slot->process, 0, __ATOMIC_RELAXED);
        }
    }
    kernel_call(SYS_close, fd, 0, 0, 0, 0);
}

// Adds first and looks then: of two that take the last pages at once neither may overlook the other, though both may be refused.
static int try_take(struct softsgx_epc *epc, uint64_t pages) {
    __atomic_fetch_add(&epc->slot->pages, pages, __ATOMIC_SEQ_CST);
    if (softsgx_epc_used_pages(epc->table) <= limit_pages(epc->table)) return 0;
    __atomic_fetch_sub(&epc->slot->pages, pages, __ATOMIC_SEQ_CST);
    return -ENOMEM;
}

int softsgx_epc_take_pages(struct softsgx_epc *epc, uint64_t pages) {
    if (try_take(epc, pages) == 0) return 0;
    sweep(epc);
    return try_take(epc, pages);
}

void softsgx_epc_give_pages(struct softsgx_epc *epc, uint64_t pages) {
    __atomic_fetch_sub(&epc->slot->pages, pages, __ATOMIC_SEQ_CST);
}

// A version array of one page for every 512 pages, as the driver has them, so that any page could be written out.
static uint64_t version_arrays(uint64_t pages) { return (pages + 511) / 512; }

// What was charged is kept beside the count of pages: of two at once that meet at a version array, one may be refused in between.
int softsgx_epc_take(struct softsgx_enclave *enclave, uint64_t pages) {
    if (enclave->epc == NULL) return 0;
    uint64_t before = __atomic_fetch_add(&enclave->epc_pages, pages, __ATOMIC_SEQ_CST);
    uint64_t charge = pages + version_arrays(before + pages) - version_arrays(before);
    if (softsgx_epc_take_pages(enclave->epc, charge) != 0) {
        __atomic_fetch_sub(&enclave->epc_pages, pages, __ATOMIC_SEQ_CST);
        return -ENOMEM;
    }
    __atomic_fetch_add(&enclave->epc_charged, charge, __ATOMIC_SEQ_CST);
    return 0;
}

void softsgx_epc_give(struct softsgx_enclave *enclave, uint64_t pages) {
    if (enclave->epc == NULL) return;
    uint64_t after = __atomic_sub_fetch(&enclave->epc_pages, pages, __ATOMIC_SEQ_CST);
    uint64_t charge = pages + version_arrays(after + pages) - version_arrays(after);
    uint64_t charged = __atomic_load_n(&enclave->epc_charged, __ATOMIC_SEQ_CST);
    uint64_t rest;
    do {
        rest = charged < charge ? 0 : charged - charge;
    } while (!__atomic_compare_exchange_n(&enclave->epc_charged, &charged, rest, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    softsgx_epc_give_pages(enclave->epc, charged - rest);
}

void softsgx_epc_give_all(struct softsgx_enclave *enclave) {
    if (enclave->epc == NULL) return;
    softsgx_epc_give_pages(enclave->epc, __atomic_exchange_n(&enclave->epc_charged, 0, __ATOMIC_SEQ_CST));
}
#pragma clang attribute pop
