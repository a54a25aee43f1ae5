#pragma once

#include <stdint.h>

// The function in whose frame description `address` lies, by a program's `.eh_frame_hdr`: 0 where there is none.
int preload_find_function(const uint8_t *header, uint64_t address, uint64_t *start, uint64_t *end);
