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

// Copied into the page above ELRANGE. A patched site calls it with EAX = leaf. Only EEXIT is done here: the thread is found
// through GS, which names a TCS; whatever is unusual goes to the trap, whose handler knows the gate. Arithmetic flags are
// undefined after EEXIT.
    .globl  softsgx_gate_start, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
    .hidden softsgx_gate_start, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
    .balign 64
softsgx_gate_start:
    push    %rcx
    lea     -4(%rax), %ecx
    jecxz   .Lgate_to_exit
    lea     -5(%rax), %ecx
    jecxz   .Lgate_to_leaf
    lea     -6(%rax), %ecx
    jecxz   .Lgate_to_leaf
    lea     -7(%rax), %ecx
    jecxz   .Lgate_to_leaf
    pop     %rcx
softsgx_gate_trap:
    .byte   0x0f, 0x01, 0xd7
.Lgate_to_leaf:
    jmp     .Lgate_leaf
.Lgate_to_exit:
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

// EACCEPT, EMODPE and EACCEPTCOPY stay inside: FS, GS and the vector registers are the enclave's and remain so. The work is done on
// the thread's block, whose upper end is free as long as the host entered from another stack.
.Lgate_leaf:
    push    %rax
    push    %rdx
    pushfq
    rdgsbase %rcx
    sub     .Lgate_base(%rip), %rcx
    ror     $12, %rcx
    cmp     .Lgate_pages(%rip), %rcx
    jae     .Lgate_leaf_unusual
    mov     .Lgate_epcm(%rip), %rax
    mov     (%rax,%rcx,4), %ecx
    shr     $16, %ecx
    jz      .Lgate_leaf_unusual
    cmp     $SOFTSGX_SHARED_GS, %ecx
    je      .Lgate_leaf_unusual
    shl     $TCS_RECORD_SHIFT, %rcx
    add     .Lgate_tcs(%rip), %rcx
    mov     TCS_THREAD(%rcx), %rdx
    test    %rdx, %rdx
    jz      .Lgate_leaf_unusual
    mov     T_RETRY_RSP(%rdx), %rax
    sub     %rdx, %rax
    cmp     $SOFTSGX_STACK_BYTES, %rax
    jb      .Lgate_leaf_unusual
    movq    $1, T_IN_GATE(%rdx)
    mov     %rsp, T_GATE_RSP(%rdx)
    lea     SOFTSGX_STACK_BYTES(%rdx), %rsp
    // AC is the enclave's.
    pushfq
    andl    $~0x40000, (%rsp)
    popfq
    push    %rsi
    push    %rdi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %rdx
    mov     T_GATE_RSP(%rdx), %rax
    mov     %rdx, %rdi
    mov     16(%rax), %rsi
    mov     8(%rax), %r8
    mov     24(%rax), %rcx
    mov     %rbx, %rdx
    cld
    sub     $8, %rsp
    call    *.Lgate_function(%rip)
    add     $8, %rsp
    pop     %rdx
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rdi
    pop     %rsi
    mov     T_GATE_RSP(%rdx), %rsp
    movq    $0, T_IN_GATE(%rdx)
    cmp     $GATE_UNUSUAL, %rax
    je      .Lgate_leaf_unusual
    cmp     $GATE_SILENT, %rax
    je      .Lgate_leaf_silent
    andl    $~0x8d5, (%rsp)
    mov     %rax, 16(%rsp)
    test    %rax, %rax
    jz      .Lgate_leaf_silent
    orl     $0x40, (%rsp)
.Lgate_leaf_silent:
    popfq
    pop     %rdx
    pop     %rax
    pop     %rcx
    ret
.Lgate_leaf_unusual:
    popfq
    jmp     .Lgate_unusual
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
.Lgate_function:
    .quad   0
    .quad   0
    .balign 64
.Lgate_initial:
    .fill   576, 1, 0
softsgx_gate_end:

    .section .note.GNU-stack, "", @progbits
