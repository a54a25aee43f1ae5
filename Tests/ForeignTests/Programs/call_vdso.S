# int call_vdso(struct sgx_enclave_run *run, unsigned leaf, void *operation, void *function)
# The vDSO's entry keeps RBX, RBP and RSP only: after an asynchronous exit all others are zero.
    .globl call_vdso
call_vdso:
    push %rbp
    mov %rsp, %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    sub $8, %rsp
    mov %rcx, %rax
    mov %esi, %ecx                  # function
    mov %rdi, %r10
    mov %rdx, %rdi                  # operation
    xor %esi, %esi
    xor %edx, %edx
    xor %r8d, %r8d
    xor %r9d, %r9d
    sub $8, %rsp
    push %r10                       # run, on the stack
    call *%rax
    lea -40(%rbp), %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .section .note.GNU-stack, "", @progbits
