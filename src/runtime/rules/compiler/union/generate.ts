import type { Check } from '../check.ts'
import type { SharedNode } from '../sharing.ts'
import type { Scalar, Test } from '../value.ts'
import { type Plan, undecidedBy } from './plan.ts'
import { edgeExpression, prefilterExpression, prefilterOf } from './prefilter.ts'

/** What is reached more rarely is a function of its own: what is asked for every event stays short. */
const RARE = 0.04

/** Shorter ones are not worth a call. */
const SHORTEST_CALLED = 300

/** JavaScript engines do not optimize longer functions. */
const LONGEST_FUNCTION = 50_000

/** All functions of a plan together. */
const LONGEST_CODE = 500_000

/** What a function finds out about an event it keeps in variables, each for a field or a part that stands in several places. */
interface Scope {
  readonly variables: string[]
  readonly parts: Map<number, string>
  readonly fields: Map<string, string>
}

/**
 * Makes a JavaScript function of a plan; parts that are rarely asked become functions that it calls.
 *
 * Nothing of a rule's text becomes code but numbers and `true` and `false`: all else is handed over as values, which the
 * code knows by number.
 *
 * @param checkOf what a leaf checks
 * @returns undefined where the function would be too long
 */
export function generatePlan<E>(plan: Plan, checkOf: (leaf: SharedNode) => Check<E>): Test<E> | undefined {
  const values: unknown[] = []
  const numbers = new Map<unknown, string>()
  const functions: string[] = []
  const uses = countUses(plan)
  let scope = newScope()
  let length = 0
  let isTooLong = false

  const main = functionOf(plan)
  if (isTooLong) return undefined
  const code = [
    '"use strict"',
    ...values.map((_, index) => `const k${index}=values[${index}]`),
    ...functions,
    `return ${main}`,
  ].join('\n')
  return new Function('values', code)(values) as Test<E>

  function functionOf(part: Plan): string {
    const outer = scope
    scope = newScope()
    const expression = expressionOf(part, 1)
    const variables = scope.variables.map((name) => `,${name}=null`).join('')
    scope = outer
    length += expression.length
    if (length > LONGEST_CODE) isTooLong = true
    return `e=>{let v${variables};return ${expression}}`
  }

  /** @param reached how often the part is asked, of the times that its function is */
  function expressionOf(part: Plan, reached: number): string {
    const known = scope.parts.get(part.key)
    if (known !== undefined) return known
    // Parts that stand in several places stand in the text of each: it must not grow beyond all bounds.
    if (isTooLong) return 'false'
    const own =
      part.kind === 'check'
        ? checkExpression(checkOf(part.leaf), part.negated)
        : junction(part.kind, part.parts, reached)
    if (own.length > LONGEST_FUNCTION) isTooLong = true
    const isKept = (uses.get(part.key) ?? 0) > 1 && !isCheap(own)
    const expression = isKept ? kept(own) : own
    scope.parts.set(part.key, expression)
    return expression
  }

  function junction(kind: 'and' | 'or', parts: readonly Plan[], reached: number): string {
    if (parts.length === 0) return String(kind === 'and')
    const expressions: string[] = []
    let asked = reached
    for (const [index, part] of parts.entries()) {
      if (index > 0 && reached >= RARE && asked < RARE) {
        expressions.push(calling(kind, parts.slice(index), asked))
        break
      }
      expressions.push(expressionOf(part, asked))
      asked *= undecidedBy(part, kind)
    }
    return `(${expressions.join(kind === 'and' ? '&&' : '||')})`
  }

  /** The rest of a junction, which is rarely asked. */
  function calling(kind: 'and' | 'or', parts: readonly Plan[], reached: number): string {
    const rest: Plan = { kind, key: -1 - functions.length, parts, cost: 0, likelihood: 0 }
    // Where it is asked at all, it is asked from its beginning: its own rare parts are told apart in the same way.
    const code = functionOf(rest)
    if (code.length < SHORTEST_CALLED) return junction(kind, parts, reached)
    const name = `f${functions.length}`
    functions.push(`const ${name}=${code}`)
    return `${name}(e)`
  }

  function checkExpression(check: Check<E>, negated: boolean): string {
    const { equal, plain } = check
    const value = readExpression(check.left)
    if (equal !== undefined) return `(${value}${negated ? '!==' : '==='}${constant(equal)})`
    if (plain?.comparison === '!==') return `(${value}${negated ? '===' : '!=='}${constant(plain.constant)})`
    return `${negated ? '!' : ''}${otherCheck(check, value)}`
  }

  function otherCheck({ right, test, members, plain }: Check<E>, value: string): string {
    if (plain !== undefined) {
      const { comparison, constant: text } = plain
      if (typeof text !== 'string') return `(${value}${comparison}${constant(text)})`
      const edge = comparison === 'startsWith' ? 'start' : 'end'
      const guard = comparison === 'includes' ? '' : `${edgeExpression('v', text, edge)}&&`
      return `(typeof(v=${value})==='string'&&${guard}v.${comparison}(${given(text)}))`
    }
    if (members !== undefined) {
      const prefilter = prefilterOf(members)
      if (prefilter === undefined) return `${given(members)}.has(${value})`
      const glance = prefilterExpression('v', given(prefilter.lengths), given(prefilter.ends))
      return `(typeof(v=${value})==='string'&&${glance}&&${given(members)}.has(v))`
    }
    const other = right === undefined ? '' : `,${readExpression(right)}`
    return `${given(test)}(${value}${other})`
  }

  /** No field is null: that a variable is says that it has not been read yet. */
  function readExpression({ key, read, steps }: Check<E>['left']): string {
    const known = scope.fields.get(key)
    if (known !== undefined) return known
    const expression = kept(
      steps === undefined
        ? `${given(read)}(e)`
        : IS_AS_IT_IS[steps.asItIs]
            .replace('READ', `${given(steps.raw)}(e)`)
            .replace('CONVERT', given(steps.convert)),
    )
    scope.fields.set(key, expression)
    return expression
  }

  function kept(expression: string): string {
    const name = `r${scope.variables.length}`
    scope.variables.push(name)
    return `(${name}!==null?${name}:${name}=${expression})`
  }

  function constant(value: Scalar): string {
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return `(${String(value)})`
    return given(value)
  }

  function given(value: unknown): string {
    const known = numbers.get(value)
    if (known !== undefined) return known
    const name = `k${values.push(value) - 1}`
    numbers.set(value, name)
    return name
  }
}

function newScope(): Scope {
  return { variables: [], parts: new Map(), fields: new Map() }
}

/** Raw values that need no conversion are taken as they are. */
const IS_AS_IT_IS = {
  string: "typeof(v=READ)==='string'?v:CONVERT(v)",
  boolean: "typeof(v=READ)==='boolean'?v:CONVERT(v)",
  integer: "typeof(v=READ)==='number'&&(v|0)===v?v:CONVERT(v)",
  nothing: '(v=READ)===undefined?v:CONVERT(v)',
} as const

/** A comparison with one constant takes no longer than to look whether it was made already. */
function isCheap(expression: string): boolean {
  return /^\([^&|]*[!=]==[^&|]*\)$/.test(expression)
}

function countUses(plan: Plan): ReadonlyMap<number, number> {
  const uses = new Map<number, number>()
  const visit = (part: Plan) => {
    const count = (uses.get(part.key) ?? 0) + 1
    uses.set(part.key, count)
    if (count === 1 && part.kind !== 'check') part.parts.forEach(visit)
  }
  visit(plan)
  return uses
}
