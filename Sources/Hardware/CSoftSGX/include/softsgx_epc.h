// The machine's EPC as a limit that all its processes share: one file, mapped by each of them, with a slot for every process.
//
// A process claims a slot by an open-file-description lock on the slot's first byte. The lock lives as long as a mapping made through
// that description does, so no descriptor stays open; a forked child, which shares its parent's enclaves, keeps it too. When the last
// of them is gone, however it ended, the lock is gone, and whoever needs pages next takes the slot's back.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SOFTSGX_EPC_SLOTS = 1024, SOFTSGX_EPC_VERSION = 1 };
#define SOFTSGX_EPC_MAGIC "INCLEPC"

// Pages that one process and the children it forked hold.
struct softsgx_epc_slot {
    uint64_t pages;    // atomic
    uint32_t process;  // for people
    uint8_t reserved[52];
};

// The file, little-endian: this at its beginning, the slots from its second page on.
struct softsgx_epc_table {
    char magic[8];            // 0
    uint32_t version;         // 8
    uint32_t minimum_reader;  // 12
    uint64_t epc_bytes;       // 16: what the machine has
    uint64_t beyond_bytes;    // 24: what may be paged out beyond it; UINT64_MAX: as much as memory holds
    uint32_t slot_count;      // 32
    uint32_t claimed;         // 36: no slot from here on was ever claimed
    uint64_t reserved[3];
};
enum { SOFTSGX_EPC_FIRST_SLOT = 4096, SOFTSGX_EPC_FILE_BYTES = SOFTSGX_EPC_FIRST_SLOT + SOFTSGX_EPC_SLOTS * 64 };

static inline struct softsgx_epc_slot *softsgx_epc_slot_at(const struct softsgx_epc_table *table, uint32_t slot) {
    return (struct softsgx_epc_slot *)((uint8_t *)table + SOFTSGX_EPC_FIRST_SLOT) + slot;
}

// One process' way to it; never freed once an enclave names it.
struct softsgx_epc {
    struct softsgx_epc_table *table;
    struct softsgx_epc_slot *slot;
    uint64_t device;  // of the file, so that another under its name is not taken for it
    uint64_t inode;
    const char *path;  // NULL: an account of this process family alone
};

// Claims a free slot through the description `fd` that `epc->table` was mapped with. 0, or ENOSPC, or why locking failed.
int softsgx_epc_claim(struct softsgx_epc *epc, int fd);
// Whether a process is behind the slot; any descriptor of the file will do.
int softsgx_epc_is_claimed(int fd, uint32_t slot);

// The same as `softsgx_epc_take` and `softsgx_epc_give`, which are for enclaves. Callable in signal handlers.
int softsgx_epc_take_pages(struct softsgx_epc *epc, uint64_t pages);
void softsgx_epc_give_pages(struct softsgx_epc *epc, uint64_t pages);
// Pages of all processes, those of ended ones that nobody took back yet included.
uint64_t softsgx_epc_used_pages(const struct softsgx_epc_table *table);

#ifdef __cplusplus
}
#endif
