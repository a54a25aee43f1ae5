// Host side of EENTER, EEXIT and ERESUME: our own entry, and the vDSO's.
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

// From here to the jump into the enclave a signal may give the entry up; it begins again at `label`, with this RSP and RBP. Thread
// in R12. Uses RAX.
.macro BEGIN_ENTRY label
    lea     \label(%rip), %rax
    mov     %rax, T_RETRY_RIP(%r12)
    mov     %rsp, T_RETRY_RSP(%r12)
    mov     %rbp, T_RETRY_RBP(%r12)
    movq    $THREAD_IS_ENTERING, T_IN_ENCLAVE(%r12)
.endm

// FS and GS of the TCS. Thread in R12; uses RCX.
.macro LOAD_BASES
    movq    $1, T_IN_ENCLAVE(%r12)
    mov     T_TARGET_FS(%r12), %rcx
    wrfsbase %rcx
    mov     T_TARGET_GS(%r12), %rcx
    wrgsbase %rcx
.endm

// The state that softsgx_eresume found. Thread in R12.
.macro RESUME
    LOAD_BASES
    mov     T_RESTORED(%r12), %eax
    mov     T_RESTORED+4(%r12), %edx
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
.endm

    .globl  softsgx_enter
    .type   softsgx_enter, @function
softsgx_enter:
    PROLOGUE
    cmp     $3, %eax
    je      .Lresume
.Lenter:
    mov     -48(%rbp), %r12
    mov     -56(%rbp), %r13
    BEGIN_ENTRY .Lenter
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
    LOAD_BASES
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
    mov     -48(%rbp), %r12
    mov     -56(%rbp), %r13
    BEGIN_ENTRY .Lresume
    mov     %r12, %rdi
    mov     E_TCS(%r13), %rsi
    lea     softsgx_aep(%rip), %rdx
    mov     %rsp, %rcx
    mov     %rbp, %r8
    call    softsgx_eresume
    movl    $3, E_FUNCTION(%r13)
    test    %eax, %eax
    jnz     .Lfault
    RESUME

// A signal handler asked for it: back to the host as if with an exception of a vector that no processor has.
.Linterrupted:
    movq    $0, T_INTERRUPT(%r12)
    movq    $0, T_FAULT_CODE(%r12)
    movq    $0, T_FAULT_ADDRESS(%r12)
    movl    $3, E_FUNCTION(%r13)
    mov     $SOFTSGX_INTERRUPTION, %eax

// The leaf itself raised an exception: vector in EAX.
.Lfault:
    movq    $0, T_IN_ENCLAVE(%r12)
    mov     %ax, E_VECTOR(%r13)
    mov     T_FAULT_CODE(%r12), %rax
    mov     %ax, E_ERROR(%r13)
    mov     T_FAULT_ADDRESS(%r12), %rax
    and     $-4096, %rax
    mov     %rax, E_ADDRESS(%r13)
    movq    $0, E_RIP(%r13)
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

// __vdso_sgx_enter_enclave. Relative to RBP: 16 run; -48 thread; -64 MXCSR, -60 x87 control word; the registers that pass through
// -72 RDI, -80 RSI, -88 RDX, -96 R8, -104 R9; -112 leaf; -120 TCS; -128 RSP that the enclave is entered with. Unlike the kernel's it
// keeps all registers the calling convention wants kept.
    .globl  softsgx_vdso_enter
    .type   softsgx_vdso_enter, @function
softsgx_vdso_enter:
    push    %rbp
    mov     %rsp, %rbp
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    sub     $88, %rsp
    stmxcsr -64(%rbp)
    fnstcw  -60(%rbp)
    mov     %ecx, -112(%rbp)
    mov     %rdi, -72(%rbp)
    mov     %rsi, -80(%rbp)
    mov     %rdx, -88(%rbp)
    mov     %r8, -96(%rbp)
    mov     %r9, -104(%rbp)
    call    softsgx_ready_thread
    mov     %rax, -48(%rbp)
    neg     %rax
    cmp     $4095, %rax
    jbe     .Lvdso_refused
.Lvdso_check:
    mov     -112(%rbp), %eax
    lea     -2(%rax), %ecx
    cmp     $1, %ecx
    ja      .Lvdso_invalid
    mov     16(%rbp), %rcx
    mov     $40, %ebx
