import type { Message } from '../../../messages/index.ts'
import type { RuleErrorCode, RuleWarningCode } from './codes.ts'
import type { Context, ContextStep, ItemType } from './context.ts'
import type { RuleSource } from './source.ts'

/** One step of a diagnostic's context, as Falco's JSON has it: lines and columns counted from 0. */
interface DiagnosticContext {
  readonly type: ItemType
  readonly name: string
  readonly line: number
  readonly column: number
}

/** What the loader says about one place of a rule file. */
export interface Diagnostic<Code = RuleErrorCode | RuleWarningCode> {
  readonly code: Code
  /** Falco's own words, kept so that they can be searched for; `''` where Falco has none beside the code. */
  readonly message: string
  readonly file: string
  /** The place of the fault itself, from 1; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
  /** From the whole file down to the fault. */
  readonly context: readonly DiagnosticContext[]
  /** What is wrong, where the words are Haetae's own (`message` has them in English). */
  readonly own?: Message
  /** What Haetae adds: the name that was probably meant, and the like. */
  readonly advice?: Message
}

export type RuleError = Diagnostic<RuleErrorCode>
export type RuleWarning = Diagnostic<RuleWarningCode>

/** What goes with a diagnostic besides its code and words. */
export interface DiagnosticDetail {
  readonly own?: Message | undefined
  readonly advice?: Message | undefined
  /** Where the fault is, if closer than the last step of the context. */
  readonly offset?: number | undefined
  /** The file of `offset`, if another than the context's: what was appended stands elsewhere. */
  readonly source?: RuleSource | undefined
}

function createDiagnostic<Code>(
  code: Code,
  message: string,
  context: Context,
  { own, advice, offset, source = context.source }: DiagnosticDetail = {},
): Diagnostic<Code> {
  const place = offset ?? context.steps.at(-1)?.offset ?? 0
  return {
    code,
    message,
    file: source.name,
    ...source.lines.positionAt(place),
    context: context.steps.map((_, index) => falcoStep(context, index)),
    ...(own === undefined ? {} : { own }),
    ...(advice === undefined ? {} : { advice }),
  }
}

function falcoStep(context: Context, index: number): DiagnosticContext {
  const step = context.steps[index] as ContextStep
  const { type, name, relative } = step
  if (relative === undefined || index === 0) {
    const { line, column } = context.source.lines.positionAt(step.offset)
    return { type, name, line: line - 1, column: column - 1 }
  }
  const parent = falcoStep(context, index - 1)
  return { type, name, line: parent.line + relative.line, column: parent.column + relative.column }
}

/** Thrown inside the loader for what makes an item invalid; becomes an error of the load's result, never leaves it. */
export class RuleFault extends Error {
  readonly code: RuleErrorCode
  readonly context: Context
  readonly detail: DiagnosticDetail

  constructor(code: RuleErrorCode, message: string, context: Context, detail: DiagnosticDetail = {}) {
    super(message)
    this.name = 'RuleFault'
    this.code = code
    this.context = context
    this.detail = detail
  }
}

/** Gathers what one load says. */
export class Diagnostics {
  readonly errors: RuleError[] = []
  readonly warnings: RuleWarning[] = []

  warn(code: RuleWarningCode, message: string, context: Context, detail?: DiagnosticDetail): void {
    this.warnings.push(createDiagnostic(code, message, context, detail))
  }

  fault({ code, message, context, detail }: RuleFault): void {
    this.errors.push(createDiagnostic(code, message, context, detail))
  }
}
