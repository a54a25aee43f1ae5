# int call_enclu(uint64_t tcs, unsigned leaf, void *operation): the leaf that was left, without the vDSO, as programs did before it.
# An asynchronous exit comes to enclu_aep with RAX 3, RBX the TCS and RCX this address again: it resumes.
    .globl call_enclu, enclu_aep
call_enclu:
    push %rbp
    mov %rsp, %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    sub $8, %rsp
    mov %rdi, %rbx
    mov %esi, %eax
    mov %rdx, %rdi
    lea enclu_aep(%rip), %rcx
enclu_aep:
    .byte 0x0f, 0x01, 0xd7
    lea -40(%rbp), %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .section .note.GNU-stack, "", @progbits
