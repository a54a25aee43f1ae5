// The only ways in and out. GS is this vCPU's block (struct vcpu_block); FS belongs to the program.
// Register contract of the call interface: Sources/Enclaves/Wire/HostCall.swift.

#define B_SELF 128
#define B_KERNEL_STACK 136
#define B_USER_RSP 144
#define B_STATE 168
#define B_HOST_CALL_RSP 176
#define B_EXIT_TARGET 184
#define B_HOST_RSP 192
#define B_HOST_RBP 200
#define B_EXCEPTION_BUSY 208
#define B_USER_RIP 216
#define B_HOST_CALL_RESULT 224
#define B_REWRITTEN 232

// Offsets in the vCPU block's pages (VCPUBlock in Wire).
#define ENTRY_STACK_TOP (10*4096)
#define EXCEPTION_STACK_TOP (14*4096)

#define XMASK_LOW 0xE7

.macro ENCLU
        .byte 0x0f, 0x01, 0xd7          // followed by two NOPs: the loader of a software device puts a call here
        .byte 0x90, 0x90
.endm

.macro CLEAR_REGISTERS                  // all but RAX, RBX, RDI, RSI, RSP, RBP
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %r8d, %r8d
        xorl    %r9d, %r9d
        xorl    %r10d, %r10d
        xorl    %r11d, %r11d
        xorl    %r12d, %r12d
        xorl    %r13d, %r13d
        xorl    %r14d, %r14d
        xorl    %r15d, %r15d
.endm

        .section .rodata
        .balign 64
initial_extended_state:                 // XSTATE_BV = 0: everything in its initial state; MXCSR and the x87 word are read all the same
        .short  0x037f
        .skip   22
        .long   0x1f80
        .long   0
        .skip   480
        .skip   64
        .skip   2752-576
        .size   initial_extended_state, .-initial_extended_state

        .text
        .globl  enclave_entry
        .hidden enclave_entry
        .type   enclave_entry, @function
enclave_entry:
        cmpl    $0, panic_word(%rip)
        jne     .Lrefuse
        testq   %rax, %rax
        jnz     exception_entry
        cmpq    $2, %rdi
        je      .Lhost_call_returned
        ja      .Lrefuse
        // A fresh entry is only taken where nothing is under way on this TCS.
        cmpq    $0, %gs:B_STATE
        jne     .Lrefuse
        movq    $1, %gs:B_STATE
        movq    %rcx, %gs:B_EXIT_TARGET
        movq    %rsp, %gs:B_HOST_RSP
        movq    %rbp, %gs:B_HOST_RBP
        // TCS lies at a fixed distance above the block: RBX is the CPU's word, not the host's.
        leaq    -(16*4096)(%rbx), %r11
        movq    %r11, %gs:B_SELF
        leaq    ENTRY_STACK_TOP(%r11), %rsp
        pushq   $2
        popfq
        xorl    %ebp, %ebp
        movq    %rdi, %r12
        movq    %rsi, %r13
        movq    $-1, %rdx
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        leaq    initial_extended_state(%rip), %rcx
        xrstor64 (%rcx)
        movq    %r12, %rdi
        movq    %r13, %rsi
        call    enclave_enter
        movq    %rax, %rsi
        xorl    %edi, %edi
        movq    $0, %gs:B_STATE
        jmp     .Lexit

.Lrefuse:
        // Nothing was touched; the host gets its registers back.
        movl    $4, %edi
        xorl    %esi, %esi
        movq    %rcx, %rbx
        movl    $4, %eax
        CLEAR_REGISTERS
        ENCLU
        ud2

.Lexit:                                 // RDI = reason, RSI = value; the stack is done with
        // EEXIT leaves the flags as they are: AC that a program set would fault the host's code.
        pushq   $2
        popfq
        movq    %rdi, %r12
        movq    %rsi, %r13
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        leaq    initial_extended_state(%rip), %rcx
        xrstor64 (%rcx)
        movq    %r12, %rdi
        movq    %r13, %rsi
        movq    %gs:B_EXIT_TARGET, %rbx
        movq    %gs:B_HOST_RSP, %rsp
        movq    %gs:B_HOST_RBP, %rbp
        CLEAR_REGISTERS
        movl    $4, %eax
        ENCLU
        ud2

