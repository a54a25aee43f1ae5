// ENCLU with registers of the caller's choice. RSP is the same at every entry and resume of one structure, since the enclave gives back the
// one it was entered with: it points at the last word of the structure's own small stack, which holds the structure's address.

        .text
        .globl  hostile_enclu
        .type   hostile_enclu, @function
hostile_enclu:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        pushq   %rdi
        subq    $8, %rsp
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        rdgsbase %rax
        pushq   %rax
        rdfsbase %rax
        pushq   %rax
        movq    %rsp, 1264(%rdi)
        movq    %rdi, 1256(%rdi)
        leaq    1256(%rdi), %rsp
        movq    %rdi, %r15
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        pcmpeqd %xmm\n, %xmm\n
        .endr
        .rept   8
        fldpi
        .endr
        ldmxcsr 72(%r15)
        fldcw   76(%r15)
        movq    64(%r15), %rax
        testq   %rax, %rax
        jz      1f
        wrgsbase %rax
1:      movq    232(%r15), %rax
        testq   %rax, %rax
        jz      1f
        wrfsbase %rax
1:      movq    0(%r15), %rax
        movq    8(%r15), %rbx
        movq    24(%r15), %rsi
        movq    32(%r15), %rdx
        movq    40(%r15), %r8
        movq    48(%r15), %r9
        movq    $-1, %r10
        movq    $-1, %r11
        movq    $-1, %r12
        movq    $-1, %r13
        movq    $-1, %r14
        movabsq $0x6262626262626262, %rbp
        leaq    hostile_exit_pointer(%rip), %rcx
        pushq   56(%r15)
        movq    16(%r15), %rdi
        movq    $-1, %r15
        popfq
        .globl  hostile_enclu_site
        .hidden hostile_enclu_site
hostile_enclu_site:
        .byte   0x0f, 0x01, 0xd7
        pushfq
        pushq   $0
        jmp     2f
        .globl  hostile_exit_pointer
        .hidden hostile_exit_pointer
hostile_exit_pointer:
        pushfq
        pushq   $1
        jmp     2f
        .globl  hostile_fault
        .hidden hostile_fault
hostile_fault:
        pushfq
        pushq   $2
2:      pushq   %r15
        movq    24(%rsp), %r15
        movq    %rax, 88(%r15)
        movq    %rbx, 96(%r15)
        movq    %rcx, 104(%r15)
        movq    %rdx, 112(%r15)
        movq    %rsi, 120(%r15)
        movq    %rdi, 128(%r15)
        movq    %rbp, 136(%r15)
        leaq    24(%rsp), %rax
        movq    %rax, 144(%r15)
        movq    %r8, 152(%r15)
        movq    %r9, 160(%r15)
        movq    %r10, 168(%r15)
        movq    %r11, 176(%r15)
        movq    %r12, 184(%r15)
        movq    %r13, 192(%r15)
        movq    %r14, 200(%r15)
        popq    208(%r15)
        popq    80(%r15)
        popq    216(%r15)
        pushq   $2
        popfq
        rdgsbase %rax
        movq    %rax, 224(%r15)
        fxsave64 240(%r15)
        fninit
        movq    1264(%r15), %rsp
        popq    %rax
        wrfsbase %rax
        popq    %rax
        wrgsbase %rax
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $16, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .section .note.GNU-stack,"",@progbits
