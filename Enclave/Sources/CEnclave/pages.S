// EACCEPT and EMODPE, and a look at a page that may not be there.
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
\name:                                  // RDI = address of the page
        pushq   %rbx
        leaq    \secinfo(%rip), %rbx
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
        PAGE_LEAF page_accept_new, 5, new_page
        PAGE_LEAF page_accept_trimmed, 5, trimmed_page
        PAGE_LEAF page_extend_execute, 6, executable_page

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
executable_page:                        // R | W | X | REG
        .quad   0x207, 0, 0, 0, 0, 0, 0, 0
        .section .note.GNU-stack,"",@progbits
