import type { FieldType } from '../fields/index.ts'
import type { Modifier } from '../parser/index.ts'
import { type Address, networkTest, parseNetwork } from './address.ts'
import { compareWith, type ScalarTest } from './comparisons.ts'
import { parseLiteral } from './literals.ts'
import { comparisonOf, type Operator } from './operators.ts'
import { compilePathPrefixes } from './path-prefix.ts'
import { CompileProblem, type Read, type Scalar, type Test, type Value } from './value.ts'

/** The left side of a check: how it is read, and what its values are. */
export interface Subject<E> {
  readonly read: Read<E>
  readonly type: FieldType
  readonly list: boolean
  readonly several: 'any' | 'any-or-none' | undefined
  /** What `!=` is where the event does not have the field. */
  readonly absentDiffers: boolean
}

/** `subject exists` */
export function existsTest<E>({ read }: Subject<E>): Test<E> {
  return (event) => read(event) !== undefined
}

/**
 * Makes the test of a check against constants.
 *
 * @throws CompileProblem for a constant that does not fit the field
 */
export function constantTest<E>(
  subject: Subject<E>,
  operator: Operator,
  modifier: Modifier | undefined,
  constants: readonly string[],
): Test<E> {
  if (modifier === undefined) return plainTest(subject, operator, constants)
  const tests = constants.map((constant) => plainTest(subject, operator, [constant]))
  return combine(modifier, tests)
}

/** `oneof`: for exactly one of the constants; `anyof`: at least one; `allof`: each, and there are some. */
function combine<E>(modifier: Modifier, tests: readonly Test<E>[]): Test<E> {
  switch (modifier) {
    case 'anyof':
      return (event) => tests.some((test) => test(event))
    case 'allof':
      return (event) => tests.length > 0 && tests.every((test) => test(event))
    case 'oneof':
      return (event) => {
        let count = 0
        for (const test of tests) if (test(event) && ++count > 1) return false
        return count === 1
      }
  }
}

function plainTest<E>(subject: Subject<E>, operator: Operator, constants: readonly string[]): Test<E> {
  const { read, list, several, absentDiffers } = subject
  if (list) return listTest(subject, operator, constants)
  const test = scalarTest(subject.type, operator, constants)
  if (several !== undefined) {
    const all = several === 'any-or-none' && operator === '!='
    const absent = operator === '!=' && absentDiffers
    return severalTest(read, test, all, absent)
  }
  if (operator === '!=' && absentDiffers) {
    return (event) => {
      const value = read(event)
      return value === undefined || test(value as Scalar)
    }
  }
  return (event) => {
    const value = read(event)
    return value !== undefined && test(value as Scalar)
  }
}

function severalTest<E>(read: Read<E>, test: ScalarTest, all: boolean, absent: boolean): Test<E> {
  return (event) => {
    const values = read(event)
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
  const members = constants.map((constant) => parseLiteral(constant, type))
  const [first, second] = members
  if (members.length === 0) return () => false
  if (members.length === 1) return (value) => value === first
  if (members.length === 2) return (value) => value === first || value === second
  const set = new Set(members)
  return (value) => set.has(value)
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
function listTest<E>({ read, type }: Subject<E>, operator: Operator, constants: readonly string[]): Test<E> {
  const member = memberTest(type, constants)
  return (event) => {
    const values = asList(read(event))
    if (values === undefined) return false
    return operator === 'in' ? values.every(member) : values.some(member)
  }
}

/** Makes the test of a check against another field, whose values are of the same type. */
export function fieldTest<E>(subject: Subject<E>, operator: Operator, right: Read<E>): Test<E> {
  const { read, absentDiffers } = subject
  const absent = operator === '!=' && absentDiffers
  return (event) => {
    const left = read(event)
    if (left === undefined) return absent
    const other = right(event)
    if (other === undefined) return absent
    return compareFields(left, operator, other, subject.type)
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