.Lhost_call_returned:
        cmpq    $2, %gs:B_STATE
        jne     .Lrefuse
        movq    $1, %gs:B_STATE
        movq    %rcx, %gs:B_EXIT_TARGET
        movq    %rsp, %gs:B_HOST_RSP
        movq    %rbp, %gs:B_HOST_RBP
        movq    %rdx, %gs:B_HOST_CALL_RESULT
        movq    %gs:B_HOST_CALL_RSP, %rsp
        pushq   $2
        popfq
        popq    %rcx                    // where the extended state lies, or 0
        // The scheduler has none to keep; the host's must not stay in its place.
        leaq    initial_extended_state(%rip), %r8
        testq   %rcx, %rcx
        cmovzq  %r8, %rcx
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        xrstor64 (%rcx)
        popq    %rsp                    // before the state area
        popq    %rax
        wrfsbase %rax
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        movq    %gs:B_HOST_CALL_RESULT, %rax
        ret

        .globl  enclave_host_call
        .hidden enclave_host_call
        .type   enclave_host_call, @function
enclave_host_call:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        rdfsbase %rax
        pushq   %rax
        movq    %rsp, %r8
        subq    $2752, %rsp
        andq    $-64, %rsp
        movq    %rsp, %rcx
        // XSAVE does not write all of the header.
        xorl    %eax, %eax
        movq    %rax, 512(%rcx)
        movq    %rax, 520(%rcx)
        movq    %rax, 528(%rcx)
        movq    %rax, 536(%rcx)
        movq    %rax, 544(%rcx)
        movq    %rax, 552(%rcx)
        movq    %rax, 560(%rcx)
        movq    %rax, 568(%rcx)
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        xsave64 (%rcx)
        pushq   %r8
        pushq   %rcx
.Lleave_for_host:
        movq    %rsp, %gs:B_HOST_CALL_RSP
        movq    $2, %gs:B_STATE
        movl    $1, %edi
        xorl    %esi, %esi
        jmp     .Lexit

        .globl  enclave_idle_host_call
        .hidden enclave_idle_host_call
        .type   enclave_idle_host_call, @function
enclave_idle_host_call:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        xorl    %eax, %eax
        pushq   %rax
        movq    %rsp, %r8
        pushq   %r8
        pushq   %rax
        jmp     .Lleave_for_host

        .globl  enclave_panic
        .hidden enclave_panic
enclave_panic:                          // leaves for good: the flag makes every later entry fail
        movl    $1, panic_word(%rip)
        movq    %rdi, %rsi
        movl    $3, %edi
        jmp     .Lexit

// ---- exceptions: CSSA is 1 -------------------------------------------------------------------------------------------------
exception_entry:
        cmpq    $1, %rax
        jne     .Lrefuse
        // One at a time on a TCS: a host that enters again here finds the door shut.
        movl    $1, %r10d
        xchgq   %r10, %gs:B_EXCEPTION_BUSY
        testq   %r10, %r10
        jnz     .Lrefuse
        leaq    -(16*4096)(%rbx), %r11
        movq    %rsp, %r8
        movq    %rbp, %r9
        leaq    EXCEPTION_STACK_TOP(%r11), %rsp
        pushq   $2
        popfq
        pushq   %r8                     // the host's RSP, RBP and return address of *this* entry
        pushq   %r9
        pushq   %rcx
        pushq   %r11
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        leaq    initial_extended_state(%rip), %rcx
        xrstor64 (%rcx)
        xorl    %ebp, %ebp
        movq    %r11, %rdi
        call    enclave_exception       // RAX = exit reason
        movq    %rax, %rdi
        xorl    %esi, %esi
        cmpl    $3, %edi                // EXIT_PANIC: with its code, an exception in the trusted code
        jne     1f
        movl    $2, %esi
