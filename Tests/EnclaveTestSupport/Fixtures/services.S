// A tiny enclave that speaks the host-call protocol (Wire.HostCall) for the tests of the host half. One program an assembly:
// PROGRAM_HELLO (also vCPU 1), PROGRAM_REFUSE, PROGRAM_FAULT, PROGRAM_PANIC, PROGRAM_CALLS, PROGRAM_BLOCKED, PROGRAM_NOISE.

#define STACK_TOP   0xa000
#define LAYOUT_VCPU 8
#define EXIT_TARGET 0x400
#define HOST_RSP    0x408
#define HOST_RBP    0x410
#define CALL_AREA   0x418
#define CALL_RSP    0x420

.macro enclu
    .byte 0x0f, 0x01, 0xd7
    nop
    nop
.endm

    .text
    .globl enclave_entry
enclave_entry:
    test    %rax, %rax
    jnz     exception_entry
    mov     %rcx, %gs:EXIT_TARGET
    mov     %rsp, %gs:HOST_RSP
    mov     %rbp, %gs:HOST_RBP
    cmp     $2, %rdi
    je      call_returned
    mov     %rsi, %gs:CALL_AREA
    rdgsbase %r11
    lea     STACK_TOP(%r11), %rsp
    cld
    test    %rdi, %rdi
    jz      boot
    call    run
    xor     %esi, %esi
finish:
    xor     %edi, %edi
leave:
    mov     %gs:EXIT_TARGET, %rbx
    mov     %gs:HOST_RSP, %rsp
    mov     %gs:HOST_RBP, %rbp
    mov     $4, %eax
    enclu

// RDI: number, RSI, RDX, RCX: arguments. RAX: result.
host_call:
    mov     %gs:CALL_AREA, %rax
    mov     %rdi, (%rax)
    mov     %rsi, 8(%rax)
    mov     %rdx, 16(%rax)
    mov     %rcx, 24(%rax)
    mov     %rsp, %gs:CALL_RSP
    mov     $1, %edi
    jmp     leave
call_returned:
    mov     %gs:CALL_RSP, %rsp
    mov     %rdx, %rax
    ret

// RSI: text, RDX: length; into the data area.
put:
    mov     %gs:CALL_AREA, %rdi
    add     $4096, %rdi
    mov     %rdx, %rcx
    rep movsb
    ret

exception_entry:
    mov     %rcx, %rbx
    mov     $4, %edi
    xor     %esi, %esi
    mov     $4, %eax
    enclu

boot:
#ifdef PROGRAM_REFUSE
    lea     refusal(%rip), %rsi
    mov     $(refusal_end - refusal), %edx
    call    put
    mov     $12, %edi
    xor     %esi, %esi
    mov     $(refusal_end - refusal), %edx
    call    host_call
    mov     $5, %esi
    jmp     finish
#endif
    // The boot block begins with its magic behind the length.
    mov     %gs:CALL_AREA, %rax
    mov     4100(%rax), %rax
    movabs  $0x544f4f424c434e49, %rcx
    xor     %esi, %esi
    cmp     %rax, %rcx
    setne   %sil
    jmp     finish

run:
#if defined(PROGRAM_HELLO) || defined(PROGRAM_BLOCKED)
    cmpl    $0, %gs:LAYOUT_VCPU
    jne     further
    lea     text(%rip), %rsi
    mov     $(text_end - text), %edx
    call    put
    mov     $4, %edi
    mov     $1, %esi
    mov     $(text_end - text), %edx
    call    host_call
    // What stands in the index, to stdout.
    mov     $1, %edi
    mov     $8, %esi
    mov     $5, %edx
    xor     %ecx, %ecx
    call    host_call
    mov     %rax, %rdx
    mov     $4, %edi
    mov     $1, %esi
    call    host_call
    mov     $9, %edi
    mov     $1, %esi
    call    host_call
#ifdef PROGRAM_BLOCKED
    mov     $3, %edi
    xor     %esi, %esi
    mov     $1, %edx
    xor     %ecx, %ecx
    call    host_call
    ret
#endif
    mov     $7, %edi
    mov     $-1, %rsi
    call    host_call
    jmp     exited
further:
#ifdef PROGRAM_BLOCKED
    jmp     exited
#endif
    mov     $8, %edi
    xor     %esi, %esi
    call    host_call
    ret
#endif
#ifdef PROGRAM_FAULT
    ud2
#endif
#ifdef PROGRAM_PANIC
    mov     $3, %edi
    mov     $1, %esi
    jmp     leave
#endif
#ifdef PROGRAM_NOISE
    // A host call that no version has: ENOSYS; the negated result is the exit status.
    mov     $99, %edi
    call    host_call
    neg     %eax
    mov     %eax, %r15d
    jmp     exited_with
#endif
#ifdef PROGRAM_CALLS
    // Registers do not survive a host call, the stack does.
    pushq   $200000
1:  mov     $8, %edi
    xor     %esi, %esi
    call    host_call
    decq    (%rsp)
    jnz     1b
    pop     %rax
#endif
exited:
    mov     $7, %r15d
exited_with:
    mov     %gs:CALL_AREA, %rdi
    add     $4096, %rdi
    mov     $104, %ecx
    xor     %eax, %eax
    rep stosb
    mov     %gs:CALL_AREA, %rax
    mov     %r15d, 4096(%rax)
    mov     $16, %edi
    mov     $104, %esi
    call    host_call
    ret

    .section .rodata
text:
    .ascii  "hello\n"
text_end:
refusal:
    .ascii  "no entrypoint\033[2J"
refusal_end:
    .bss
    .skip   4096
