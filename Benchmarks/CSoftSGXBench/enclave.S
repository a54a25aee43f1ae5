    .section .rodata
    .globl  bench_enclave_start, bench_enclave_end
bench_enclave_start:
    mov     %rcx, %r15
    test    %rdi, %rdi
    jz      leave
accept:
    mov     $5, %eax
    mov     %r8, %rbx
    mov     %rsi, %rcx
    .byte   0x0f, 0x01, 0xd7, 0x90, 0x90
    test    %eax, %eax
    jnz     accepted
    add     $4096, %rsi
    dec     %rdx
    jnz     accept
accepted:
    mov     %rax, %rsi
leave:
    mov     %r15, %rbx
    mov     $4, %eax
    .byte   0x0f, 0x01, 0xd7, 0x90, 0x90
    ud2
bench_enclave_end:

    .section .note.GNU-stack, "", @progbits
