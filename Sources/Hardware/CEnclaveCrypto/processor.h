// What the processor can do, as far as one can ask it.
#pragma once

// The host asks CPUID; in the enclave that would fault, and every processor with SGX2 has all of these.
int ec_processor_has_sha(void);
int ec_processor_has_aes(void);