1:      popq    %r11
        popq    %rbx                    // EEXIT target
        popq    %rbp
        popq    %r8
        movq    %r8, %rsp
        movq    $0, %gs:B_EXCEPTION_BUSY
        CLEAR_REGISTERS
        movl    $4, %eax
        ENCLU
        ud2

// ---- system calls ----------------------------------------------------------------------------------------------------------
        .globl  system_call_entry
        .hidden system_call_entry
system_call_entry:                      // from a rewritten site: RCX = return address, RAX = number, as SYSCALL leaves them
        movq    %rsp, %gs:B_USER_RSP
        movq    %gs:B_KERNEL_STACK, %rsp
        cld
        incq    %gs:B_REWRITTEN
        pushq   $0                      // restore_all
        pushq   %gs:B_USER_RSP
        pushq   $0x202
        pushq   %rcx
.Lsystem_call_frame:
        pushq   %rax
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, %rdi
        // 20 words below a 16-byte aligned top: still aligned for the call.
        call    kernel_system_call
        cmpq    $0, 19*8(%rsp)
        jne     .Lrestore_all
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        movq    8(%rsp), %rcx
        movq    24(%rsp), %rsp
        jmp     *%rcx

        .globl  system_call_trapped
        .hidden system_call_trapped
system_call_trapped:                    // the exception handler redirected a SYSCALL here: RCX = return address, R11 = flags
        movq    %rsp, %gs:B_USER_RSP
        movq    %gs:B_KERNEL_STACK, %rsp
        cld
        pushq   $0
        pushq   %gs:B_USER_RSP
        pushq   %r11
        pushq   %rcx
        jmp     .Lsystem_call_frame

        .globl  return_to_user
        .hidden return_to_user
return_to_user:
        movq    %rdi, %rsp
.Lrestore_all:
        movq    17*8(%rsp), %rax        // RFLAGS: only what a program may choose (status flags, DF); TF and AC stay off
        andq    $0xcd5, %rax
        orq     $0x202, %rax
        movq    16*8(%rsp), %rcx
        movq    %rcx, %gs:B_USER_RIP
        movq    18*8(%rsp), %rcx
        movq    %rcx, %gs:B_USER_RSP
        movq    %rax, 15*8(%rsp)
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        popfq
        movq    %gs:B_USER_RSP, %rsp
        jmp     *%gs:B_USER_RIP

        .globl  user_fault_entry
        .hidden user_fault_entry
user_fault_entry:                       // ERESUME lands here on the kernel stack; the frame was put aside by the exception handler
        subq    $160, %rsp
        movq    %rsp, %rdi
        call    kernel_user_fault
        jmp     .Lrestore_all

// ---- CPUID at a rewritten site: RDX = return address (CPUID overwrites it anyway), EAX and ECX the operands ---------------------------
        .globl  cpuid_entry
        .hidden cpuid_entry
cpuid_entry:
        movq    %rsp, %gs:B_USER_RSP
        movq    %gs:B_KERNEL_STACK, %rsp
        pushfq
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %rbp
        movq    %rsp, %rbp
        subq    $16, %rsp
        andq    $-16, %rsp
        cld
        movl    %eax, %edi
        movl    %ecx, %esi
        movq    %rsp, %rdx
        call    kernel_cpuid            // writes EAX, EBX, ECX, EDX at RDX
        movl    (%rsp), %eax
        movl    4(%rsp), %ebx
        movl    8(%rsp), %ecx
        movl    12(%rsp), %edx
        movq    %rbp, %rsp
        popq    %rbp
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %gs:B_USER_RIP
        popfq
        movq    %gs:B_USER_RSP, %rsp
        jmp     *%gs:B_USER_RIP

// ---- contexts --------------------------------------------------------------------------------------------------------------
        .globl  context_switch
        .hidden context_switch
context_switch:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret

        .globl  context_prepare
        .hidden context_prepare
