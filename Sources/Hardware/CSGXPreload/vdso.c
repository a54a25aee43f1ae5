// The ELF image that stands for the vDSO: every symbol of the kernel's, `__vdso_sgx_enter_enclave`, and one that tells our own tools that
// what they find is no hardware.
//
// Its symbols' values are distances from the image, modulo 2^64, so that a reader that adds its address finds the kernel's
// functions where they are. The auxiliary vector is changed where it lies, on the stack: getauxval reads it there, and so does
// every program that walks it by itself.
#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>

#include <CSoftSGX.h>

#include "preload.h"

struct dynamic_tables {
    uint64_t load;  // what is added to addresses in it
    const Elf64_Sym *symbols;
    uint32_t symbol_count;
    const char *strings;
    uint64_t string_bytes;
    const uint16_t *versions;
    const Elf64_Verdef *definitions;
    uint64_t definition_count;
    uint64_t name;  // DT_SONAME
};

// The number of symbols by a GNU hash table is found at the end of its last chain.
static uint32_t count_by_gnu_hash(const uint32_t *table) {
    uint32_t buckets = table[0], first = table[1], bloom_words = table[2], last = 0;
    const uint32_t *bucket = table + 4 + (size_t)bloom_words * 2, *chain = bucket + buckets;
    for (uint32_t i = 0; i < buckets; i++) {
        if (bucket[i] > last) last = bucket[i];
    }
    if (last < first) return first;
    while ((chain[last - first] & 1) == 0) last++;
    return last + 1;
}

static void read_entry(struct dynamic_tables *tables, const Elf64_Dyn *entry) {
    const void *at = (const void *)(tables->load + entry->d_un.d_ptr);
    switch (entry->d_tag) {
    case DT_SYMTAB: tables->symbols = at; break;
    case DT_STRTAB: tables->strings = at; break;
    case DT_STRSZ: tables->string_bytes = entry->d_un.d_val; break;
    case DT_HASH: tables->symbol_count = ((const uint32_t *)at)[1]; break;
    case DT_GNU_HASH: if (tables->symbol_count == 0) tables->symbol_count = count_by_gnu_hash(at); break;
    case DT_VERSYM: tables->versions = at; break;
    case DT_VERDEF: tables->definitions = at; break;
    case DT_VERDEFNUM: tables->definition_count = entry->d_un.d_val; break;
    case DT_SONAME: tables->name = entry->d_un.d_val; break;
    default: break;
    }
}

static int read_tables(uint64_t address, struct dynamic_tables *tables) {
    const Elf64_Ehdr *header = (const void *)address;
    const Elf64_Phdr *segments = (const void *)(address + header->e_phoff);
    const Elf64_Dyn *dynamic = NULL;
    int loaded = 0;
    memset(tables, 0, sizeof *tables);
    for (int i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD && !loaded) {
            tables->load = address + segments[i].p_offset - segments[i].p_vaddr;
            loaded = 1;
        } else if (segments[i].p_type == PT_DYNAMIC) {
            dynamic = (const void *)(address + segments[i].p_offset);
        }
    }
    if (!loaded || dynamic == NULL) return 0;
    for (; dynamic->d_tag != DT_NULL; dynamic++) read_entry(tables, dynamic);
    return tables->symbols != NULL && tables->strings != NULL;
}

// Each definition here is followed by the names it has; the kernel's linker writes them in order.
static uint64_t definition_bytes(const struct dynamic_tables *tables) {
    uint64_t end = 0, at = 0;
    for (uint64_t i = 0; i < tables->definition_count; i++) {
        const Elf64_Verdef *definition = (const void *)((const char *)tables->definitions + at);
        uint64_t name = at + definition->vd_aux;
        for (uint16_t j = 0; j < definition->vd_cnt; j++) {
            const Elf64_Verdaux *auxiliary = (const void *)((const char *)tables->definitions + name);
            if (name + sizeof *auxiliary > end) end = name + sizeof *auxiliary;
            name += auxiliary->vda_next;
        }
        at += definition->vd_next;
    }
    return end;
}

