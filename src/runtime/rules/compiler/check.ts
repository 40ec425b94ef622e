import type { FieldType } from '../fields/index.ts'
import type { Modifier } from '../parser/index.ts'
import { type Address, networkTest, parseNetwork } from './address.ts'
import { compareWith, hasBytes, type ScalarTest } from './comparisons.ts'
import type { AsItIs } from './conversion.ts'
import type { RawValue } from './event-source.ts'
import { parseLiteral } from './literals.ts'
import { comparisonOf, type Operator } from './operators.ts'
import { compilePathPrefixes } from './path-prefix.ts'
import { CompileProblem, type Read, type Scalar, type Value } from './value.ts'

/** What the left side of a check is. */
export interface Subject {
  readonly type: FieldType
  readonly list: boolean
  readonly several: 'any' | 'any-or-none' | undefined
  /** What `!=` is where the event does not have the field. */
  readonly absentDiffers: boolean
}

/** A side of a check. Those with the same key are read alike. */
interface Side<E> {
  readonly key: string
  readonly read: Read<E>
  /** The same, where it is the reading of a field and then its conversion. */
  readonly steps?: ReadSteps<E> | undefined
}

/** Reading a field off an event, and making a value of the field's type of it. */
export interface ReadSteps<E> {
  readonly raw: (event: E) => RawValue
  readonly convert: (raw: RawValue) => Value
  /** Raw values that are not changed by that. */
  readonly asItIs: AsItIs
}

/** A comparison that JavaScript has an expression for, which answers the same for every value: see `generateTests`. */
export type PlainComparison = 'startsWith' | 'endsWith' | 'includes' | '!==' | '<' | '<=' | '>' | '>='

/** What is said of the value of a side, undefined where the event does not have it; `right` is that of the other side. */
export interface ValueCheck {
  readonly test: (left: Value, right?: Value) => boolean
  /** Where the test is nothing but identity with one constant. */
  readonly equal?: Scalar
  /** Where the test is nothing but identity with one of some constants. */
  readonly members?: ReadonlySet<Value>
  /** Where the test is nothing but a plain comparison with a constant. */
  readonly plain?: { readonly comparison: PlainComparison; readonly constant: Scalar }
}

export interface Check<E> extends ValueCheck {
  readonly left: Side<E>
  readonly right?: Side<E>
}

/** `subject exists` */
export const exists: ValueCheck = Object.freeze({ test: (value: Value) => value !== undefined })

/**
 * Makes the check of a value against constants.
 *
 * @throws CompileProblem for a constant that does not fit the field
 */
export function constantCheck(
  subject: Subject,
  operator: Operator,
  modifier: Modifier | undefined,
  constants: readonly string[],
): ValueCheck {
  if (modifier === undefined) return plainCheck(subject, operator, constants)
  const checks = constants.map((constant) => plainCheck(subject, operator, [constant]))
  return { test: combine(modifier, checks) }
}

/** `oneof`: for exactly one of the constants; `anyof`: at least one; `allof`: each, and there are some. */
function combine(modifier: Modifier, checks: readonly ValueCheck[]): (value: Value) => boolean {
  switch (modifier) {
    case 'anyof':
      return (value) => checks.some(({ test }) => test(value))
    case 'allof':
      return (value) => checks.length > 0 && checks.every(({ test }) => test(value))
    case 'oneof':
      return (value) => {
        let count = 0
        for (const { test } of checks) if (test(value) && ++count > 1) return false
        return count === 1
      }
  }
}

function plainCheck(subject: Subject, operator: Operator, constants: readonly string[]): ValueCheck {
  const { type, list, several, absentDiffers } = subject
  if (list) return { test: listTest(type, operator, constants) }
  const absent = operator === '!=' && absentDiffers
  if (several !== undefined) {
    const all = several === 'any-or-none' && operator === '!='
    return { test: severalTest(scalarTest(type, operator, constants), all, absent) }
  }
  if (type !== 'IPNET' && (operator === '=' || operator === 'in' || operator === 'intersects')) {
    return identity(constants.map((constant) => parseLiteral(constant, type)))
  }
  const test = scalarTest(type, operator, constants)
  const check = { test: (value: Value) => (value === undefined ? absent : test(value as Scalar)) }
  const plain = plainComparison(type, operator, constants, absentDiffers)
  return plain === undefined ? check : { ...check, plain }
}