context_prepare:                        // the first switch "returns" into kernel_thread_start
        leaq    -8(%rdi), %rax
        movq    $0, (%rax)
        leaq    kernel_thread_start(%rip), %rcx
        movq    %rcx, -8(%rax)
        leaq    -56(%rax), %rax
        movq    $0, (%rax)
        movq    $0, 8(%rax)
        movq    $0, 16(%rax)
        movq    $0, 24(%rax)
        movq    $0, 32(%rax)
        movq    $0, 40(%rax)
        ret

        .globl  extended_state_save
        .hidden extended_state_save
extended_state_save:
        xorl    %eax, %eax
        movq    %rax, 512(%rdi)
        movq    %rax, 520(%rdi)
        movq    %rax, 528(%rdi)
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        xsave64 (%rdi)
        ret

        .globl  extended_state_restore
        .hidden extended_state_restore
extended_state_restore:
        movl    $XMASK_LOW, %eax
        xorl    %edx, %edx
        xrstor64 (%rdi)
        ret

        .globl  extended_state_initialise
        .hidden extended_state_initialise
extended_state_initialise:
        leaq    initial_extended_state(%rip), %rdi
        jmp     extended_state_restore

        .globl  fs_base_read
        .hidden fs_base_read
fs_base_read:
        rdfsbase %rax
        ret

        .globl  fs_base_write
        .hidden fs_base_write
fs_base_write:
        wrfsbase %rdi
        ret

        .globl  tsc_read
        .hidden tsc_read
tsc_read:
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        ret

        .globl  random_word
        .hidden random_word
random_word:
        rdrand  %rcx
        setc    %al
        movzbl  %al, %eax
        movq    %rcx, (%rdi)
        ret

        .globl  xcr0_read
        .hidden xcr0_read
xcr0_read:
        xorl    %ecx, %ecx
        xgetbv
        shlq    $32, %rdx
        orq     %rdx, %rax
        ret

// ---- ENCLU leaves ------------------------------------------------------------------------------------------------------------
        .globl  enclu_report
        .hidden enclu_report
enclu_report:
        pushq   %rbx
        movq    %rdi, %rbx
        movq    %rsi, %rcx
        xorl    %eax, %eax
        ENCLU
        popq    %rbx
        ret

        .globl  enclu_get_key
        .hidden enclu_get_key
enclu_get_key:
        pushq   %rbx
        movq    %rdi, %rbx
        movq    %rsi, %rcx
        movl    $1, %eax
        ENCLU
        popq    %rbx
        ret

// ---- addresses ---------------------------------------------------------------------------------------------------------------
        .globl  image_start
        .hidden image_start
        .hidden __ehdr_start
        .hidden _end
image_start:
        leaq    __ehdr_start(%rip), %rax
        ret
        .globl  image_end
        .hidden image_end
image_end:
        leaq    _end(%rip), %rax
        ret
        .globl  system_call_entry_address
        .hidden system_call_entry_address
system_call_entry_address:
        leaq    system_call_entry(%rip), %rax
        ret
        .globl  enclave_entry_address
        .hidden enclave_entry_address
enclave_entry_address:
        leaq    enclave_entry(%rip), %rax
        ret
        .globl  cpuid_entry_address
        .hidden cpuid_entry_address
cpuid_entry_address:
        leaq    cpuid_entry(%rip), %rax
        ret

// Dictionary asks for it when it grows: x87, argument on the stack, result in st(0), the control word as it was.
        .globl  ceil
        .hidden ceil
ceil:
        fldl    8(%rsp)
        subq    $16, %rsp
        fnstcw  (%rsp)
        movzwl  (%rsp), %eax
        andl    $0xf3ff, %eax
        orl     $0x0800, %eax           // towards plus infinity
        movw    %ax, 2(%rsp)
        fldcw   2(%rsp)
        frndint
        fldcw   (%rsp)
        addq    $16, %rsp
        ret

        .bss
        .balign 4
        .globl  panic_word
        .hidden panic_word
panic_word:
        .long   0
        .section .note.GNU-stack,"",@progbits