enum { BUCKETS = 17, DYNAMIC_ENTRIES = 10, OUR_SYMBOLS = 2 };
static const char our_names[] = "__vdso_sgx_enter_enclave\0__vdso_inclavare_simulated";
enum { MARK_NAME = sizeof "__vdso_sgx_enter_enclave" };

// Where the parts of the image lie.
struct plan {
    uint64_t dynamic, hash, symbols, versions, definitions, strings, bytes;
    uint32_t symbol_count;
    uint64_t definition_bytes;
};

static uint64_t place(uint64_t *end, uint64_t bytes) {
    uint64_t at = (*end + 7) & ~(uint64_t)7;
    *end = at + bytes;
    return at;
}

static struct plan make_plan(const struct dynamic_tables *tables) {
    struct plan plan;
    uint64_t end = sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr);
    plan.symbol_count = (tables->symbol_count == 0 ? 1 : tables->symbol_count) + OUR_SYMBOLS;
    plan.definition_bytes = definition_bytes(tables);
    plan.dynamic = place(&end, DYNAMIC_ENTRIES * sizeof(Elf64_Dyn));
    plan.hash = place(&end, (2 + BUCKETS + plan.symbol_count) * sizeof(uint32_t));
    plan.symbols = place(&end, plan.symbol_count * sizeof(Elf64_Sym));
    plan.versions = place(&end, plan.symbol_count * sizeof(uint16_t));
    plan.definitions = place(&end, plan.definition_bytes);
    plan.strings = place(&end, tables->string_bytes + 1 + sizeof our_names);
    plan.bytes = end;
    return plan;
}

static uint32_t hash_name(const char *name) {
    uint32_t hash = 0;
    for (; *name != 0; name++) {
        hash = (hash << 4) + (uint8_t)*name;
        hash ^= hash >> 24 & 0xf0;
        hash &= 0x0fffffff;
    }
    return hash;
}

static void write_headers(uint8_t *image, const struct plan *plan) {
    Elf64_Ehdr *header = (void *)image;
    memcpy(header->e_ident, ELFMAG, SELFMAG);
    header->e_ident[EI_CLASS] = ELFCLASS64;
    header->e_ident[EI_DATA] = ELFDATA2LSB;
    header->e_ident[EI_VERSION] = EV_CURRENT;
    header->e_type = ET_DYN;
    header->e_machine = EM_X86_64;
    header->e_version = EV_CURRENT;
    header->e_phoff = sizeof *header;
    header->e_ehsize = sizeof *header;
    header->e_phentsize = sizeof(Elf64_Phdr);
    header->e_phnum = 2;
    Elf64_Phdr *segments = (void *)(image + header->e_phoff);
    segments[0] = (Elf64_Phdr){
        .p_type = PT_LOAD, .p_flags = PF_R, .p_filesz = plan->bytes, .p_memsz = plan->bytes, .p_align = 4096};
    uint64_t bytes = DYNAMIC_ENTRIES * sizeof(Elf64_Dyn);
    segments[1] = (Elf64_Phdr){.p_type = PT_DYNAMIC, .p_flags = PF_R, .p_offset = plan->dynamic, .p_vaddr = plan->dynamic,
        .p_paddr = plan->dynamic, .p_filesz = bytes, .p_memsz = bytes, .p_align = 8};
}

