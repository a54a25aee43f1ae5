// A tiny enclave for the tests of the software processor. RDI says what to do, RSI and RDX are arguments; the answer is in RSI.
// Layout as of every enclave we build: GS at the vCPU block, stacks and save state areas behind it (Wire.VCPUBlock).

#define SSA_FRAME   0xe000
#define GPRSGX      (SSA_FRAME + 4096 - 184)
#define EXINFO      (GPRSGX - 16)
#define STACK_TOP   0xa000

// In the block page, behind the launch layout.
#define EXIT_TARGET 0x400
#define HOST_RSP    0x408
#define HOST_RBP    0x410
#define SEEN_INFO   0x420
#define SEEN_MADDR  0x428
#define SEEN_ERRCD  0x430
#define SEEN_RIP    0x438
#define FIXUP       0x440
#define SAVED_RSP   0x448
#define ENTRY_REGS  0x500

.macro enclu
    .byte 0x0f, 0x01, 0xd7
#ifndef UNPATCHED
    nop
    nop
#endif
.endm

    .text
    .globl enclave_entry
enclave_entry:
    test    %rax, %rax
    jnz     exception_entry
    mov     %rax, %gs:ENTRY_REGS+0
    mov     %rcx, %gs:ENTRY_REGS+8
    mov     %rdx, %gs:ENTRY_REGS+16
    mov     %rbx, %gs:ENTRY_REGS+24
    mov     %rsp, %gs:ENTRY_REGS+32
    mov     %rbp, %gs:ENTRY_REGS+40
    mov     %rsi, %gs:ENTRY_REGS+48
    mov     %rdi, %gs:ENTRY_REGS+56
    mov     %r8, %gs:ENTRY_REGS+64
    mov     %r9, %gs:ENTRY_REGS+72
    mov     %rcx, %gs:EXIT_TARGET
    mov     %rsp, %gs:HOST_RSP
    mov     %rbp, %gs:HOST_RBP
    rdgsbase %r11
    lea     STACK_TOP(%r11), %rsp
    cld
    cmp     $(commands_end - commands) / 8, %rdi
    jae     finish
    lea     commands(%rip), %r10
    mov     (%r10,%rdi,8), %rax
    add     %r10, %rax
    jmp     *%rax

    .section .rodata
    .balign 8
commands:
    .quad   echo - commands             // 0
    .quad   report - commands           // 1
    .quad   key - commands              // 2
    .quad   divide - commands           // 3
    .quad   system_call - commands      // 4
    .quad   undefined - commands        // 5
    .quad   compute - commands          // 6
    .quad   registers - commands        // 7
    .quad   load - commands             // 8
    .quad   dirty - commands            // 9
    .quad   outside - commands          // 10
    .quad   store - commands            // 11
    .quad   interrupt_80 - commands     // 12
    .quad   unknown_leaf - commands     // 13
    .quad   breakpoint - commands       // 14
    .quad   bases - commands            // 15
    .quad   exit_inside - commands      // 16
    .quad   seen - commands             // 17
    .quad   leaf - commands             // 18
    .quad   call_at - commands          // 19
    .quad   poke - commands             // 20
    .quad   accept_many - commands      // 21
commands_end:
    .text

echo:
    lea     1(%rsi), %rsi
finish:
    xor     %edi, %edi
leave:
    mov     %gs:EXIT_TARGET, %rbx
    mov     %gs:HOST_RSP, %rsp
    mov     %gs:HOST_RBP, %rbp
    mov     $4, %eax
    enclu

// RSI: 2 KiB outside: TARGETINFO, REPORTDATA at 512, room for the REPORT at 1024.
report:
    mov     %rsi, %r12
    lea     scratch(%rip), %rdi
    mov     $1024, %ecx
    rep movsb
    lea     scratch(%rip), %rbx
    lea     scratch+512(%rip), %rcx
    lea     scratch+1024(%rip), %rdx
    xor     %eax, %eax
    enclu
    lea     scratch+1024(%rip), %rsi
    lea     1024(%r12), %rdi
    mov     $432, %ecx
    rep movsb
    mov     $1, %esi
    jmp     finish

// RSI: KEYREQUEST, room for the key at 512. The answer is RAX.
key:
    mov     %rsi, %r12
    lea     scratch(%rip), %rdi
    mov     $512, %ecx
    rep movsb
    lea     scratch(%rip), %rbx
    lea     scratch+512(%rip), %rcx
    mov     $1, %eax
    enclu
    mov     %rax, %r13
    lea     scratch+512(%rip), %rsi
    lea     512(%r12), %rdi
    mov     $16, %ecx
    rep movsb
    mov     %r13, %rsi
    jmp     finish

// The state around the fault must survive: XMM7 and R12 to R15 are compared afterwards.
divide:
    movq    %rsi, %xmm7
    mov     %rsi, %r15
    mov     $7, %eax
    xor     %edx, %edx
    xor     %ecx, %ecx
    div     %ecx
    movq    %xmm7, %rax
    xor     %esi, %esi
    cmp     %rax, %r15
    jne     finish
    lea     1(%r15), %rsi
    jmp     finish

system_call:
    mov     $39, %eax
    syscall
    mov     %rax, %rsi
    jmp     finish

undefined:
    mov     $1, %eax
    ud2
    mov     %rax, %rsi
    jmp     finish

interrupt_80:
    mov     $20, %eax
    int     $0x80
    mov     %rax, %rsi
    jmp     finish

breakpoint:
    int3
    mov     $1, %esi
    jmp     finish

// RSI rounds of a mixing loop over general, XMM and memory state: whatever an interruption spoils changes the result.
compute:
    mov     %rsi, %rcx
    mov     %rdx, %rax
    pxor    %xmm0, %xmm0
    movq    %rdx, %xmm1
    movabs  $0x9e3779b97f4a7c15, %r8
    movq    %r8, %xmm2
