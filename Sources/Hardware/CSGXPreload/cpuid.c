// The CPUID instructions of the program itself: made into UD2, whose handler answers as a processor with SGX would.
//
// Two bytes alone prove nothing. A site is one only where decoding its function from the first instruction arrives at it. Most
// programs have not even the bytes; they pay one scan of their code, and the decoder is not loaded.
#include <dlfcn.h>
#include <emmintrin.h>
#include <link.h>
#include <string.h>

#include <CSoftSGX.h>
#include <Zydis/Zydis.h>

#include "preload.h"
#include "processor.h"
#include "unwind.h"

struct program {
    uint64_t load;
    const Elf64_Phdr *segments;
    int segment_count;
    const uint8_t *frame_header;
    ZydisDecoder decoder;
    __typeof__(&ZydisDecoderDecodeInstruction) decode;
    void *library;
    int patched;
};

static int first_object(struct dl_phdr_info *info, size_t bytes, void *data) {
    (void)bytes;
    struct program *program = data;
    program->load = info->dlpi_addr;
    program->segments = info->dlpi_phdr;
    program->segment_count = info->dlpi_phnum;
    return 1;
}

// The next CPUID's bytes at or after `at`, or `end`.
static const uint8_t *find_bytes(const uint8_t *at, const uint8_t *end) {
    const __m128i first = _mm_set1_epi8(0x0f), second = _mm_set1_epi8((char)0xa2);
    for (; at + 17 <= end; at += 16) {
        __m128i here = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)at), first);
        __m128i next = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + 1)), second);
        int found = _mm_movemask_epi8(_mm_and_si128(here, next));
        if (found != 0) return at + __builtin_ctz((unsigned)found);
    }
    for (; at + 2 <= end; at++) {
        if (at[0] == 0x0f && at[1] == 0xa2) return at;
    }
    return end;
}

// Lengths are all that is asked, so the decoder leaves out what operands mean where it can.
static int load_decoder(struct program *program) {
    if (program->library != NULL) return program->decode != NULL;
    program->library = dlopen("libZydis.so.4.0", RTLD_NOW | RTLD_LOCAL);
    if (program->library == NULL) return 0;
    __typeof__(&ZydisDecoderInit) start = (__typeof__(start))dlsym(program->library, "ZydisDecoderInit");
    __typeof__(&ZydisDecoderEnableMode) set_mode = (__typeof__(set_mode))dlsym(program->library, "ZydisDecoderEnableMode");
    if (start == NULL) return 0;
    if (!ZYAN_SUCCESS(start(&program->decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64))) return 0;
    if (set_mode != NULL) set_mode(&program->decoder, ZYDIS_DECODER_MODE_MINIMAL, 1);
    program->decode = (__typeof__(program->decode))dlsym(program->library, "ZydisDecoderDecodeInstruction");
    return program->decode != NULL;
}

// Whether decoding from `start` comes to an instruction at `site`.
static int arrives(struct program *program, uint64_t start, uint64_t site, uint64_t end) {
    while (start < site) {
        ZydisDecodedInstruction instruction;
        if (!ZYAN_SUCCESS(program->decode(&program->decoder, NULL, (void *)start, end - start, &instruction))) return 0;
        start += instruction.length;
    }
    return start == site;
}

// Decoding that begins in the middle of an instruction falls in step after a few. So bytes that no run of decoding from nearby
// arrives at are part of another instruction, nearly always; and a long function is not decoded for each of them.
static int is_likely(struct program *program, uint64_t start, uint64_t site, uint64_t end) {
    enum { NEARBY = 96, TRIES = 4 };
    if (site - start <= NEARBY + TRIES) return 1;
    for (uint64_t try = 0; try < TRIES; try++) {
        if (arrives(program, site - NEARBY - try, site, end)) return 1;
    }
    return 0;
}

static int is_site(struct program *program, const uint8_t *bytes) {
    uint64_t start, end, site = (uint64_t)bytes;
    if (!preload_find_function(program->frame_header, site, &start, &end) || !load_decoder(program)) return 0;
    return is_likely(program, start, site, end) && arrives(program, start, site, end);
}

// Once, before the first site: what the handler of its trap needs.
static int prepare(void) {
    preload_set_epc(preload_epc_bytes());
    softsgx_set_cpuid(preload_answer_cpuid);
    return preload_take_over_signals() == 0;
}

// As one store, so that no thread that runs there ever sees half of it.
static void patch(struct program *program, uint8_t *site) {
    uint8_t *page = (uint8_t *)((uint64_t)site & ~(uint64_t)4095);
    size_t bytes = (size_t)(site + 2 - page);
    if (!program->patched && !prepare()) return;
    if (NEXT(mprotect)(page, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return;
    if (softsgx_cpuid_site((uint64_t)site) == 0) *(volatile uint16_t *)site = 0x0b0f;
    NEXT(mprotect)(page, bytes, PROT_READ | PROT_EXEC);
    program->patched = 1;
}

static void patch_segment(struct program *program, const Elf64_Phdr *segment) {
    uint8_t *at = (uint8_t *)(program->load + segment->p_vaddr);
    const uint8_t *end = at + segment->p_filesz;
    while ((at = (uint8_t *)find_bytes(at, end)) != end) {
        if (is_site(program, at)) patch(program, at);
        at += 2;
    }
}

void preload_patch_cpuid(void) {
    struct program program;
    memset(&program, 0, sizeof program);
    dl_iterate_phdr(first_object, &program);
    for (int i = 0; i < program.segment_count; i++) {
        if (program.segments[i].p_type != PT_GNU_EH_FRAME) continue;
        program.frame_header = (const uint8_t *)(program.load + program.segments[i].p_vaddr);
    }
    if (program.frame_header == NULL) return;
    for (int i = 0; i < program.segment_count; i++) {
        const Elf64_Phdr *segment = &program.segments[i];
        unsigned wanted = PF_R | PF_X;
        if (segment->p_type == PT_LOAD && (segment->p_flags & wanted) == wanted) patch_segment(&program, segment);
    }
    if (program.library != NULL) dlclose(program.library);
}
