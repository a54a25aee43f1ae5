// EACCEPT, EACCEPTCOPY and EMODPE, and a look at a page that may not be there.
//
// A page fault at one of the labelled instructions is an answer, not the end of the enclave: enclave_exception leads it to the label
// behind with RAX all ones. It means that the page is not there, or not as it should be, and that the host would not mend it.

.macro ENCLU
        .byte 0x0f, 0x01, 0xd7          // followed by two NOPs: the loader of a software device puts a call here
        .byte 0x90, 0x90
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
        PAGE_LEAF accept_new, 5, new_page
        PAGE_LEAF accept_trimmed, 5, trimmed_page
        PAGE_LEAF accept_tcs, 5, tcs_page
        PAGE_LEAF page_accept_restricted, 5, restricted_pages
        PAGE_LEAF page_accept_copy, 7, pages
        PAGE_LEAF page_extend, 6, pages

.macro WITHOUT_RIGHTS name, leaf
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        xorl    %esi, %esi
        jmp     \leaf
.endm
        WITHOUT_RIGHTS page_accept_new, accept_new
        WITHOUT_RIGHTS page_accept_trimmed, accept_trimmed
        WITHOUT_RIGHTS page_accept_tcs, accept_tcs

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