1:  imul    %r8, %rax
    rol     $17, %rax
    paddq   %xmm2, %xmm1
    pxor    %xmm1, %xmm0
    push    %rax
    add     %gs:ENTRY_REGS+16, %rax
    pop     %r9
    xor     %r9, %rax
    add     %r9, %rax
    dec     %rcx
    jnz     1b
    movq    %xmm0, %rsi
    xor     %rax, %rsi
    jmp     finish

// The ten registers as found at the entry, to RSI.
registers:
    mov     %rsi, %rdi
    rdgsbase %rsi
    add     $ENTRY_REGS, %rsi
    mov     $10, %ecx
    rep movsq
    jmp     finish

// The byte at RSI; #PF and #GP answer 0xbad.
load:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    movzbl  (%rsi), %esi
    jmp     finish

store:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    movb    $1, (%rsi)
    mov     $1, %esi
    jmp     finish

fixed:
    mov     $0xbad, %esi
    jmp     finish

dirty:
    vpcmpeqd %ymm0, %ymm0, %ymm0
    vmovdqa %ymm0, %ymm15
    fld1
    jmp     finish

outside:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    jmp     *%rsi

unknown_leaf:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    mov     %esi, %eax
    enclu
    mov     $1, %esi
    jmp     finish

bases:
    rdfsbase %rax
    mov     %rax, (%rsi)
    rdgsbase %rax
    mov     %rax, 8(%rsi)
    jmp     finish

exit_inside:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    lea     echo(%rip), %rbx
    mov     $4, %eax
    enclu
    mov     $1, %esi
    jmp     finish

// What the last exception handler saw: EXITINFO, MADDR, error code, RIP.
seen:
    mov     %rsi, %rdi
    rdgsbase %rsi
    add     $SEEN_INFO, %rsi
    mov     $4, %ecx
    rep movsq
    jmp     finish

// RSI: six words of the host: leaf, SECINFO.FLAGS, RCX, RDX; RAX and RFLAGS are answered behind them. #PF and #GP answer 0xbad.
leaf:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    mov     %rsi, %r12
    lea     scratch+2048(%rip), %rbx
    mov     8(%r12), %rax
    mov     %rax, (%rbx)
    xor     %eax, %eax
    mov     %rax, 8(%rbx)
    mov     %rax, 16(%rbx)
    mov     %rax, 24(%rbx)
    mov     %rax, 32(%rbx)
    mov     %rax, 40(%rbx)
    mov     %rax, 48(%rbx)
    mov     %rax, 56(%rbx)
    mov     (%r12), %rax
    mov     16(%r12), %rcx
    mov     24(%r12), %rdx
    enclu
    mov     %rax, 32(%r12)
    pushfq
    pop     40(%r12)
    mov     $1, %esi
    jmp     finish

// EACCEPT of RDX fresh pages from RSI on; how many succeeded. Vector registers must come through.
accept_many:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    lea     scratch+2048(%rip), %rbx
    xor     %eax, %eax
    mov     %rax, 8(%rbx)
    mov     %rax, 16(%rbx)
    mov     %rax, 24(%rbx)
    mov     %rax, 32(%rbx)
    mov     %rax, 40(%rbx)
    mov     %rax, 48(%rbx)
    mov     %rax, 56(%rbx)
    mov     $0x20b, %eax
    mov     %rax, (%rbx)
    mov     %rsi, %rcx
    mov     %rdx, %r12
    xor     %r13d, %r13d
    vpcmpeqd %ymm9, %ymm9, %ymm9
1:  mov     $5, %eax
    enclu
    test    %eax, %eax
    jnz     2f
    inc     %r13
2:  add     $4096, %rcx
    dec     %r12
    jnz     1b
    vpmovmskb %ymm9, %eax
    mov     %r13, %rsi
    cmp     $-1, %eax
    je      finish
    mov     $0xbadbad, %esi
    jmp     finish

// The byte DL to RSI.
poke:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    movb    %dl, (%rsi)
    mov     $1, %esi
    jmp     finish

// Calls the code at RSI; #PF answers 0xbad.
call_at:
    lea     fixed(%rip), %rax
    mov     %rax, %gs:FIXUP
    mov     %rsp, %gs:SAVED_RSP
    call    *%rsi
    mov     $1, %esi
    jmp     finish

// At CSSA = 1. No stack; RBX is the exit target.
exception_entry:
    mov     %rcx, %rbx
    mov     %gs:GPRSGX+160, %eax
    mov     %rax, %gs:SEEN_INFO
    mov     %gs:EXINFO, %rcx
    mov     %rcx, %gs:SEEN_MADDR
    mov     %gs:EXINFO+8, %ecx
    mov     %rcx, %gs:SEEN_ERRCD
    mov     %gs:GPRSGX+136, %rcx
    mov     %rcx, %gs:SEEN_RIP
    mov     $4, %edi
    test    %eax, %eax
    jns     exception_exit
    mov     $2, %edi
    movzbl  %al, %eax
    cmp     $13, %eax
    je      to_fixup
    cmp     $14, %eax
    je      to_fixup
    mov     $2, %ecx
    cmp     $3, %eax
    jne     1f
    mov     $1, %ecx
1:  add     %rcx, %gs:GPRSGX+136
    cmp     $6, %eax
    jne     exception_exit
    movq    $0x1234, %gs:GPRSGX
    jmp     exception_exit
to_fixup:
    mov     %gs:FIXUP, %rcx
    mov     %rcx, %gs:GPRSGX+136
exception_exit:
    mov     $4, %eax
    enclu

    .bss
    .balign 4096
scratch:
    .skip 4096
