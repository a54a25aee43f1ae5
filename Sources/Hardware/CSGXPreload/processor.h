#pragma once

#include <stdint.h>

// The size of the one section of EPC that CPUID tells of, before anybody asks.
void preload_set_epc(uint64_t bytes);
