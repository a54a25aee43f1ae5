// The shared object that every program finds at AT_SYSINFO_EHDR: clocks read without a system call, as from Linux' vDSO.
//
// One page, an ELF file as it is: the kernel copies it into each program, with the page of the clocks (TimePage.swift) in front of it. It is
// data of the image; nothing in here runs in the kernel. It needs no relocation and no stack.

#define TIME_PAGE (vdso_image - 4096)
#define SEQUENCE 0
#define TSC 8
#define MONOTONIC 16            // two words: nanoseconds a tick (32.32), nanoseconds at TSC
#define REALTIME 32
#define ENTRY 48
#define VCPU_INDEX %gs:8        // of the launch layout, at the start of the vCPU's block

#define CLOCKS_REALTIME (1 << 0 | 1 << 11)
#define CLOCKS_MONOTONIC (1 << 1 | 1 << 4 | 1 << 7)
#define CLOCKS_COARSE_REALTIME (1 << 5)
#define CLOCKS_COARSE_MONOTONIC (1 << 6)

        .section .rodata
        .balign 4096
        .globl  vdso_image
        .hidden vdso_image
vdso_image:
        .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad   0
        .short  3, 62                           // ET_DYN, EM_X86_64
        .long   1
        .quad   0
        .quad   .Lprograms - vdso_image
        .quad   0
        .long   0
        .short  64, 56, 4, 64, 0, 0
.Lprograms:
        .long   1, 5                            // PT_LOAD, R X
        .quad   0, 0, 0, .Lend - vdso_image, .Lend - vdso_image, 4096
        .long   2, 4                            // PT_DYNAMIC
        .quad   .Ldynamic - vdso_image, .Ldynamic - vdso_image, .Ldynamic - vdso_image
        .quad   .Ldynamic_end - .Ldynamic, .Ldynamic_end - .Ldynamic, 8
        .long   4, 4                            // PT_NOTE
        .quad   .Lnote - vdso_image, .Lnote - vdso_image, .Lnote - vdso_image
        .quad   .Lnote_end - .Lnote, .Lnote_end - .Lnote, 4
        .long   0x6474e550, 4                   // PT_GNU_EH_FRAME
        .quad   .Lunwind - vdso_image, .Lunwind - vdso_image, .Lunwind - vdso_image
        .quad   .Lunwind_end - .Lunwind, .Lunwind_end - .Lunwind, 4

.Ldynamic:
        .quad   14, .Lsoname - .Lstrings        // DT_SONAME
        .quad   4, .Lhash - vdso_image          // DT_HASH
        .quad   5, .Lstrings - vdso_image       // DT_STRTAB
        .quad   6, .Lsymbols - vdso_image       // DT_SYMTAB
        .quad   10, .Lstrings_end - .Lstrings   // DT_STRSZ
        .quad   11, 24                          // DT_SYMENT
        .quad   0x6ffffff0, .Lversions - vdso_image
        .quad   0x6ffffffc, .Ldefinitions - vdso_image
        .quad   0x6ffffffd, 2
        .quad   0, 0
.Ldynamic_end:

.Lhash:                                         // one bucket with all symbols in it
        .long   1, 6
        .long   1
        .long   0, 2, 3, 4, 5, 0

        .balign 8
.macro SYMBOL name
        .long   .Lname_\name - .Lstrings
        .byte   0x12, 0                         // global function
        .short  1
        .quad   \name - vdso_image, .Lend_\name - \name
.endm
.Lsymbols:
        .quad   0, 0, 0
        SYMBOL  __vdso_clock_gettime
        SYMBOL  __vdso_gettimeofday
        SYMBOL  __vdso_time
        SYMBOL  __vdso_clock_getres
        SYMBOL  __vdso_getcpu

.Lversions:
        .short  0, 2, 2, 2, 2, 2
        .balign 8
