// What the two halves of the preload library say to each other: C answers the program's calls, Swift has the devices.
//
// C decides quickly, from any context, whether a call concerns one of our device files or enclaves at all; only then Swift is
// entered, with the driver's lock held and every signal blocked, so that no handler ever finds it half done.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct softsgx_enclave;

// The last has no descriptor: what is mapped with one of /dev/isgx.
enum preload_kind { PRELOAD_NONE = 0, PRELOAD_ENCLAVE = 1, PRELOAD_PROVISION = 2, PRELOAD_ISGX = 3, PRELOAD_ISGX_RANGE = 4 };
enum { PRELOAD_MOST_DEVICES = 1024 };

// MARK: C, called by Swift

// The file behind a descriptor: what stays the same over dup, fork and SCM_RIGHTS.
struct preload_file {
    uint64_t device;
    uint64_t inode;
};

// A slot of the table of open devices, or -1 when all are taken. Freed with preload_forget.
int preload_remember(enum preload_kind kind, struct preload_file file);
void preload_forget(int slot);
int preload_slot_of(int fd);
enum preload_kind preload_kind_at(int slot);
// Whether this process has a descriptor for the slot's file.
int preload_is_open(int slot);
// The addresses that devices are mapped at, ascending and disjoint: calls that concern none of them pass without a lock.
struct preload_range {
    uint64_t start;
    uint64_t end;
};
void preload_publish_ranges(const struct preload_range *ranges, size_t count);

// A new memory file of its own, opened again with the access mode of `flags`; -errno.
int preload_make_file(const char *name, int flags, struct preload_file *file);

// The file behind a device's descriptor, made `size` bytes long and open for reading and writing, or -errno.
int preload_open_storage(int fd, uint64_t size);
// From now on nobody changes its size: the processor's own mapping of it must not lose pages.
void preload_seal_storage(int fd);

// The program's memory, which need not be there: 0 or -EFAULT.
int preload_copy_in(void *to, uint64_t from, size_t bytes);
int preload_copy_out(uint64_t to, const void *from, size_t bytes);
int preload_probe(uint64_t from, size_t bytes);

// Real mappings: 0 or -errno.
int preload_map_file(uint64_t address, uint64_t bytes, int fd, uint64_t offset);
// A place for so many bytes, reserved with nothing in it, or -errno.
long preload_find_addresses(uint64_t address, uint64_t bytes, int flags);
// Exactly these addresses, with nothing in them.
int preload_reserve(uint64_t address, uint64_t bytes);
int preload_unmap(uint64_t address, uint64_t bytes);
int preload_protect(uint64_t address, uint64_t bytes, int rights);
int preload_reads_imply_execution(void);

// Takes over the program's signal handlers, once; 0 or errno.
int preload_take_over_signals(void);

// CPUID with SGX: EAX, EBX, ECX, EDX.
void preload_answer_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]);

// MARK: Swift, called by C with the lock held and signals blocked

// Results are a value, or -errno. `PRELOAD_AGAIN` asks for the same call once more, after signals had their turn.
enum { PRELOAD_AGAIN = 1 };
long preload_device_open(int kind, int flags);
long preload_device_ioctl(int slot, int fd, uint64_t command, uint64_t argument, uint64_t *done);
long preload_device_map(int slot, int fd, uint64_t address, uint64_t bytes, int rights, int flags);
long preload_device_protect(uint64_t address, uint64_t bytes, int rights);
long preload_device_unmap(uint64_t address, uint64_t bytes);
// Whether pages of a device are mapped there.
long preload_device_touches(uint64_t address, uint64_t bytes);
// Something else is about to be mapped over this range; or, afterwards, it was not.
void preload_device_cover(uint64_t address, uint64_t bytes);
void preload_device_uncover(void);
// The size of the machine's EPC; no lock is needed for it.
uint64_t preload_epc_bytes(void);
// A descriptor or mapping may have been the last.
void preload_device_sweep(void);

#ifdef __cplusplus
}
#endif
