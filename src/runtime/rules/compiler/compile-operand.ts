import type { OperandNode } from '../parser/index.ts'
import type { EventSource } from './event-source.ts'
import { compileOperand, type Operand } from './operands.ts'
import { CompileProblem } from './value.ts'

export type CompiledOperand<E> =
  | { readonly ok: true; readonly operand: Pick<Operand<E>, 'read' | 'type' | 'list' | 'field'> }
  | { readonly ok: false; readonly error: string }

/** Compiles a field or a transformer by itself, as outputs and groupings of events read it. */
export function compileOperandOf<E>(node: OperandNode, source: EventSource<E>): CompiledOperand<E> {
  try {
    const operand = compileOperand(node, { source, absentDiffers: true })
    return { ok: true, operand }
  } catch (problem) {
    if (!(problem instanceof CompileProblem)) throw problem
    return { ok: false, error: problem.message }
  }
}
