// EACCEPT, EACCEPTCOPY and EMODPE, alone and page after page, and a look at a page that may not be there.
//
// A page fault at one of the labelled instructions is an answer, not the end of the enclave: enclave_exception leads it to the label
// behind with RAX all ones. It means that the page is not there, or not as it should be, and that the host would not mend it.
//
// Pages side by side are dealt with in a loop. A software processor knows its sites by their other NOP, and makes as many rounds of it at
// once as are without any surprise: RCX and RDX go on and RDI is counted down as the loop does it.

.macro ENCLU
        .byte 0x0f, 0x01, 0xd7          // followed by two NOPs: the loader of a software device puts a call here
        .byte 0x90, 0x90
.endm

.macro ENCLU_OF_LOOP
        .byte 0x0f, 0x01, 0xd7
        .byte 0x66, 0x90
.endm

.macro PAGE_LEAF name, leaf, secinfo
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:                                  // RDI = address of the page, RSI = rights 0...7, RDX = page to copy from
        pushq   %rbx
        leaq    \secinfo(%rip), %rbx
        andl    $7, %esi
        shll    $6, %esi
        addq    %rsi, %rbx
        movq    %rdi, %rcx
        movl    $\leaf, %eax
        .globl  \name\()_site
        .hidden \name\()_site
\name\()_site:
        ENCLU
        .globl  \name\()_behind
        .hidden \name\()_behind
\name\()_behind:
        popq    %rbx
        ret
.endm

        .text
        PAGE_LEAF accept_trimmed, 5, trimmed_page
        PAGE_LEAF accept_tcs, 5, tcs_page

.macro PAGE_LOOP name, leaf, secinfo, success
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:                                  // RDI = address, RSI = pages, RDX = rights 0...7, RCX = page to copy from, R8 = bytes to the next
        xorl    %eax, %eax
        testq   %rsi, %rsi
        jz      3f
        pushq   %rbx
        leaq    \secinfo(%rip), %rbx
        andl    $7, %edx
        shll    $6, %edx
        addq    %rdx, %rbx
        movq    %rcx, %rdx
        movq    %rdi, %rcx
        movq    %rsi, %rdi
        movq    %rsi, %r9
        movq    %r8, %rsi
1:      movl    $\leaf, %eax
        .globl  \name\()_site
        .hidden \name\()_site
\name\()_site:
        ENCLU_OF_LOOP
        .globl  \name\()_behind
        .hidden \name\()_behind
\name\()_behind:
        cmpq    $\success, %rax
        jne     2f
        addq    $4096, %rcx
        addq    %rsi, %rdx
        decq    %rdi
        jnz     1b
2:      movq    %r9, %rax
        subq    %rdi, %rax
        popq    %rbx
3:      ret
.endm
        PAGE_LOOP accept_each_new, 5, new_page, 0
        PAGE_LOOP accept_each_trimmed, 5, trimmed_page, 0
        PAGE_LOOP accept_each_restricted, 5, restricted_pages, 0
        PAGE_LOOP pages_copy, 7, pages, 0
        PAGE_LOOP extend_each, 6, pages, 6

.macro WITHOUT_RIGHTS name, leaf
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        xorl    %esi, %esi
        jmp     \leaf
.endm

.macro WITHOUT_SOURCE name, leaf, rights
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        .ifnb   \rights
        movl    $\rights, %edx
        .endif
        xorl    %ecx, %ecx
        xorl    %r8d, %r8d
        jmp     \leaf
.endm
        WITHOUT_RIGHTS page_accept_trimmed, accept_trimmed
        WITHOUT_RIGHTS page_accept_tcs, accept_tcs
        WITHOUT_SOURCE pages_accept_new, accept_each_new, 0
        WITHOUT_SOURCE pages_accept_trimmed, accept_each_trimmed, 0
        WITHOUT_SOURCE pages_accept_restricted, accept_each_restricted
        WITHOUT_SOURCE pages_extend, extend_each

        .globl  page_probe
        .hidden page_probe
        .type   page_probe, @function
page_probe:                             // RDI = address; zero when a byte could be read there
        xorl    %eax, %eax
        .globl  page_probe_site
        .hidden page_probe_site
page_probe_site:
        testb   $0, (%rdi)
        .globl  page_probe_behind
        .hidden page_probe_behind
page_probe_behind:
        ret

        // Writable, which the software processor reads without changing the page's rights in the host for a moment.
        .data
        .balign 64
new_page:                               // R | W | PENDING | REG: what EAUG makes
        .quad   0x20b, 0, 0, 0, 0, 0, 0, 0
trimmed_page:                           // MODIFIED | TRIM
        .quad   0x410, 0, 0, 0, 0, 0, 0, 0
tcs_page:                               // MODIFIED | TCS
        .quad   0x110, 0, 0, 0, 0, 0, 0, 0
pages:                                  // REG with the rights 0...7: X W R
        .irp rights, 0, 1, 2, 3, 4, 5, 6, 7
        .quad   0x200 + \rights, 0, 0, 0, 0, 0, 0, 0
        .endr
restricted_pages:                       // the same and PR: what EMODPR makes
        .irp rights, 0, 1, 2, 3, 4, 5, 6, 7
        .quad   0x220 + \rights, 0, 0, 0, 0, 0, 0, 0
        .endr
        .section .note.GNU-stack,"",@progbits