static void write_dynamic(uint8_t *image, const struct plan *plan, const struct dynamic_tables *tables) {
    Elf64_Dyn *entry = (void *)(image + plan->dynamic);
    *entry++ = (Elf64_Dyn){DT_SONAME, {tables->name}};
    *entry++ = (Elf64_Dyn){DT_HASH, {plan->hash}};
    *entry++ = (Elf64_Dyn){DT_STRTAB, {plan->strings}};
    *entry++ = (Elf64_Dyn){DT_SYMTAB, {plan->symbols}};
    *entry++ = (Elf64_Dyn){DT_STRSZ, {plan->bytes - plan->strings}};
    *entry++ = (Elf64_Dyn){DT_SYMENT, {sizeof(Elf64_Sym)}};
    if (tables->versions != NULL && plan->definition_bytes != 0) {
        *entry++ = (Elf64_Dyn){DT_VERSYM, {plan->versions}};
        *entry++ = (Elf64_Dyn){DT_VERDEF, {plan->definitions}};
        *entry++ = (Elf64_Dyn){DT_VERDEFNUM, {tables->definition_count}};
    }
    entry->d_tag = DT_NULL;
}

// The kernel's symbols at their numbers, ours last, with the version that functions of the vDSO have.
static void write_symbols(uint8_t *image, const struct plan *plan, const struct dynamic_tables *tables) {
    Elf64_Sym *symbols = (void *)(image + plan->symbols);
    uint16_t *versions = (void *)(image + plan->versions);
    uint32_t ours = plan->symbol_count - OUR_SYMBOLS;
    uint16_t version = 0;
    for (uint32_t i = 1; i < ours; i++) {
        symbols[i] = tables->symbols[i];
        if (symbols[i].st_shndx == SHN_UNDEF || symbols[i].st_shndx == SHN_ABS) continue;
        symbols[i].st_value += tables->load - (uint64_t)image;
        if (tables->versions != NULL && ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC) version = tables->versions[i];
    }
    if (tables->versions != NULL) memcpy(versions, tables->versions, tables->symbol_count * sizeof(uint16_t));
    for (uint32_t i = 0; i < OUR_SYMBOLS; i++) {
        versions[ours + i] = version;
        symbols[ours + i] = (Elf64_Sym){
            .st_name = (uint32_t)(tables->string_bytes + 1 + (i == 0 ? 0 : MARK_NAME)),
            .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
            .st_shndx = 1,
            .st_value = (uint64_t)softsgx_vdso_enter - (uint64_t)image,
        };
    }
    memcpy(image + plan->definitions, tables->definitions, plan->definition_bytes);
    memcpy(image + plan->strings, tables->strings, tables->string_bytes);
    memcpy(image + plan->strings + tables->string_bytes + 1, our_names, sizeof our_names);
}

static void write_hash(uint8_t *image, const struct plan *plan) {
    uint32_t *hash = (void *)(image + plan->hash), *buckets = hash + 2, *chains = buckets + BUCKETS;
    const Elf64_Sym *symbols = (void *)(image + plan->symbols);
    hash[0] = BUCKETS;
    hash[1] = plan->symbol_count;
    for (uint32_t i = 1; i < plan->symbol_count; i++) {
        uint32_t *bucket = &buckets[hash_name((char *)image + plan->strings + symbols[i].st_name) % BUCKETS];
        chains[i] = *bucket;
        *bucket = i;
    }
}

static uint8_t *make_image(const struct dynamic_tables *tables) {
    struct plan plan = make_plan(tables);
    uint8_t *image = NEXT(mmap)(NULL, plan.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image == MAP_FAILED) return NULL;
    write_headers(image, &plan);
    write_dynamic(image, &plan, tables);
    write_symbols(image, &plan, tables);
    write_hash(image, &plan);
    NEXT(mprotect)(image, plan.bytes, PROT_READ);
    return image;
}

void preload_replace_vdso(char **environment) {
    while (*environment != NULL) environment++;
    Elf64_auxv_t *entry = (void *)(environment + 1);
    while (entry->a_type != AT_NULL && entry->a_type != AT_SYSINFO_EHDR) entry++;
    struct dynamic_tables tables;
    if (entry->a_type == AT_NULL || entry->a_un.a_val == 0 || !read_tables(entry->a_un.a_val, &tables)) return;
    uint8_t *image = make_image(&tables);
    if (image != NULL) entry->a_un.a_val = (uint64_t)image;
}