function plainComparison(
  type: FieldType,
  operator: Operator,
  [text = '']: readonly string[],
  absentDiffers: boolean,
): ValueCheck['plain'] {
  if (type === 'IPNET') return undefined
  if (operator === '!=')
    return absentDiffers ? { comparison: '!==', constant: parseLiteral(text, type) } : undefined
  const comparison = Object.hasOwn(PLAIN, operator) ? PLAIN[operator] : undefined
  if (comparison === undefined) return undefined
  const constant = parseLiteral(text, type)
  const isOfText = comparison.length > 2
  if (isOfText)
    return typeof constant === 'string' && !hasBytes(constant) ? { comparison, constant } : undefined
  return typeof constant === 'string' ? undefined : { comparison, constant }
}

const PLAIN: Readonly<Partial<Record<string, PlainComparison>>> = {
  startswith: 'startsWith',
  endswith: 'endsWith',
  contains: 'includes',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function identity(constants: readonly Scalar[]): ValueCheck {
  const [equal] = constants
  if (equal !== undefined && constants.length === 1) return { equal, test: (value) => value === equal }
  const members: ReadonlySet<Value> = new Set(constants)
  return { members, test: (value) => members.has(value) }
}

function severalTest(test: ScalarTest, all: boolean, absent: boolean): (values: Value) => boolean {
  return (values) => {
    if (values === undefined) return absent
    if (typeof values !== 'object') return test(values)
    return all ? values.every(test) : values.some(test)
  }
}

function scalarTest(type: FieldType, operator: Operator, constants: readonly string[]): ScalarTest {
  if (operator === 'in' || operator === 'intersects') return memberTest(type, constants)
  if (operator === 'pmatch') {
    const test = compilePathPrefixes(constants.map((constant) => String(parseLiteral(constant, type))))
    return (value) => typeof value === 'string' && test(value)
  }
  const [constant = ''] = constants
  if (type === 'IPNET') {
    const test = networkTestOf(constant)
    return operator === '!=' ? (value) => !test(value) : test
  }
  const hexadecimal = operator === 'bcontains' || operator === 'bstartswith'
  return compareWith(operator, comparisonOf(type), hexadecimal ? constant : parseLiteral(constant, type))
}

/** Makes the test whether a value is one of the constants. */
function memberTest(type: FieldType, constants: readonly string[]): ScalarTest {
  if (type === 'IPNET') {
    const tests = constants.map(networkTestOf)
    return (value) => tests.some((test) => test(value))
  }
  return identity(constants.map((constant) => parseLiteral(constant, type))).test
}

function networkTestOf(constant: string): ScalarTest {
  const network = parseNetwork(constant)
  if (network === undefined) {
    throw new CompileProblem(
      constant.includes('/') ? `unrecognized IP address ${constant}` : `unrecognized IP network ${constant}`,
    )
  }
  const test = networkTest(network)
  return (value) => (typeof value === 'number' || typeof value === 'bigint') && test(value satisfies Address)
}

/** `in`: every element is one of the constants; `intersects`: some element is. */
function listTest(
  type: FieldType,
  operator: Operator,
  constants: readonly string[],
): (value: Value) => boolean {
  const member = memberTest(type, constants)
  return (value) => {
    const values = asList(value)
    if (values === undefined) return false
    return operator === 'in'
      ? values.every((element) => member(element))
      : values.some((element) => member(element))
  }
}

/** Makes the check of a value against that of another field, which are of the same type. */
export function fieldCheck({ type, absentDiffers }: Subject, operator: Operator): ValueCheck {
  const absent = operator === '!=' && absentDiffers
  return {
    test: (left, right) => {
      if (left === undefined || right === undefined) return absent
      return compareFields(left, operator, right, type)
    },
  }
}

function compareFields(left: Value, operator: Operator, right: Value, type: FieldType): boolean {
  if (operator === 'in' || operator === 'intersects') {
    const members = asList(right) ?? []
    const values = asList(left) ?? []
    const has = (value: Scalar) => members.includes(value)
    return operator === 'in' ? values.every(has) : values.some(has)
  }
  if (left === undefined || right === undefined || typeof left === 'object' || typeof right === 'object') {
    return false
  }
  return compareWith(operator, comparisonOf(type), right)(left)
}

function asList(value: Value): readonly Scalar[] | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value : [value]
}
