import type { FilterNode, FilterPosition } from '../parser/index.ts'
import { compileCheck } from './compile-check.ts'
import type { EventSource } from './event-source.ts'
import { fieldsRead } from './fields-read.ts'
import { allOf, anyOf } from './junctions.ts'
import { type EventCounter, rememberRead, rememberTest } from './memo.ts'
import { type PossibleValues, possibleValues } from './possible-values.ts'
import { createInterner, type SharedNode } from './sharing.ts'
import { CompileProblem, type Read, type Test } from './value.ts'

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
  begin(): void
}

export interface CompileOptions {
  /** What `!=` is where an event does not have the field: true by default. */
  readonly absentDiffers?: boolean
}

/**
 * Compiles the conditions of one event source into closures.
 *
 * Equal parts of conditions (macros, checks, fields) become one closure, which keeps its last answer where several
 * conditions use it.
 *
 * @param conditions trees in which macros and lists are resolved
 * @returns a result for each condition; one that does not compile leaves the others alone
 */
export function compileFilters<E>(
  conditions: readonly FilterNode[],
  source: EventSource<E>,
  options: CompileOptions = {},
): FilterSet<E> {
  const events: EventCounter = { count: 0 }
  const interner = createInterner()
  const shared = conditions.map((condition) => interner.add(condition))
  const compiler = createCompiler(source, events, options.absentDiffers ?? true)
  const results = conditions.map((condition, index): CompileResult<E> => {
    const node = shared[index]
    if (node === undefined) throw new TypeError('every condition is interned')
    return compiler.compile(condition, node)
  })
  return {
    results,
    begin: () => {
      events.count++
    },
  }
}

/** Compiles one condition by itself; its test needs no `begin`. */
export function compileFilter<E>(
  condition: FilterNode,
  source: EventSource<E>,
  options: CompileOptions = {},
): CompileResult<E> {
  const { results, begin } = compileFilters([condition], source, options)
  const [result] = results
  if (result === undefined) throw new TypeError('one condition makes one result')
  if (!result.ok) return result
  const { test } = result.filter
  const filter: CompiledFilter<E> = {
    ...result.filter,
    test: (event) => {
      begin()
      return test(event)
    },
  }
  return { ok: true, filter }
}

function createCompiler<E>(source: EventSource<E>, events: EventCounter, absentDiffers: boolean) {
  const reads = new Map<string, Read<E>>()
  const tests = new Map<SharedNode, Test<E>>()
  let position: FilterPosition

  return { compile }

  function compile(condition: FilterNode, shared: SharedNode): CompileResult<E> {
    try {
      const test = testOf(shared)
      const filter: CompiledFilter<E> = {
        test,
        fields: fieldsRead(condition),
        possible: (field) => possibleValues(condition, field),
      }
      return { ok: true, filter }
    } catch (problem) {
      if (!(problem instanceof CompileProblem)) throw problem
      return { ok: false, error: { message: problem.message, position } }
    }
  }

  function testOf(shared: SharedNode): Test<E> {
    const known = tests.get(shared)
    if (known !== undefined) return known
    const test = makeTest(shared)
    const remembered = shared.uses > 1 ? rememberTest(test, events) : test
    tests.set(shared, remembered)
    return remembered
  }

  function makeTest({ node, children }: SharedNode): Test<E> {
    position = node.position
    switch (node.kind) {
      case 'and':
        return allOf(children.map(testOf))
      case 'or':
        return anyOf(children.map(testOf))
      case 'not': {
        const [child] = children.map(testOf)
        if (child === undefined) throw new TypeError('a negation has a child')
        return (event) => !child(event)
      }
      case 'identifier':
        throw new CompileProblem(`filter error: unexpected identifier '${node.name}'`)
      default:
        return compileCheck(node, { source, shared: sharedRead, absentDiffers })
    }
  }

  /** A field that is read in several checks is read and converted once an event. */
  function sharedRead(key: string, read: Read<E>): Read<E> {
    const known = reads.get(key) ?? rememberRead(read, events)
    reads.set(key, known)
    return known
  }
}