.Ldefinitions:
        .short  1, 1, 1, 1                      // the base: the file's own name
        .long   0xdeebfa1, 20, 28
        .long   .Lsoname - .Lstrings, 0
        .short  1, 0, 2, 1
        .long   0x3ae75f6, 20, 0
        .long   .Lversion - .Lstrings, 0

.Lstrings:
        .byte   0
.Lname___vdso_clock_gettime:    .asciz  "__vdso_clock_gettime"
.Lname___vdso_gettimeofday:     .asciz  "__vdso_gettimeofday"
.Lname___vdso_time:             .asciz  "__vdso_time"
.Lname___vdso_clock_getres:     .asciz  "__vdso_clock_getres"
.Lname___vdso_getcpu:           .asciz  "__vdso_getcpu"
.Lsoname:       .asciz  "linux-vdso.so.1"
.Lversion:      .asciz  "LINUX_2.6"
.Lstrings_end:

        .balign 4
.Lnote:                                         // the version of Linux, as uname says it
        .long   6, 4, 0
        .asciz  "Linux"
        .balign 4
        .long   6 << 16 | 1 << 8
.Lnote_end:

        // Unwinding: nothing is ever pushed, so that one rule holds for all of the text.
        .balign 4
.Lunwind:
        .byte   1, 0x1b, 0x03, 0x3b             // the table: pointers relative, to here
        .long   .Lframes - .
        .long   1
        .long   .Ltext - .Lunwind, .Ldescription - .Lunwind
.Lunwind_end:
        .balign 8
.Lframes:
        .long   .Lcommon_end - .Lcommon
.Lcommon:
        .long   0
        .byte   1
        .asciz  "zR"
        .byte   1, 0x78, 16, 1, 0x1b            // addresses relative, signed, of 32 bits
        .byte   0x0c, 7, 8                      // the caller's frame lies 8 above RSP
        .byte   0x90, 1                         // and the return address right below it
        .balign 8, 0
.Lcommon_end:
.Ldescription:
        .long   .Ldescription_end - .Ldescription_body
.Ldescription_body:
        .long   .Ldescription_body - .Lframes
        .long   .Ltext - .
        .long   .Ltext_end - .Ltext
        .byte   0
        .balign 8, 0
.Ldescription_end:
        .long   0

// RAX = nanoseconds of the clock whose two words stand at R8. Uses RDX, R9, R10.
.macro READ_CLOCK
.Lagain\@:
        movl    (TIME_PAGE + SEQUENCE)(%rip), %r9d
        testb   $1, %r9b
        jnz     .Lwait\@
        lfence
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        xorl    %edx, %edx
        subq    (TIME_PAGE + TSC)(%rip), %rax
        cmovbq  %rdx, %rax
        mulq    (%r8)
        shrdq   $32, %rdx, %rax
        addq    8(%r8), %rax
        cmpl    (TIME_PAGE + SEQUENCE)(%rip), %r9d
        je      .Lread\@
        jmp     .Lagain\@
.Lwait\@:
        pause
        jmp     .Lagain\@
.Lread\@:
.endm

// RDX = RAX / 1,000,000,000, R9 = RAX; RAX is lost.
.macro SECONDS
        movq    %rax, %r9
        shrq    $9, %rax
        movabsq $0x44b82fa09b5a53, %rdx
        mulq    %rdx
        shrq    $11, %rdx
.endm

// RAX = RAX mod 1,000,000,000 of what SECONDS left.
.macro REST
        imulq   $1000000000, %rdx, %rax
        subq    %rax, %r9
        movq    %r9, %rax
.endm

.macro SYSTEM_CALL number
        movl    $\number, %eax
        leaq    .Lback\@(%rip), %rcx
        jmp     *(TIME_PAGE + ENTRY)(%rip)
.Lback\@:
        ret
.endm

        .balign 64
