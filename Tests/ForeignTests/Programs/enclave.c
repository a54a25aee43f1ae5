// The code of the tests' enclave: no library, no relocations, one page of data.
#include "operation.h"

static struct {
    uint64_t counter;
} shared = {1000};

static uint64_t enclu(uint64_t leaf, const void *b, uint64_t c, uint64_t d) {
    __asm__ volatile(".byte 0x0f, 0x01, 0xd7" : "+a"(leaf) : "b"(b), "c"(c), "d"(d) : "memory", "cc");
    return leaf;
}

static void copy(void *to, const void *from, uint64_t count) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void report(struct operation *op) {
    __attribute__((aligned(512))) uint8_t target[512], out[512];
    __attribute__((aligned(128))) uint8_t data[64];
    copy(target, (void *)op->a, 512);
    copy(data, (void *)op->b, 64);
    op->status = enclu(0, target, (uint64_t)data, (uint64_t)out);
    copy((void *)op->c, out, 432);
}

static void key(struct operation *op) {
    __attribute__((aligned(512))) uint8_t request[512];
    __attribute__((aligned(16))) uint8_t out[16] = {0};
    copy(request, (void *)op->a, 512);
    op->status = enclu(1, request, (uint64_t)out, 0);
    copy((void *)op->c, out, 16);
}

static void page(struct operation *op, uint64_t leaf) {
    __attribute__((aligned(64))) uint64_t secinfo[8] = {op->b};
    op->status = enclu(leaf, secinfo, op->a, op->c);
}

static void skip(struct operation *op, uint64_t cssa, uint64_t tcs) {
    uint8_t *registers = (uint8_t *)(tcs + 0x1000 * (cssa + 1) - 184);
    op->result = *(uint32_t *)(registers + 160);
    *(uint64_t *)(registers + 136) += op->b;
}

static void wait(struct operation *op) {
    while (*(volatile uint32_t *)op->a == 0) __asm__ volatile("pause");
    op->result = mix(op->b, op->c);
}

static uint64_t system_call(void) {
    uint64_t number = 39;
    __asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
    return number;
}

__attribute__((used)) void serve(struct operation *op, uint64_t cssa, uint64_t tcs) {
    op->cssa = cssa;
    switch (op->kind) {
    case MIX: op->result = mix(op->a, op->b); break;
    case COUNT: op->result = __atomic_fetch_add(&shared.counter, op->a, __ATOMIC_SEQ_CST); break;
    case LOAD: __asm__ volatile("movq (%%rcx), %%rax" : "=a"(op->result) : "c"(op->a) : "memory"); break;
    case STORE: __asm__ volatile("movq %%rax, (%%rcx)" : : "a"(op->b), "c"(op->a) : "memory"); break;
    case CALL: op->result = ((uint64_t (*)(void))op->a)(); break;
    case WAIT: wait(op); break;
    case REPORT: report(op); break;
    case KEY: key(op); break;
    case ACCEPT: page(op, 5); break;
    case EXTEND: page(op, 6); break;
    case ACCEPT_COPY: page(op, 7); break;
    case UNDEFINED: __asm__ volatile("ud2"); op->result = 0x600d; break;
    case DIVIDE: __asm__ volatile("xor %%ecx, %%ecx; div %%cl" : : "a"(1) : "rcx", "cc"); op->result = 0x600d; break;
    case IDENTIFY: __asm__ volatile("cpuid" : : "a"(0) : "rbx", "rcx", "rdx"); op->result = 0x600d; break;
    case SYSTEM_CALL: op->result = system_call(); break;
    case SKIP: skip(op, cssa, tcs); break;
    }
}