1:  cmpq    $0, (%rcx,%rbx)
    jne     .Lvdso_invalid
    add     $8, %ebx
    cmp     $256, %ebx
    jne     1b
    mov     (%rcx), %rbx
    mov     %rbx, -120(%rbp)
    mov     %rsp, -128(%rbp)
.Lvdso_again:
    mov     -48(%rbp), %r12
    mov     -128(%rbp), %rsp
    BEGIN_ENTRY .Lvdso_again
    mov     %r12, %rdi
    mov     -120(%rbp), %rsi
    lea     softsgx_vdso_aep(%rip), %rdx
    mov     %rsp, %rcx
    mov     %rbp, %r8
    and     $-16, %rsp
    cmpl    $3, -112(%rbp)
    je      .Lvdso_resume
    call    softsgx_eenter
    mov     -128(%rbp), %rsp
    test    %eax, %eax
    jnz     .Lvdso_fault
    LOAD_BASES
    mov     T_CSSA(%r12), %rax
    mov     T_TARGET_RIP(%r12), %r11
    mov     -120(%rbp), %rbx
    mov     -72(%rbp), %rdi
    mov     -80(%rbp), %rsi
    mov     -88(%rbp), %rdx
    mov     -96(%rbp), %r8
    mov     -104(%rbp), %r9
    lea     .Lvdso_left(%rip), %rcx
    jmp     *%r11
.Lvdso_resume:
    call    softsgx_eresume
    mov     -128(%rbp), %rsp
    test    %eax, %eax
    jnz     .Lvdso_fault
    RESUME

// The asynchronous exit pointer: RBX is the TCS, RSP and RBP are as at the entry.
    .globl  softsgx_vdso_aep
    .hidden softsgx_vdso_aep
softsgx_vdso_aep:
    mov     %rbx, -120(%rbp)
    mov     %rsp, -128(%rbp)
    movl    $3, -112(%rbp)
    jmp     .Lvdso_again

.Lvdso_fault:
    movq    $0, T_IN_ENCLAVE(%r12)
    mov     %eax, %edi
    mov     T_FAULT_CODE(%r12), %rsi
    mov     T_FAULT_ADDRESS(%r12), %rdx
    and     $-4096, %rdx
    mov     -112(%rbp), %eax
    .globl  softsgx_vdso_exception
    .hidden softsgx_vdso_exception
softsgx_vdso_exception:
    mov     16(%rbp), %rbx
    mov     %eax, 8(%rbx)
    mov     %di, 12(%rbx)
    mov     %si, 14(%rbx)
    mov     %rdx, 16(%rbx)
    jmp     .Lvdso_exited

.Lvdso_left:
    mov     16(%rbp), %rbx
    movl    $4, 8(%rbx)
.Lvdso_exited:
    cld
    ldmxcsr -64(%rbp)
    fldcw   -60(%rbp)
    cmpq    $0, 24(%rbx)
    jne     .Lvdso_callback
    xor     %eax, %eax
.Lvdso_return:
    mov     -8(%rbp), %rbx
    mov     -16(%rbp), %r12
    mov     -24(%rbp), %r13
    mov     -32(%rbp), %r14
    mov     -40(%rbp), %r15
    leave
    ret

// The program's handler gets the RSP of the exit and all registers of the exit; what it returns is the result, or the next leaf. The
// stack may have grown: the enclave may leave data there.
.Lvdso_callback:
    mov     %rsp, %rcx
    mov     %rsp, %r14
    and     $-16, %rsp
    push    %rbx
    push    %rbx
    call    *24(%rbx)
    mov     %r14, %rsp
    test    %eax, %eax
    jle     .Lvdso_return
    mov     %eax, -112(%rbp)
    mov     %rdi, -72(%rbp)
    mov     %rsi, -80(%rbp)
    mov     %rdx, -88(%rbp)
    mov     %r8, -96(%rbp)
    mov     %r9, -104(%rbp)
    jmp     .Lvdso_check

.Lvdso_invalid:
    mov     $-22, %eax
    jmp     .Lvdso_return
.Lvdso_refused:
    mov     -48(%rbp), %eax
    jmp     .Lvdso_return

    .globl  softsgx_text_end
    .hidden softsgx_text_end
softsgx_text_end:

    .section .note.GNU-stack, "", @progbits
