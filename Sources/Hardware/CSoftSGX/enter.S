// Host side of EENTER, EEXIT and ERESUME, the gate that patched ENCLU sites call, and the signal stub.
#include "softsgx.h"

    .text

// Saves what the C calling convention wants kept. The enclave hands RSP and RBP back unchanged, as with the kernel's vDSO;
// everything else is found relative to RBP: -48 thread, -56 entry, -64 MXCSR, -60 x87 control word.
.macro PROLOGUE
    push    %rbp
    mov     %rsp, %rbp
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    push    %rdi
    push    %rsi
    sub     $8, %rsp
    stmxcsr -64(%rbp)
    fnstcw  -60(%rbp)
    mov     %rdi, %r12
    mov     %rsi, %r13
    mov     E_FUNCTION(%r13), %eax
    lea     -2(%rax), %ecx
    cmp     $1, %ecx
    ja      softsgx_bad_function
.endm

.macro LOAD_ARGUMENTS
    mov     E_RDI(%r13), %rdi
    mov     E_RSI(%r13), %rsi
    mov     E_RDX(%r13), %rdx
    mov     E_R8(%r13), %r8
    mov     E_R9(%r13), %r9
.endm

    .globl  softsgx_text_start
    .hidden softsgx_text_start
softsgx_text_start:

    .globl  softsgx_enter
    .type   softsgx_enter, @function
softsgx_enter:
    PROLOGUE
    cmp     $3, %eax
    je      .Lresume
    mov     %r12, %rdi
    mov     E_TCS(%r13), %rsi
    lea     softsgx_aep(%rip), %rdx
    mov     %rsp, %rcx
    mov     %rbp, %r8
    call    softsgx_eenter
    test    %eax, %eax
    jnz     .Lfault
    mov     E_TCS(%r13), %rbx
    // From here to the jump a signal finds in_enclave set and RIP in this file: it puts FS and GS back as found.
    movq    $1, T_IN_ENCLAVE(%r12)
    mov     T_TARGET_FS(%r12), %rcx
    wrfsbase %rcx
    mov     T_TARGET_GS(%r12), %rcx
    wrgsbase %rcx
    mov     T_CSSA(%r12), %rax
    LOAD_ARGUMENTS
    lea     .Lafter(%rip), %rcx
    jmp     *T_TARGET_RIP(%r12)

.Lafter:
    cld
    mov     -56(%rbp), %r10
    mov     %rdi, E_RDI(%r10)
    mov     %rsi, E_RSI(%r10)
    mov     %rdx, E_RDX(%r10)
    mov     %r8, E_R8(%r10)
    mov     %r9, E_R9(%r10)
    movl    $4, E_FUNCTION(%r10)
.Lreturn:
    xor     %eax, %eax
.Lreturn_eax:
    ldmxcsr -64(%rbp)
    fldcw   -60(%rbp)
    mov     -8(%rbp), %rbx
    mov     -16(%rbp), %r12
    mov     -24(%rbp), %r13
    mov     -32(%rbp), %r14
    mov     -40(%rbp), %r15
    leave
    ret
softsgx_bad_function:
    mov     $-22, %eax
    jmp     .Lreturn_eax

// The asynchronous exit pointer of softsgx_enter: RAX=3, RBX=TCS, RSP and RBP as at the entry.
    .globl  softsgx_aep
    .hidden softsgx_aep
softsgx_aep:
    mov     -48(%rbp), %r12
    mov     -56(%rbp), %r13
    cmpq    $0, T_INTERRUPT(%r12)
    jne     .Linterrupted
.Lresume:
    mov     %r12, %rdi
    mov     E_TCS(%r13), %rsi
    lea     softsgx_aep(%rip), %rdx
    mov     %rsp, %rcx
    mov     %rbp, %r8
    call    softsgx_eresume
    mov     -56(%rbp), %r13
    movl    $3, E_FUNCTION(%r13)
    test    %eax, %eax
    jnz     .Lfault
    movq    $1, T_IN_ENCLAVE(%r12)
    mov     T_TARGET_FS(%r12), %rcx
    wrfsbase %rcx
    mov     T_TARGET_GS(%r12), %rcx
    wrgsbase %rcx
    mov     T_XFRM(%r12), %eax
    mov     T_XFRM+4(%r12), %edx
    mov     T_XSAVE(%r12), %rcx
    xrstor64 (%rcx)
    mov     T_FRAME(%r12), %rcx
    mov     %ss, %eax
    push    %rax
    pushq   G_RSP(%rcx)
    pushq   G_RFLAGS(%rcx)
    mov     %cs, %eax
    push    %rax
    pushq   G_RIP(%rcx)
    mov     G_RAX(%rcx), %rax
    mov     G_RDX(%rcx), %rdx
    mov     G_RBX(%rcx), %rbx
    mov     G_RBP(%rcx), %rbp
    mov     G_RSI(%rcx), %rsi
    mov     G_RDI(%rcx), %rdi
    mov     G_R8(%rcx), %r8
    mov     G_R8+8(%rcx), %r9
    mov     G_R8+16(%rcx), %r10
    mov     G_R8+24(%rcx), %r11
    mov     G_R8+32(%rcx), %r12
    mov     G_R8+40(%rcx), %r13
    mov     G_R8+48(%rcx), %r14
    mov     G_R8+56(%rcx), %r15
    mov     G_RCX(%rcx), %rcx
    iretq

// A signal handler asked for it: back to the host as if with an exception of a vector that no processor has.
.Linterrupted:
    movq    $0, T_INTERRUPT(%r12)
    movl    $3, E_FUNCTION(%r13)
    mov     $SOFTSGX_INTERRUPTION, %eax
    jmp     .Lfault

