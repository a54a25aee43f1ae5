// An enclave that does one thing an entry: RDI says what, RSI, RDX, R8 and R9 with what. It is one page, linked at 0 and copied as
// bytes; every byte from 0x800 on is zero, since the tests look for zeros there.
//
// OGSBASE of its TCSs is OSSA, so that GS tells where the save state area is without memory. The host's stack pointer is taken
// from the frame on the way out: after ERESUME the one in RSP may be that of another entry.

    .text
    .globl  enclave_entry
enclave_entry:
    mov     %rcx, %r15              // where to leave to
    mov     %rax, %r14              // CSSA
    rdgsbase %r12
    mov     %rax, %rcx
    shl     $12, %rcx
    add     %rcx, %r12              // the frame an exception of this entry would be saved in
    lea     commands(%rip), %rax
    shl     $6, %rdi
    add     %rdi, %rax
    jmp     *%rax

    .balign 64
commands:
// 0: ENCLU with leaf RSI, RBX = RDX, RCX = R8, RDX = R9. Gives RAX, and the flags as AH:OF.
    mov     %esi, %eax
    mov     %rdx, %rbx
    mov     %r8, %rcx
    mov     %r9, %rdx
    or      $-1, %r10d
    stc
    .byte   0x0f, 0x01, 0xd7, 0x90, 0x90
    mov     %rax, %rsi
    lahf
    seto    %al
    movzwl  %ax, %edx
    jmp     leave
    .balign 64
// 1: read a byte at RSI.
    movzbl  (%rsi), %esi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 2: write the byte DL at RSI.
    movb    %dl, (%rsi)
    xor     %esi, %esi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 3: execute at RSI; `00 00` there is `add %al, (%rax)` of no canonical address.
    movabs  $0x8000000000000000, %rax
    jmp     *%rsi
    .balign 64
// 4: an instruction there is not.
    ud2
    .balign 64
// 5: read eight bytes at RSI.
    mov     (%rsi), %rsi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 6: write RDX at RSI.
    mov     %rdx, (%rsi)
    xor     %esi, %esi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 7: tell the host at RSI and wait until it answers eight bytes behind.
    movl    $1, (%rsi)
1:  pause
    cmpl    $0, 8(%rsi)
    je      1b
    xor     %esi, %esi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 8: divide by zero.
    xor     %ecx, %ecx
    div     %ecx
    .balign 64
// 9: nothing.
    xor     %esi, %esi
    xor     %edx, %edx
    jmp     leave
    .balign 64
// 10: ENCLU with the leaf in bits 0 to 7 of RSI for as many pages as bits 8 to 15 say, RBX = RDX, RCX = R8 and on, RDX = R9, and on where
// bit 16 is set; ends at the first code. Gives RAX with the pages left in its high half, and the flags of the last one.
    mov     %rdx, %rbx
    mov     %r8, %rcx
    mov     %r9, %rdx
    movzbl  %sil, %r11d
    mov     %esi, %edi
    shr     $8, %edi
    and     $0xff, %edi
    shr     $4, %esi
    and     $0x1000, %esi
1:  mov     %r11d, %eax
    or      $-1, %r10d
    stc
    .byte   0x0f, 0x01, 0xd7, 0x66, 0x90
    mov     %rax, %r13
    lahf
    seto    %al
    movzwl  %ax, %r10d
    jz      2f
    add     $4096, %rcx
    add     %rsi, %rdx
    dec     %rdi
    jnz     1b
2:  shl     $32, %rdi
    lea     (%r13,%rdi), %rsi
    mov     %r10d, %edx
    jmp     leave

// Where a repaired frame goes on.
    .org    0x600
    mov     $0xf1, %esi
    xor     %edx, %edx
leave:
    mov     %r14, %r8
    mov     $0x600d, %edi
    mov     0xfd8(%r12), %rsp
    mov     0xfe0(%r12), %rbp
    mov     %r15, %rbx
    mov     $4, %eax
    .byte   0x0f, 0x01, 0xd7, 0x90, 0x90
    ud2
    .org    0x800
