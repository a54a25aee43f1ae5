#define _GNU_SOURCE
#include <elf.h>
#include <linux/ioctl.h>
#include <string.h>
#include <sys/auxv.h>

#include "CLinuxEnclaves.h"

const unsigned long cl_sgx_ioc_enclave_create = _IOW(0xa4, 0x00, struct cl_sgx_enclave_create);
const unsigned long cl_sgx_ioc_enclave_add_pages = _IOWR(0xa4, 0x01, struct cl_sgx_enclave_add_pages);
const unsigned long cl_sgx_ioc_enclave_init = _IOW(0xa4, 0x02, struct cl_sgx_enclave_init);
const unsigned long cl_sgx_ioc_enclave_provision = _IOW(0xa4, 0x03, struct cl_sgx_enclave_provision);
const unsigned long cl_sgx_ioc_enclave_restrict_permissions = _IOWR(0xa4, 0x05, struct cl_sgx_enclave_restrict_permissions);
const unsigned long cl_sgx_ioc_enclave_modify_types = _IOWR(0xa4, 0x06, struct cl_sgx_enclave_modify_types);
const unsigned long cl_sgx_ioc_enclave_remove_pages = _IOWR(0xa4, 0x07, struct cl_sgx_enclave_remove_pages);

// The vDSO is a small shared object: one symbol table, found through PT_DYNAMIC; its size stands in DT_HASH.
static uint64_t find_in_vdso(const char *name) {
    const uint8_t *base = (const uint8_t *)getauxval(AT_SYSINFO_EHDR);
    if (base == NULL) return 0;
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(base + header->e_phoff);
    const Elf64_Dyn *dynamic = NULL;
    uint64_t bias = 0;
    for (int i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD) bias = (uint64_t)base + segments[i].p_offset - segments[i].p_vaddr;
        if (segments[i].p_type == PT_DYNAMIC) dynamic = (const Elf64_Dyn *)(base + segments[i].p_offset);
    }
    const Elf64_Sym *symbols = NULL;
    const char *names = NULL;
    const uint32_t *hash = NULL;
    for (; dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++) {
        if (dynamic->d_tag == DT_SYMTAB) symbols = (const Elf64_Sym *)(bias + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_STRTAB) names = (const char *)(bias + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_HASH) hash = (const uint32_t *)(bias + dynamic->d_un.d_ptr);
    }
    if (symbols == NULL || names == NULL || hash == NULL) return 0;
    for (uint32_t i = 0; i < hash[1]; i++) {
        if (symbols[i].st_shndx != SHN_UNDEF && strcmp(names + symbols[i].st_name, name) == 0) {
            return bias + symbols[i].st_value;
        }
    }
    return 0;
}

uint64_t cl_sgx_find_vdso(void) { return find_in_vdso("__vdso_sgx_enter_enclave"); }

int cl_sgx_is_simulated(void) { return find_in_vdso("__vdso_inclavare_simulated") != 0; }
