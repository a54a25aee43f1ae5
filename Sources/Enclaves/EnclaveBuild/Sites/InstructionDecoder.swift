import CZydis

/// Zydis in 64-bit mode, reduced to what finding and moving instructions needs.
struct InstructionDecoder {
    private var quick = ZydisDecoder()
    private var full = ZydisDecoder()
    private var instruction = ZydisDecodedInstruction()

    /// Groups whose members mean the same wherever they stand, when nothing in them counts from RIP.
    private static let movableGroups: Set<UInt32> = [
        ZYDIS_CATEGORY_BINARY.rawValue, ZYDIS_CATEGORY_LOGICAL.rawValue, ZYDIS_CATEGORY_LOGICAL_FP.rawValue,
        ZYDIS_CATEGORY_DATAXFER.rawValue, ZYDIS_CATEGORY_SHIFT.rawValue, ZYDIS_CATEGORY_ROTATE.rawValue,
        ZYDIS_CATEGORY_CMOV.rawValue, ZYDIS_CATEGORY_SETCC.rawValue, ZYDIS_CATEGORY_CONVERT.rawValue,
        ZYDIS_CATEGORY_BITBYTE.rawValue, ZYDIS_CATEGORY_NOP.rawValue, ZYDIS_CATEGORY_PUSH.rawValue,
        ZYDIS_CATEGORY_POP.rawValue, ZYDIS_CATEGORY_SSE.rawValue,
    ]

    init() {
        ZydisDecoderInit(&quick, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)
        ZydisDecoderInit(&full, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)
        ZydisDecoderEnableMode(&quick, ZYDIS_DECODER_MODE_MINIMAL, 1)
    }

    /// Decodes the instruction at the start of `bytes`; `nil` when it is none.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) -> Instruction? {
        let status = ZydisDecoderDecodeInstruction(&quick, nil, bytes.baseAddress, ZyanUSize(bytes.count), &instruction)
        guard status & 0x8000_0000 == 0 else { return nil }
        var result = Instruction(length: Int(instruction.length))
        switch instruction.mnemonic {
        case ZYDIS_MNEMONIC_SYSCALL: result.role = .systemCall
        case ZYDIS_MNEMONIC_CPUID: result.role = .cpuid
        case ZYDIS_MNEMONIC_LEA: result.role = .address
        default: break
        }
        if instruction.raw.imm.0.is_relative != 0 {
            result.relative = instruction.raw.imm.0.value.s
            result.role = .branch
        } else if hasRelativeMemory {
            result.relative = instruction.raw.disp.value
        } else if instruction.raw.imm.0.size == 32 {
            result.immediate = instruction.raw.imm.0.value.u & 0xffff_ffff
        }
        return result
    }

    /// Whether the instruction does the same at another address: no branch, nothing relative to RIP, nothing a kernel must do.
    mutating func isMovable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let status = ZydisDecoderDecodeInstruction(&full, nil, bytes.baseAddress, ZyanUSize(bytes.count), &instruction)
        guard status & 0x8000_0000 == 0, instruction.raw.imm.0.is_relative == 0, !hasRelativeMemory else { return false }
        guard instruction.attributes & (1 << 8) == 0 else { return false }
        let isSegmentMove = instruction.mnemonic == ZYDIS_MNEMONIC_MOV && [0x8c, 0x8e].contains(instruction.opcode)
        let isKnown = Self.movableGroups.contains(instruction.meta.category.rawValue)
        return instruction.mnemonic == ZYDIS_MNEMONIC_LEA || isKnown && !isSegmentMove
    }

    private var hasRelativeMemory: Bool {
        // ZYDIS_ATTRIB_HAS_MODRM is bit 0; mod 0 with rm 5 counts from RIP in 64-bit mode.
        instruction.attributes & 1 != 0 && instruction.raw.modrm.mod == 0 && instruction.raw.modrm.rm == 5
    }
}

/// What the site finder keeps of a decoded instruction.
struct Instruction {
    enum Role { case other, systemCall, cpuid, branch, address }
    var length: Int
    var role: Role = .other
    /// Of a branch or a memory operand: distance from the next instruction.
    var relative: Int64?
    var immediate: UInt64?
}
