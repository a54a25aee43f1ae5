// The vDSO's symbols, found as the kernel's documentation says: ELF header from the auxiliary vector, DT_HASH, no section headers.
#include <elf.h>
#include <string.h>
#include <sys/auxv.h>

#include "foreign.h"

static const Elf64_Dyn *dynamic(const uint8_t *image) {
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Phdr *segments = (const void *)(image + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_DYNAMIC) return (const void *)(image + segments[i].p_offset);
    return NULL;
}

static const void *table(const uint8_t *image, const Elf64_Dyn *entry, Elf64_Sxword tag) {
    for (; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == tag) return image + entry->d_un.d_ptr;
    return NULL;
}

static uint32_t hash(const char *name) {
    uint32_t sum = 0;
    for (; *name; name++) {
        sum = (sum << 4) + (uint8_t)*name;
        sum ^= (sum & 0xf0000000) >> 24;
        sum &= 0x0fffffff;
    }
    return sum;
}

void *vdso_function(const char *name) {
    const uint8_t *image = (const void *)getauxval(AT_SYSINFO_EHDR);
    const Elf64_Dyn *entry = image ? dynamic(image) : NULL;
    if (!entry) return NULL;
    const Elf64_Sym *symbols = table(image, entry, DT_SYMTAB);
    const char *names = table(image, entry, DT_STRTAB);
    const uint32_t *words = table(image, entry, DT_HASH);
    if (!symbols || !names || !words) return NULL;
    for (uint32_t i = words[2 + hash(name) % words[0]]; i != STN_UNDEF; i = words[2 + words[0] + i])
        if (strcmp(names + symbols[i].st_name, name) == 0 && symbols[i].st_shndx != SHN_UNDEF)
            return (void *)((uintptr_t)image + symbols[i].st_value);
    return NULL;
}
