// Extended state: the XSAVE images of signal frames and of save state areas, both in the standard format.
#define _GNU_SOURCE
#include <cpuid.h>
#include <string.h>
#include <sys/auxv.h>

#include "softsgx.h"

enum { LEGACY_BYTES = 512, HEADER_BYTES = 64, SOFTWARE_OFFSET = 464, MXCSR_OFFSET = 24, MXCSR_MASK_OFFSET = 28 };
enum { MAGIC_XSTATE = 0x46505853, PKRU_COMPONENT = 1 << 9 };
enum { DEFAULT_MXCSR = 0x1f80, DEFAULT_X87_CONTROL = 0x37f };

// Linux' struct _fpx_sw_bytes, at offset 464 of the signal frame's image.
struct frame_software_bytes {
    uint32_t magic;
    uint32_t extended_size;
    uint64_t features;
    uint32_t image_size;
};

int softsgx_have_fsgsbase(void) { return (getauxval(AT_HWCAP2) & 2) != 0; }

int softsgx_have_xsave(void) {
    uint32_t a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) != 0;
}

uint64_t softsgx_xcr0(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

int softsgx_have_xinuse(void) {
    uint32_t a, b, c, d;
    __cpuid_count(0xd, 1, a, b, c, d);
    return (a & 4) != 0;
}

uint32_t softsgx_xsave_bytes(uint64_t xfrm) {
    if ((xfrm & 3) != 3 || (xfrm & ~softsgx_xcr0()) != 0) return 0;
    uint32_t bytes = LEGACY_BYTES + HEADER_BYTES;
    for (uint32_t component = 2; component < 63; component++) {
        if ((xfrm >> component & 1) == 0) continue;
        uint32_t size, offset, c, d;
        __cpuid_count(0xd, component, size, offset, c, d);
        if (size == 0) return 0;
        if (offset + size > bytes) bytes = offset + size;
    }
    return bytes;
}

static const struct frame_software_bytes *software_bytes(const uint8_t *image) {
    const struct frame_software_bytes *found = (const void *)(image + SOFTWARE_OFFSET);
    return found->magic == MAGIC_XSTATE ? found : NULL;
}

uint64_t softsgx_frame_bytes(const uint8_t *state) {
    const struct frame_software_bytes *software = software_bytes(state);
    return software != NULL ? software->extended_size : LEGACY_BYTES;
}

void softsgx_store_xsave(const ucontext_t *context, void *image, const struct softsgx_enclave *enclave) {
    const uint8_t *frame = (const uint8_t *)context->uc_mcontext.fpregs;
    const struct frame_software_bytes *software = software_bytes(frame);
    uint32_t bytes = enclave->xsave_bytes;
    if (software == NULL) bytes = LEGACY_BYTES;
    else if (bytes > software->image_size) bytes = software->image_size;
    memcpy(image, frame, bytes);
    memset((uint8_t *)image + SOFTWARE_OFFSET, 0, LEGACY_BYTES - SOFTWARE_OFFSET);
    uint64_t *header = (uint64_t *)((uint8_t *)image + LEGACY_BYTES);
    header[0] = software == NULL ? 3 : header[0] & enclave->xfrm;
    memset(header + 1, 0, HEADER_BYTES - 8);
}

// XRSTOR takes MXCSR from memory whatever XSTATE_BV says, so it is set too.
void softsgx_init_xsave(ucontext_t *context, uint64_t mask) {
    uint8_t *frame = (uint8_t *)context->uc_mcontext.fpregs;
    uint32_t mxcsr = DEFAULT_MXCSR;
    memcpy(frame + MXCSR_OFFSET, &mxcsr, sizeof mxcsr);
    if (software_bytes(frame) == NULL) {
        uint16_t control = DEFAULT_X87_CONTROL;
        memset(frame, 0, MXCSR_OFFSET);
        memcpy(frame, &control, sizeof control);
        memset(frame + 32, 0, SOFTWARE_OFFSET - 32);
        return;
    }
    uint64_t *header = (uint64_t *)(frame + LEGACY_BYTES);
    header[0] &= ~mask;
}

int softsgx_xsave_is_sound(const void *image, uint64_t xfrm) {
    const uint64_t *header = (const uint64_t *)((const uint8_t *)image + LEGACY_BYTES);
    if ((header[0] & ~xfrm) != 0) return 0;
    for (int i = 1; i < 8; i++) {
        if (header[i] != 0) return 0;
    }
    uint32_t mxcsr;
    memcpy(&mxcsr, (const uint8_t *)image + MXCSR_OFFSET, sizeof mxcsr);
    return (mxcsr & 0xffff0000) == 0;
}

// With XCR0 at XFRM the processor hides the other components. Here they are put into their initial state, or an XSAVE of the enclave
// would find the host's there, and write more than CPUID told the program to have room for. PKRU stays: pages have the process' keys.
uint64_t softsgx_restored(void) { return softsgx_xcr0() & ~(uint64_t)PKRU_COMPONENT; }

void softsgx_load_xsave(ucontext_t *context, const void *image, uint64_t restored) {
    uint8_t *frame = (uint8_t *)context->uc_mcontext.fpregs;
    const struct frame_software_bytes *software = software_bytes(frame);
    memcpy(frame, image, SOFTWARE_OFFSET);
    if (software == NULL) return;
    uint64_t *header = (uint64_t *)(frame + LEGACY_BYTES);
    const uint64_t *saved = (const uint64_t *)((const uint8_t *)image + LEGACY_BYTES);
    header[0] = (header[0] & ~restored) | (saved[0] & software->features);
    for (uint32_t component = 2; component < 63; component++) {
        if ((saved[0] & software->features) >> component & 1) {
            uint32_t size, offset, c, d;
            __cpuid_count(0xd, component, size, offset, c, d);
            memcpy(frame + offset, (const uint8_t *)image + offset, size);
        }
    }
}