.Ltext:
__vdso_clock_gettime:                           // EDI = clock, RSI = timespec
        cmpl    $11, %edi
        ja      .Lcall_gettime
        leaq    (TIME_PAGE + REALTIME)(%rip), %r8
        movl    $(CLOCKS_REALTIME | CLOCKS_COARSE_REALTIME), %eax
        btl     %edi, %eax
        jc      .Lknown_clock
        leaq    (TIME_PAGE + MONOTONIC)(%rip), %r8
        movl    $(CLOCKS_MONOTONIC | CLOCKS_COARSE_MONOTONIC), %eax
        btl     %edi, %eax
        jnc     .Lcall_gettime
.Lknown_clock:
        READ_CLOCK
        SECONDS
        movq    %rdx, (%rsi)
        REST
        movq    %rax, 8(%rsi)
        xorl    %eax, %eax
        ret
.Lcall_gettime:
        SYSTEM_CALL 228
.Lend___vdso_clock_gettime:

        .balign 16
__vdso_gettimeofday:                            // RDI = timeval or 0, RSI = timezone or 0
        testq   %rdi, %rdi
        jz      .Lzone
        leaq    (TIME_PAGE + REALTIME)(%rip), %r8
        READ_CLOCK
        SECONDS
        movq    %rdx, (%rdi)
        REST
        movl    $274877907, %edx                // 2^38 / 1000
        imulq   %rdx, %rax
        shrq    $38, %rax
        movq    %rax, 8(%rdi)
.Lzone:
        testq   %rsi, %rsi
        jz      .Lno_zone
        movq    $0, (%rsi)
.Lno_zone:
        xorl    %eax, %eax
        ret
.Lend___vdso_gettimeofday:

        .balign 16
__vdso_time:                                    // RDI = seconds or 0
        leaq    (TIME_PAGE + REALTIME)(%rip), %r8
        READ_CLOCK
        SECONDS
        movq    %rdx, %rax
        testq   %rdi, %rdi
        jz      .Lno_place
        movq    %rax, (%rdi)
.Lno_place:
        ret
.Lend___vdso_time:

        .balign 16
__vdso_clock_getres:                            // EDI = clock, RSI = timespec or 0
        cmpl    $11, %edi
        ja      .Lcall_getres
        movl    $1, %edx
        movl    $(CLOCKS_REALTIME | CLOCKS_MONOTONIC), %eax
        btl     %edi, %eax
        jc      .Lresolution
        movl    $4000000, %edx
        movl    $(CLOCKS_COARSE_REALTIME | CLOCKS_COARSE_MONOTONIC), %eax
        btl     %edi, %eax
        jnc     .Lcall_getres
.Lresolution:
        testq   %rsi, %rsi
        jz      .Lno_resolution
        movq    $0, (%rsi)
        movq    %rdx, 8(%rsi)
.Lno_resolution:
        xorl    %eax, %eax
        ret
.Lcall_getres:
        SYSTEM_CALL 229
.Lend___vdso_clock_getres:

        .balign 16
__vdso_getcpu:                                  // RDI = number or 0, RSI = node or 0
        testq   %rdi, %rdi
        jz      .Lno_number
        movl    VCPU_INDEX, %eax
        movl    %eax, (%rdi)
.Lno_number:
        testq   %rsi, %rsi
        jz      .Lno_node
        movl    $0, (%rsi)
.Lno_node:
        xorl    %eax, %eax
        ret
.Lend___vdso_getcpu:
.Ltext_end:
.Lend:
        .globl  vdso_image_end
        .hidden vdso_image_end
vdso_image_end:
        .balign 64

        .text
        .globl  vdso_image_start
        .hidden vdso_image_start
vdso_image_start:
        leaq    vdso_image(%rip), %rax
        ret
        .globl  vdso_image_length
        .hidden vdso_image_length
vdso_image_length:
        movl    $(vdso_image_end - vdso_image), %eax
        ret
        .section .note.GNU-stack,"",@progbits
