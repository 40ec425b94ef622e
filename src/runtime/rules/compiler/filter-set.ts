import type { BinaryCheckNode, FilterNode, FilterPosition, UnaryCheckNode } from '../parser/index.ts'
import type { Check } from './check.ts'
import { compileCheck } from './compile-check.ts'
import type { EventSource } from './event-source.ts'
import { fieldsRead } from './fields-read.ts'
import { type GeneratedTests, generateTests } from './generate.ts'
import type { OperandContext } from './operands.ts'
import { type PossibleValues, possibleValues } from './possible-values.ts'
import { createInterner, type SharedNode } from './sharing.ts'
import { CompileProblem, type Test } from './value.ts'

/** Why a condition does not compile: Falco's message, and where in the condition. */
export interface CompileError {
  readonly message: string
  readonly position: FilterPosition
}

/** A compiled condition. */
export interface CompiledFilter<E> {
  /** Whether an event matches. In a set of filters, `FilterSet.begin` has to be called before the first of an event. */
  readonly test: Test<E>
  /** The fields that the condition reads, with arguments. */
  readonly fields: readonly string[]
  /** Which values of a field the condition can match at all. */
  possible(field: string): PossibleValues
}

export type CompileResult<E> =
  | { readonly ok: true; readonly filter: CompiledFilter<E> }
  | { readonly ok: false; readonly error: CompileError }

/** Conditions compiled together: what several of them share is evaluated at most once an event. */
export interface FilterSet<E> {
  /** One entry for each condition given, in order. */
  readonly results: readonly CompileResult<E>[]
  /** To be called once for every event, before the tests: forgets what was found out about the event before. */
  readonly begin: () => void
}

export interface CompileOptions {
  /** What `!=` is where an event does not have the field: true by default. */
  readonly absentDiffers?: boolean
}

/**
 * Compiles the conditions of one event source into functions.
 *
 * Equal parts of conditions (macros, checks, fields) become one, which keeps its last answer where several conditions use
 * it. The functions are made when the first of them is asked for, so that to see whether a condition compiles costs less.
 *
 * @param conditions trees in which macros and lists are resolved
 * @returns a result for each condition; one that does not compile leaves the others alone
 */
export function compileFilters<E>(
  conditions: readonly FilterNode[],
  source: EventSource<E>,
  options: CompileOptions = {},
): FilterSet<E> {
  const interner = createInterner()
  const context = { source, absentDiffers: options.absentDiffers ?? true }
  const checks = new Map<SharedNode, Check<E>>()
  const roots: SharedNode[] = []
  let generated: GeneratedTests<E> | undefined
  const results = conditions.map((condition) => compile(condition, interner.add(condition)))
  return {
    results,
    get begin() {
      return generate().begin
    },
  }

  function compile(condition: FilterNode, shared: SharedNode): CompileResult<E> {
    const error = compileChecks(shared, context, checks)
    if (error !== undefined) return { ok: false, error }
    const root = roots.push(shared) - 1
    const filter: CompiledFilter<E> = {
      get test() {
        const test = generate().tests[root]
        if (test === undefined) throw new TypeError('every root has its test')
        return test
      },
      fields: fieldsRead(condition),
      possible: (field) => possibleValues(condition, field),
    }
    return { ok: true, filter }
  }

  function generate(): GeneratedTests<E> {
    generated ??= generateTests(roots, (leaf) => {
      const check = checks.get(leaf)
      if (check === undefined) throw new TypeError('every leaf was compiled')
      return check
    })
    return generated
  }
}

/** Compiles one condition by itself; its test needs no `begin`. */
export function compileFilter<E>(
  condition: FilterNode,
  source: EventSource<E>,
  options: CompileOptions = {},
): CompileResult<E> {
  const set = compileFilters([condition], source, options)
  const [result] = set.results
  if (result === undefined) throw new TypeError('one condition makes one result')
  if (!result.ok) return result
  const { fields, possible } = result.filter
  const test: Test<E> = (event) => {
    set.begin()
    return result.filter.test(event)
  }
  return { ok: true, filter: { test, fields, possible } }
}

/** Compiles the checks of a condition, in their order, up to the first that does not compile. */
export function compileChecks<E>(
  shared: SharedNode,
  context: OperandContext<E>,
  checks: Map<SharedNode, Check<E>>,
): CompileError | undefined {
  const { node, children } = shared
  if (checks.has(shared)) return undefined
  try {
    switch (node.kind) {
      case 'and':
      case 'or':
      case 'not':
        for (const child of children) {
          const error = compileChecks(child, context, checks)
          if (error !== undefined) return error
        }
        return undefined
      case 'identifier':
        throw new CompileProblem(`filter error: unexpected identifier '${node.name}'`)
      default:
        checks.set(shared, compileCheck(node, context))
        return undefined
    }
  } catch (problem) {
    if (!(problem instanceof CompileProblem)) throw problem
    return { message: problem.message, position: node.position }
  }
}

/**
 * What does not compile of one check, which is no part of a set.
 *
 * @returns undefined where it compiles
 */
export function checkProblem<E>(
  node: BinaryCheckNode | UnaryCheckNode,
  source: EventSource<E>,
): CompileError | undefined {
  try {
    compileCheck(node, { source, absentDiffers: true })
    return undefined
  } catch (problem) {
    if (!(problem instanceof CompileProblem)) throw problem
    return { message: problem.message, position: node.position }
  }
}
