import CZydis

/// Zydis with all operands, reduced to the effects that finding system calls needs.
struct StepDecoder {
    private var decoder = ZydisDecoder()
    private var instruction = ZydisDecodedInstruction()
    private var operands = [ZydisDecodedOperand](repeating: ZydisDecodedOperand(), count: 10)
    /// Instructions met that concern an enclave beside system calls.
    private(set) var marks = Marks()

    struct Marks {
        var cpuid = 0
        var timeStamp = 0
        var interrupt80 = 0
    }

    init() { ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64) }

    /// The instruction at the start of `bytes`, which lie at `address`; `nil` when it is none.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, at address: UInt64) -> CodeStep? {
        let status = ZydisDecoderDecodeFull(&decoder, bytes.baseAddress, ZyanUSize(bytes.count), &instruction, &operands)
        guard status & 0x8000_0000 == 0 else { return nil }
        let length = Int(instruction.length)
        return CodeStep(address: address, length: length, effect: effect(next: address &+ UInt64(length)))
    }

    private mutating func effect(next: UInt64) -> CodeStep.Effect {
        if instruction.mnemonic == ZYDIS_MNEMONIC_NOP || instruction.meta.category == ZYDIS_CATEGORY_NOP { return .none }
        switch instruction.mnemonic {
        case ZYDIS_MNEMONIC_SYSCALL: return .systemCall
        case ZYDIS_MNEMONIC_CPUID: marks.cpuid += 1
        case ZYDIS_MNEMONIC_RDTSC, ZYDIS_MNEMONIC_RDTSCP: marks.timeStamp += 1
        case ZYDIS_MNEMONIC_INT: if operands[0].imm.value.u & 0xff == 0x80 { marks.interrupt80 += 1 }
        case ZYDIS_MNEMONIC_RET, ZYDIS_MNEMONIC_UD2, ZYDIS_MNEMONIC_HLT, ZYDIS_MNEMONIC_INT3: return .end
        case ZYDIS_MNEMONIC_MOV: if let move { return move }
        case ZYDIS_MNEMONIC_XOR, ZYDIS_MNEMONIC_SUB:
            if let register = register(0), register == self.register(1), operands[0].size >= 32 { return .set(register, 0) }
        case ZYDIS_MNEMONIC_LEA:
            if let register = register(0), let target = relativeMemory(1, next) { return .address(target, into: register) }
        default: break
        }
        return branch(next) ?? .clobber(written)
    }

    private var move: CodeStep.Effect? {
        guard let target = register(0), operands[0].size >= 32 else { return nil }
        if operands[1].type == ZYDIS_OPERAND_TYPE_IMMEDIATE {
            let value = operands[1].imm.value.u
            return .set(target, operands[0].size == 32 ? value & 0xffff_ffff : value)
        }
        return register(1).map { .copy(to: target, from: $0) }
    }

    private func branch(_ next: UInt64) -> CodeStep.Effect? {
        let isCall = instruction.meta.category == ZYDIS_CATEGORY_CALL
        let isJump = instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR
        guard isCall || isJump || instruction.meta.category == ZYDIS_CATEGORY_COND_BR else { return nil }
        if operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE {
            let target = next &+ UInt64(bitPattern: operands[0].imm.value.s)
            return isCall ? .call(target) : isJump ? .jump(target) : .branch(target)
        }
        guard let pointer = relativeMemory(0, next) else { return isCall ? .callUnknown : .end }
        return isCall ? .callThrough(pointer) : .jumpThrough(pointer)
    }

    /// The number of a general register, 0 (RAX) to 15.
    private func register(_ operand: Int) -> Int? {
        guard operands[operand].type == ZYDIS_OPERAND_TYPE_REGISTER else { return nil }
        return general(operands[operand].reg.value)
    }

    private func general(_ register: ZydisRegister) -> Int? {
        let whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, register)
        guard ZydisRegisterGetClass(whole) == ZYDIS_REGCLASS_GPR64 else { return nil }
        return Int(ZydisRegisterGetId(whole))
    }

    private func relativeMemory(_ operand: Int, _ next: UInt64) -> UInt64? {
        guard operands[operand].type == ZYDIS_OPERAND_TYPE_MEMORY, operands[operand].mem.base == ZYDIS_REGISTER_RIP else {
            return nil
        }
        return next &+ UInt64(bitPattern: operands[operand].mem.disp.value)
    }

    /// Registers that the instruction writes, named or not.
    private var written: UInt16 {
        var mask: UInt16 = 0
        for operand in operands.prefix(Int(instruction.operand_count)) where operand.type == ZYDIS_OPERAND_TYPE_REGISTER {
            guard operand.actions & UInt8(ZYDIS_OPERAND_ACTION_MASK_WRITE.rawValue) != 0 else { continue }
            if let register = general(operand.reg.value) { mask |= 1 << UInt16(register) }
        }
        return mask
    }
}
