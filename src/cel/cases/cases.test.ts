import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../compile.ts'
import { baseEnvironment } from '../kubernetes/base-environment.ts'
import { BOOL, DYN, INT, listOf, nameOfType, STRING, type Type } from '../types/type.ts'
import { DIFFERENCES } from './differences.ts'
import { shown } from './shown.ts'

/**
 * Expressions with what Kubernetes' own CEL environment (k8s.io/apiserver 0.36.4 on cel-go 0.30, all libraries) made of
 * each when it was run on it: the value, the error, the type and the cost, or the fault that it found at compile time.
 */
interface Case {
  readonly expr: string
  readonly vars?: Readonly<Record<string, unknown>>
  readonly value?: unknown
  readonly error?: string
  readonly cost?: number
  readonly type?: string
  /** The lines that begin with `ERROR:`, of a type error. */
  readonly issues?: string
  /** Not even the grammar takes it; the words are ours. */
  readonly syntax?: true
  /** Compiled, but no program could be made of it. */
  readonly refused?: string
}

const dynamic = ['object', 'oldObject', 'request', 'params', 'a', 'b', 'c', 'l', 'm', 's', 'x', 'y']
const variables: Record<string, Type> = {
  ...Object.fromEntries(dynamic.map((name) => [name, DYN])),
  i: INT,
  str: STRING,
  strs: listOf(STRING),
  ints: listOf(INT),
  bool: BOOL,
}
const environment = baseEnvironment.extend({ variables })

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.jsonl'))

function casesOf(file: string): Case[] {
  const lines = readFileSync(join(import.meta.dirname, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): Case => JSON.parse(line))
}

function outcomeOf({ expr, vars }: Case): unknown {
  const compiled = compile(expr, environment)
  if ('issues' in compiled) {
    const lines = compiled.issues.map(
      ({ line, column, message }) => `ERROR: <input>:${line}:${column}: ${message}`,
    )
    const [first] = compiled.issues
    if (first?.message.startsWith('Syntax error') === true) return { expr, syntax: true }
    return { expr, issues: lines.join('\n') }
  }
  const outcome = compiled.program.evaluate(vars ?? {})
  const { cost } = outcome
  const type = nameOfType(compiled.program.type)
  return 'error' in outcome
    ? { expr, error: outcome.error, cost, type }
    : { expr, value: shown(outcome.value), cost, type }
}

function expectationOf({ vars: _, refused, ...wanted }: Case): unknown {
  // We say where: no program can be made of a constant that cannot be converted.
  if (refused !== undefined) return { expr: wanted.expr, issues: expect.stringContaining(refused) }
  return wanted
}

describe.each(files.map((file) => [basename(file, '.jsonl'), casesOf(file)] as const))('%s', (_, cases) => {
  test.each(cases.filter(({ expr }) => DIFFERENCES[expr] === undefined))('$expr', (each) => {
    expect(outcomeOf(each)).toEqual(expectationOf(each))
  })
})

test('every known difference is one still', () => {
  const all = new Map(files.flatMap(casesOf).map((each) => [each.expr, each]))
  for (const expr of Object.keys(DIFFERENCES)) {
    const each = all.get(expr)
    if (each === undefined) throw new Error(`no case ${expr}`)
    expect(outcomeOf(each), expr).not.toEqual(expectationOf(each))
  }
})
