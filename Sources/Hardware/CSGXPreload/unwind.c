// Finds the function around an address in `.eh_frame_hdr` and the frame description it names (LSB core, chapter 10.6).
#include "unwind.h"

#include <string.h>

enum { ENCODING_SEARCH_TABLE = 0x3b, ENCODING_POINTER_MASK = 0x0f, ENCODING_OMITTED = 0xff };

struct search_entry {
    int32_t start;
    int32_t description;
};

static uint64_t read_leb128(const uint8_t **at) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) break;
    }
    return value;
}

static size_t encoded_bytes(uint8_t encoding) {
    switch (encoding & ENCODING_POINTER_MASK) {
    case 0x2:
    case 0xa: return 2;
    case 0x3:
    case 0xb: return 4;
    case 0x0:
    case 0x4:
    case 0xc: return 8;
    default: return 0;
    }
}

// How the descriptions that name this common entry encode their addresses; ENCODING_OMITTED where it is not understood.
static uint8_t address_encoding(const uint8_t *common) {
    const uint8_t *at = common + 8;
    uint8_t version = *at++;
    const char *augmentation = (const char *)at;
    at += strlen(augmentation) + 1;
    read_leb128(&at);  // code alignment
    read_leb128(&at);  // data alignment
    if (version == 1) at++;
    else read_leb128(&at);  // return address column
    if (augmentation[0] != 'z') return ENCODING_OMITTED;
    read_leb128(&at);
    for (const char *letter = augmentation + 1; *letter != 0; letter++) {
        if (*letter == 'R') return *at;
        if (*letter == 'L') at++;
        else if (*letter == 'P') at += 1 + encoded_bytes(*at);
        else if (*letter != 'S' && *letter != 'B') return ENCODING_OMITTED;
    }
    return 0;
}

static uint64_t length_of(const uint8_t *description) {
    uint32_t bytes, distance;
    memcpy(&bytes, description, 4);
    if (bytes < 8 || bytes == UINT32_MAX) return 0;
    memcpy(&distance, description + 4, 4);
    size_t width = encoded_bytes(address_encoding(description + 4 - distance));
    if (width == 0 || 8 + 2 * width > bytes + 4u) return 0;
    uint64_t length = 0;
    memcpy(&length, description + 8 + width, width);
    return length;
}

int preload_find_function(const uint8_t *header, uint64_t address, uint64_t *start, uint64_t *end) {
    if (header[0] != 1 || header[1] == ENCODING_OMITTED || header[2] != 3 || header[3] != ENCODING_SEARCH_TABLE) return 0;
    const uint8_t *at = header + 4 + encoded_bytes(header[1]);
    uint32_t count;
    memcpy(&count, at, 4);
    const struct search_entry *entries = (const void *)(at + 4);
    uint64_t base = (uint64_t)header;
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (base + (uint64_t)(int64_t)entries[middle].start <= address) low = middle + 1;
        else high = middle;
    }
    if (low == 0) return 0;
    *start = base + (uint64_t)(int64_t)entries[low - 1].start;
    *end = *start + length_of((const uint8_t *)base + entries[low - 1].description);
    return address < *end;
}
