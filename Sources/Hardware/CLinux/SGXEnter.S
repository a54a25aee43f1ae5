// long cl_sgx_vdso_enter(function, registers, leaf, run): the vDSO takes RDI, RSI, RDX, R8, R9 through to the enclave, the leaf in
// RCX and `run` on the stack, and gives the enclave's RDI, RSI, RDX, R8, R9 back.
    .text
    .globl  cl_sgx_vdso_enter
    .type   cl_sgx_vdso_enter, @function
cl_sgx_vdso_enter:
    push    %rbp
    mov     %rsp, %rbp
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    push    %rsi
    sub     $8, %rsp
    stmxcsr (%rsp)
    fnstcw  4(%rsp)
    sub     $8, %rsp
    push    %rcx
    mov     %rdi, %rax
    mov     %rdx, %rcx
    mov     %rsi, %r10
    mov     (%r10), %rdi
    mov     8(%r10), %rsi
    mov     16(%r10), %rdx
    mov     24(%r10), %r8
    mov     32(%r10), %r9
    call    *%rax
    cld
    mov     -48(%rbp), %r10
    mov     %rdi, (%r10)
    mov     %rsi, 8(%r10)
    mov     %rdx, 16(%r10)
    mov     %r8, 24(%r10)
    mov     %r9, 32(%r10)
    ldmxcsr -56(%rbp)
    fldcw   -52(%rbp)
    mov     -8(%rbp), %rbx
    mov     -16(%rbp), %r12
    mov     -24(%rbp), %r13
    mov     -32(%rbp), %r14
    mov     -40(%rbp), %r15
    leave
    ret
    .size   cl_sgx_vdso_enter, . - cl_sgx_vdso_enter

    .section .note.GNU-stack, "", @progbits
