// Where signals arrive, and where handlers of programs return to.
#include "softsgx.h"

    .text

// All our handlers begin here, on the alternate stack. The kernel tells in uc_stack whose alternate stack this thread has: no
// register can be trusted for it, FS and GS may be the enclave's. AC is the one hostile flag the kernel does not clear.
    .globl  softsgx_signal_stub
    .hidden softsgx_signal_stub
    .type   softsgx_signal_stub, @function
softsgx_signal_stub:
    push    %rbx
    sub     $16, %rsp
    pushfq
    andl    $~0x40000, (%rsp)
    popfq
    xor     %ecx, %ecx
    cmpq    $SOFTSGX_STACK_BYTES, 32(%rdx)
    jne     .Ldispatch
    mov     16(%rdx), %rbx
    test    %rbx, %rbx
    jz      .Ldispatch
    test    $0xffff, %ebx
    jnz     .Ldispatch
    cmp     %rbx, T_SELF(%rbx)
    jne     .Ldispatch
    mov     %rbx, %rcx
    rdfsbase %rax
    mov     %rax, (%rsp)
    rdgsbase %rax
    mov     %rax, 8(%rsp)
    cmpq    $0, T_IN_ENCLAVE(%rbx)
    je      .Ldispatch
    mov     T_HOST_FS(%rbx), %rax
    wrfsbase %rax
    mov     T_HOST_GS(%rbx), %rax
    wrgsbase %rax
.Ldispatch:
    mov     %rsp, %r8
    call    softsgx_dispatch
    // The thread, which may have become one just now, or NULL.
    test    %rax, %rax
    jz      .Ldone
    mov     (%rsp), %rax
    wrfsbase %rax
    mov     8(%rsp), %rax
    wrgsbase %rax
.Ldone:
    add     $16, %rsp
    pop     %rbx
    ret

// What a handler of the program returns to: the frame that softsgx_deliver made for it stands at RSP, without its first word.
// An unwinder finds the interrupted registers in it; it looks one byte before the address it returns to.
    .cfi_startproc
    .cfi_signal_frame
    .cfi_escape 0xf, 0x4, 0x77, 0xa0, 0x1, 0x6
    .cfi_escape 0x10, 0x0, 0x3, 0x77, 0x90, 0x1
    .cfi_escape 0x10, 0x1, 0x3, 0x77, 0x88, 0x1
    .cfi_escape 0x10, 0x2, 0x3, 0x77, 0x98, 0x1
    .cfi_escape 0x10, 0x3, 0x3, 0x77, 0x80, 0x1
    .cfi_escape 0x10, 0x4, 0x3, 0x77, 0xf0, 0x0
    .cfi_escape 0x10, 0x5, 0x3, 0x77, 0xe8, 0x0
    .cfi_escape 0x10, 0x6, 0x3, 0x77, 0xf8, 0x0
    .cfi_escape 0x10, 0x7, 0x3, 0x77, 0xa0, 0x1
    .cfi_escape 0x10, 0x8, 0x2, 0x77, 0x28
    .cfi_escape 0x10, 0x9, 0x2, 0x77, 0x30
    .cfi_escape 0x10, 0xa, 0x2, 0x77, 0x38
    .cfi_escape 0x10, 0xb, 0x3, 0x77, 0xc0, 0x0
    .cfi_escape 0x10, 0xc, 0x3, 0x77, 0xc8, 0x0
    .cfi_escape 0x10, 0xd, 0x3, 0x77, 0xd0, 0x0
    .cfi_escape 0x10, 0xe, 0x3, 0x77, 0xd8, 0x0
    .cfi_escape 0x10, 0xf, 0x3, 0x77, 0xe0, 0x0
    .cfi_escape 0x10, 0x10, 0x3, 0x77, 0xa8, 0x1
    nop
    .globl  softsgx_restorer
    .hidden softsgx_restorer
    .type   softsgx_restorer, @function
softsgx_restorer:
    mov     %rsp, %rdi
    call    softsgx_handler_returned
    mov     $15, %eax
    syscall
    .cfi_endproc

    .section .note.GNU-stack, "", @progbits
