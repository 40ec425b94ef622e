import type { Check } from './check.ts'
import type { AsItIs } from './conversion.ts'
import type { SharedNode } from './sharing.ts'
import type { Test } from './value.ts'

/** Conditions of one set, as functions. */
export interface GeneratedTests<E> {
  /** One for each root, in order. */
  readonly tests: readonly Test<E>[]
  /** Forgets what was found out about the event before. */
  readonly begin: () => void
}

/** What is longer becomes a function of its own: JavaScript engines do not optimize long ones. */
const LONGEST_EXPRESSION = 2000

/**
 * Makes JavaScript of conditions: an expression for each, in which a part that several conditions have in common, and a
 * field that is read in several places, is asked for at most once an event.
 *
 * Nothing of a rule's text becomes code: constants, comparisons and what reads a field are handed over as values, which
 * the code knows by number.
 *
 * @param checkOf what a leaf checks
 * @param mostEvents after so many events they are counted anew, so that counts stay small integers
 */
export function generateTests<E>(
  roots: readonly SharedNode[],
  checkOf: (leaf: SharedNode) => Check<E>,
  mostEvents = 2 ** 30 - 1,
): GeneratedTests<E> {
  const values: unknown[] = []
  const lines: string[] = []
  const forget: string[] = []
  const expressions = new Map<SharedNode, string>()
  const reads = new Map<string, string>()
  let names = 0

  const tests = roots.map((root) => `e=>${expressionOf(root)}`)
  const code = [
    '"use strict"',
    'let n=0,v',
    ...values.map((_, index) => `const k${index}=values[${index}]`),
    ...lines,
    `const forget=()=>{${forget.map((name) => `${name}=-1`).join(';')}}`,
    `const begin=()=>{if(n===${mostEvents}){forget();n=0}n++}`,
    `return {begin,tests:[${tests.join(',\n')}]}`,
  ].join('\n')
  return new Function('values', code)(values) as GeneratedTests<E>

  function expressionOf(node: SharedNode): string {
    const known = expressions.get(node)
    if (known !== undefined) return known
    const own = node.children.length === 0 ? checkExpression(checkOf(node)) : junctionExpression(node)
    const expression =
      node.uses > 1 && !isCheap(own)
        ? remembered(own, 'false')
        : own.length > LONGEST_EXPRESSION
          ? calling(own)
          : own
    expressions.set(node, expression)
    return expression
  }

  function junctionExpression({ node, children }: SharedNode): string {
    const parts = children.map(expressionOf)
    if (node.kind === 'not') return `!${parts[0]}`
    return joined(parts, node.kind === 'and' ? '&&' : '||')
  }

  /** Many parts are divided among functions. */
  function joined(parts: readonly string[], operator: '&&' | '||'): string {
    const groups: string[] = []
    let group = ''
    for (const part of parts) {
      if (group !== '' && group.length + part.length > LONGEST_EXPRESSION) {
        groups.push(calling(`(${group})`))
        group = ''
      }
      group += group === '' ? part : operator + part
    }
    groups.push(group)
    return groups.length > LONGEST_EXPRESSION / 20 ? joined(groups, operator) : `(${groups.join(operator)})`
  }

  function checkExpression({ left, right, test, equal, members, plain }: Check<E>): string {
    const value = readExpression(left)
    if (equal !== undefined) return `(${value}===${constant(equal)})`
    if (plain !== undefined) {
      const { comparison } = plain
      return comparison === 'startsWith' || comparison === 'endsWith' || comparison === 'includes'
        ? `(typeof(v=${value})==='string'&&v.${comparison}(${constant(plain.constant)}))`
        : `(${value}${comparison}${constant(plain.constant)})`
    }
    if (members !== undefined) return `${constant(members)}.has(${value})`
    const other = right === undefined ? '' : `,${readExpression(right)}`
    return `${constant(test)}(${value}${other})`
  }

  function readExpression({ key, read, steps }: Check<E>['left']): string {
    const known = reads.get(key)
    if (known !== undefined) return known
    // A call of its own for each field is one that JavaScript engines can look through.
    const expression = remembered(
      steps === undefined
        ? `${constant(read)}(e)`
        : `${IS_AS_IT_IS[steps.asItIs].replace('READ', `v=${constant(steps.raw)}(e)`)}?v:${constant(steps.convert)}(v)`,
      'undefined',
    )
    reads.set(key, expression)
    return expression
  }

  function constant(value: unknown): string {
    return `k${values.push(value) - 1}`
  }

  function calling(expression: string): string {
    const name = `f${names++}`
    lines.push(`const ${name}=e=>${expression}`)
    return `${name}(e)`
  }

  /** `s` is the number of the event that `r` is the answer for. */
  function remembered(expression: string, first: string): string {
    const name = names++
    lines.push(
      `let s${name}=-1,r${name}=${first}`,
      `const f${name}=e=>{r${name}=${expression};s${name}=n;return r${name}}`,
    )
    forget.push(`s${name}`)
    return `(s${name}===n?r${name}:f${name}(e))`
  }
}

/** Whether a raw value, which is kept in `v`, needs no conversion. */
const IS_AS_IT_IS: Readonly<Record<AsItIs, string>> = {
  string: "typeof(READ)==='string'",
  boolean: "typeof(READ)==='boolean'",
  integer: "typeof(READ)==='number'&&(v|0)===v",
  nothing: '(READ)===undefined',
}

/** A comparison with one constant takes no longer than to look whether it was made already. */
function isCheap(expression: string): boolean {
  return /^\(\(s\d+===n\?r\d+:f\d+\(e\)\)(?:[!=]==|[<>]=?)k\d+\)$/.test(expression)
}