// The leaf itself raised an exception: vector in EAX.
.Lfault:
    mov     -56(%rbp), %r10
    mov     %ax, E_VECTOR(%r10)
    movw    $0, E_ERROR(%r10)
    movq    $0, E_ADDRESS(%r10)
    movq    $0, E_RIP(%r10)
    jmp     .Lreturn

// Where the signal handler continues after an exception: EAX leaf, DI vector, SI error code, RDX address, as the kernel leaves
// them for its vDSO; R8 the RIP.
    .globl  softsgx_exception_return
    .hidden softsgx_exception_return
softsgx_exception_return:
    cld
    mov     -56(%rbp), %r10
    mov     %eax, E_FUNCTION(%r10)
    mov     %di, E_VECTOR(%r10)
    mov     %si, E_ERROR(%r10)
    mov     %rdx, E_ADDRESS(%r10)
    mov     %r8, E_RIP(%r10)
    jmp     .Lreturn

// The same with the instruction itself; the site is also its asynchronous exit pointer, as in the vDSO.
    .globl  softsgx_enter_trapping
    .type   softsgx_enter_trapping, @function
softsgx_enter_trapping:
    PROLOGUE
    mov     E_TCS(%r13), %rbx
    LOAD_ARGUMENTS
    lea     softsgx_enclu_site(%rip), %rcx
    .globl  softsgx_enclu_site
    .hidden softsgx_enclu_site
softsgx_enclu_site:
    .byte   0x0f, 0x01, 0xd7
    jmp     .Lafter

    .globl  softsgx_text_end
    .hidden softsgx_text_end
softsgx_text_end:

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
    mov     %rcx, %rbx
    mov     %rsp, %r8
    call    softsgx_dispatch
    test    %rbx, %rbx
    jz      .Ldone
    mov     (%rsp), %rax
    wrfsbase %rax
    mov     8(%rsp), %rax
    wrgsbase %rax
.Ldone:
    add     $16, %rsp
    pop     %rbx
    ret

// Copied into the page above ELRANGE. A patched site calls it with EAX = leaf. Only EEXIT is done here: the thread is found
// through GS, which names a TCS; whatever is unusual goes to the trap, whose handler knows the gate. Arithmetic flags are
// undefined after EEXIT.
    .globl  softsgx_gate_start, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
    .hidden softsgx_gate_start, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
    .balign 64
softsgx_gate_start:
    push    %rcx
    lea     -4(%rax), %ecx
    jecxz   .Lgate_exit
    pop     %rcx
softsgx_gate_trap:
    .byte   0x0f, 0x01, 0xd7
.Lgate_exit:
    push    %rax
    push    %rdx
    mov     %rbx, %rax
    shr     $47, %rax
    jnz     .Lgate_unusual
    mov     .Lgate_base(%rip), %rdx
    mov     %rbx, %rax
    sub     %rdx, %rax
    cmp     .Lgate_size(%rip), %rax
    jb      .Lgate_unusual
    rdgsbase %rcx
    sub     %rdx, %rcx
    ror     $12, %rcx
    cmp     .Lgate_pages(%rip), %rcx
    jae     .Lgate_unusual
    mov     .Lgate_epcm(%rip), %rax
    mov     (%rax,%rcx,4), %ecx
    shr     $16, %ecx
    jz      .Lgate_unusual
    cmp     $SOFTSGX_SHARED_GS, %ecx
    je      .Lgate_unusual
    shl     $TCS_RECORD_SHIFT, %rcx
    add     .Lgate_tcs(%rip), %rcx
    mov     TCS_THREAD(%rcx), %rdx
    test    %rdx, %rdx
    jz      .Lgate_unusual
    mov     T_HOST_FS(%rdx), %rax
    wrfsbase %rax
    mov     T_HOST_GS(%rdx), %rax
    wrgsbase %rax
    // Clearing costs more than all the rest, and an enclave that has done it before it left needs no second time: XINUSE tells.
    cmpl    $0, .Lgate_xinuse(%rip)
    je      .Lgate_clear
    push    %rcx
    mov     $1, %ecx
    xgetbv
    pop     %rcx
    test    .Lgate_mask(%rip), %eax
    jz      .Lgate_clean
.Lgate_clear:
    mov     .Lgate_mask(%rip), %eax
    xor     %edx, %edx
    xrstor64 .Lgate_initial(%rip)
.Lgate_clean:
    mov     TCS_THREAD(%rcx), %rdx
    movq    $0, T_IN_ENCLAVE(%rdx)
    mov     TCS_AEP(%rcx), %rax
    movq    $0, TCS_THREAD(%rcx)
    movl    $0, TCS_BUSY(%rcx)
    mov     %rax, %rcx
    pop     %rdx
    pop     %rax
    lea     16(%rsp), %rsp
    jmp     *%rbx
.Lgate_unusual:
    pop     %rdx
    pop     %rax
    pop     %rcx
    jmp     softsgx_gate_trap
    .balign 64
softsgx_gate_data:
.Lgate_base:
    .quad   0
.Lgate_size:
    .quad   0
.Lgate_pages:
    .quad   0
.Lgate_epcm:
    .quad   0
.Lgate_tcs:
    .quad   0
.Lgate_mask:
    .long   0
.Lgate_xinuse:
    .long   0
    .quad   0, 0
    .balign 64
.Lgate_initial:
    .fill   576, 1, 0
softsgx_gate_end:

    .section .note.GNU-stack, "", @progbits
