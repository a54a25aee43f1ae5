/// A C program that calls every vector entry point with known xmm registers and a misaligned stack, and looks at them afterwards.
enum FreestandingHarness {
    static let source = #"""
        #include <stdio.h>
        #include <string.h>
        #include "CEnclaveCrypto.h"

        // As the enclave's own: libc's use vector registers.
        void *memcpy(void *to, const void *from, size_t count) {
            void *start = to;
            __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
            return start;
        }
        void *memset(void *to, int value, size_t count) {
            void *start = to;
            __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
            return start;
        }

        static uint8_t before[256], after[256], data[1000], tag[16], digest[32], report[432], key[16];
        static const uint8_t secret[32] = {1, 2, 3};
        static int result;

        #define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
        #define LOAD(n) "movups 16*" #n "(%[before]), %%xmm" #n "\n"
        #define STORE(n) "movups %%xmm" #n ", 16*" #n "(%[after])\n"

        static void call(void (*function)(void), unsigned misalignment) {
            register void (*f)(void) __asm__("rbx") = function;
            register uint8_t *b __asm__("r12") = before;
            register uint8_t *a __asm__("r13") = after;
            register unsigned long m __asm__("r14") = misalignment;
            __asm__ volatile(
                "movq %%rsp, %%r15\n subq $256, %%rsp\n andq $-16, %%rsp\n subq %[m], %%rsp\n"
                EACH(LOAD)
                "call *%[f]\n"
                EACH(STORE)
                "movq %%r15, %%rsp\n"
                : : [f] "r"(f), [before] "r"(b), [after] "r"(a), [m] "r"(m)
                : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r15", "memory", "cc");
        }

        static void hash(void) { ec_sha256_hash(data, sizeof data, digest); }
        static void stretch(void) { result = ec_hkdf_sha256(data, 3, secret, 32, data, 5, tag, sizeof tag); }
        static void seal(void) { result = ec_aes_gcm_seal(secret, 32, data, data, 13, data, sizeof data, tag); }
        static void open_right(void) { result = ec_aes_gcm_open(secret, 32, data, data, 13, data, sizeof data, tag); }
        static void seal_short(void) { result = ec_aes_gcm_seal(secret, 16, data, data, 1, data, 17, tag); }
        static void authenticate(void) { result = ec_aes128_cmac(secret, data, sizeof data, tag); }
        static void make_report(void) {
            static struct sgx_identity identity;
            static uint8_t target[512];
            result = sgx_ereport(secret, &identity, target, data, secret, report);
        }
        static void get_key(void) {
            static struct sgx_identity identity;
            static uint8_t request[512] = {4};
            result = sgx_egetkey(secret, &identity, request, key);
        }
        // The control: what one would see without the guard.
        static void clobber(void) { __asm__ volatile("pxor %%xmm3, %%xmm3" ::: "memory"); }

        static int failures;

        static void check(const char *name, void (*function)(void), int expected) {
            for (unsigned misalignment = 0; misalignment < 16; misalignment += 4) {
                memset(after, 0, sizeof after);
                result = 0;
                call(function, misalignment);
                if (memcmp(before, after, sizeof before) != 0) printf("%s: xmm changed at misalignment %u\n", name, misalignment), failures++;
                if (result != expected) printf("%s: result %d\n", name, result), failures++;
            }
        }

        int main(void) {
            for (unsigned i = 0; i < sizeof before; i++) before[i] = (uint8_t)(i * 7 + 1);
            call(clobber, 8);
            if (memcmp(before, after, sizeof before) == 0) printf("control: a clobbered register went unseen\n"), failures++;
            check("sha256", hash, 0);
            check("hkdf", stretch, 0);
            check("seal", seal, 0);
            check("open", open_right, EC_NOT_AUTHENTIC);
            check("seal short", seal_short, 0);
            check("cmac", authenticate, 0);
            check("report", make_report, 0);
            check("key", get_key, 0);
            ec_sha256_use_hardware(0);
            check("portable sha256", hash, 0);
            puts(failures ? "failed" : "kept");
            return failures != 0;
        }
        """#
}
