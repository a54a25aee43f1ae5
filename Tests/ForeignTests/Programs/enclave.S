# Entry of the tests' enclave. A thread's pages: TCS, SSA 0, SSA 1, stack of CSSA 1, stack of CSSA 0.
    .section .text.entry, "ax"
    .globl entry
entry:                              # RAX CSSA, RBX TCS, RCX address behind ENCLU, RDI operation
    mov %rsp, %r10
    mov %rax, %r11
    shl $12, %r11
    lea 0x5000(%rbx), %rsp
    sub %r11, %rsp
    push %r10
    push %rcx
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    cld
    mov %rax, %rsi
    mov %rbx, %rdx
    call serve
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    pop %rcx
    pop %rsp
    mov %rcx, %rbx
    xor %edx, %edx
    mov $4, %eax
    .byte 0x0f, 0x01, 0xd7          # EEXIT
    ud2
    .section .note.GNU-stack, "", @progbits
