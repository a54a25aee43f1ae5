// The gate that patched ENCLU sites call.
#include "softsgx.h"

    .text

// The TCS record that GS names in RCX and its thread in RDX, or to `unusual`. Uses RAX.
.macro FIND_RECORD unusual
    rdgsbase %rcx
    sub     .Lgate_base(%rip), %rcx
    ror     $12, %rcx
    cmp     .Lgate_pages(%rip), %rcx
    jae     \unusual
    mov     .Lgate_epcm(%rip), %rax
    mov     (%rax,%rcx,4), %ecx
    shr     $16, %ecx
    jz      \unusual
    cmp     $SOFTSGX_SHARED_GS, %ecx
    je      \unusual
    shl     $TCS_RECORD_SHIFT, %rcx
    add     .Lgate_tcs(%rip), %rcx
    mov     TCS_THREAD(%rcx), %rdx
    test    %rdx, %rdx
    jz      \unusual
.endm

// Copied into the page above ELRANGE. A patched site calls it with EAX = leaf. EEXIT, EACCEPT, EMODPE and EACCEPTCOPY are done
// here: the thread is found through GS, which names a TCS; whatever is unusual goes to the trap, whose handler knows the gate.
// Arithmetic flags are undefined after EEXIT.
    .globl  softsgx_gate_start, softsgx_gate_runs, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
    .hidden softsgx_gate_start, softsgx_gate_runs, softsgx_gate_trap, softsgx_gate_data, softsgx_gate_end
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
    FIND_RECORD .Lgate_unusual
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
// the thread's block, whose upper end is free as long as the host entered from another stack. Behind this macro RDI is the thread, RSI the
// leaf, RDX the enclave's RBX and RAX its stack: RFLAGS, RDX, RAX, RCX.
.macro ENTER_LEAF unusual
    push    %rax
    push    %rdx
    pushfq
    FIND_RECORD \unusual
    mov     T_RETRY_RSP(%rdx), %rax
    sub     %rdx, %rax
    cmp     $SOFTSGX_STACK_BYTES, %rax
    jb      \unusual
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
    mov     %rbx, %rdx
    cld
.endm

.Lgate_leaf:
    ENTER_LEAF .Lgate_leaf_unusual
    mov     24(%rax), %rcx
    mov     8(%rax), %r8
    sub     $8, %rsp
    call    *.Lgate_leaf_function(%rip)
.Lgate_leaf_done:
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

// Called by a site that stands in a loop over pages: RCX is the page of this round and the next one follows it, RDX goes on by RSI bytes,
// RDI counts the rounds left, this one included, and a fault or a code ends the loop. Rounds that are sure to succeed are made here at
// once: what the site comes back with is the last of them.
softsgx_gate_runs:
    push    %rcx
    ENTER_LEAF .Lgate_leaf_unusual
    mov     %rax, %rcx
    lea     40(%rsp), %r8
    sub     $8, %rsp
    call    *.Lgate_run_function(%rip)
    jmp     .Lgate_leaf_done
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
.Lgate_leaf_function:
    .quad   0
.Lgate_run_function:
    .quad   0
    .balign 64
.Lgate_initial:
    .fill   576, 1, 0
softsgx_gate_end:

    .section .note.GNU-stack, "", @progbits
