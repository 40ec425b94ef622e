import { DYN, sameType, type Type } from './type.ts'

/** What type parameters stand for, as far as it is known. */
export class Substitutions {
  readonly #found = new Map<string, Type>()
  /** What was noted, with what stood there before: an attempt that fails is taken back. */
  readonly #noted: (readonly [name: string, before: Type | undefined])[] = []

  find(type: Type): Type | undefined {
    return type.kind === 'parameter' ? this.#found.get(type.name) : undefined
  }

  set(parameter: Type, type: Type): void {
    this.#noted.push([parameter.name, this.#found.get(parameter.name)])
    this.#found.set(parameter.name, type)
  }

  /** @returns whether the attempt succeeded; what a failed one noted is forgotten */
  attempt(succeeds: () => boolean): boolean {
    const start = this.#noted.length
    if (succeeds()) return true
    for (const [name, before] of this.#noted.splice(start).toReversed()) {
      if (before === undefined) this.#found.delete(name)
      else this.#found.set(name, before)
    }
    return false
  }
}

/**
 * Whether values of the first types fit where the second are asked for, one by one; false where they differ in number
 * (CEL language definition, "Gradual Type Checking"). What that says of type parameters is noted in `known`, also
 * where the answer is no: ask in an attempt.
 */
export function areAssignable(known: Substitutions, from: readonly Type[], to: readonly Type[]): boolean {
  return from.length === to.length && from.every((type, index) => isAssignable(known, type, to[index] ?? DYN))
}

function isAssignable(known: Substitutions, from: Type, to: Type): boolean {
  if (to.kind === 'parameter') {
    const [valid, decided] = substitutes(known, from, to)
    if (valid) return true
    if (decided) return false
  }
  if (from.kind === 'parameter') return substitutes(known, to, from)[0]
  if (isAny(from) || isAny(to)) return true
  if (from.kind === 'null') return isNullable(to)
  if (to.kind === 'null') return isNullable(from)
  if (from.kind !== to.kind) return false
  if (from.kind === 'type') return true
  return from.name === to.name && areAssignable(known, from.parameters, to.parameters)
}

function isAny(type: Type): boolean {
  return type.kind === 'dyn' || type.kind === 'error'
}

/** "null" fits messages and what is built like them. */
function isNullable({ kind }: Type): boolean {
  return (
    kind === 'null' || kind === 'opaque' || kind === 'struct' || kind === 'timestamp' || kind === 'duration'
  )
}

/** @returns whether the parameter may stand for the type, and whether it already stood for something */
function substitutes(known: Substitutions, type: Type, parameter: Type): [valid: boolean, decided: boolean] {
  if (sameType(type, parameter)) return [true, true]
  const current = known.find(parameter)
  if (current !== undefined) {
    if (sameType(type, current)) return [true, true]
    if (!isAssignable(known, type, current)) return [false, true]
    const general = mostGeneral(type, current)
    if (!occursIn(known, parameter, general)) known.set(parameter, general)
    return [true, true]
  }
  if (occursIn(known, parameter, type)) return [false, false]
  known.set(parameter, type)
  return [true, false]
}

/** The more general of two types that fit each other. */
export function mostGeneral(one: Type, other: Type): Type {
  return isLessSpecific(one, other) ? one : other
}

function isLessSpecific(one: Type, other: Type): boolean {
  if (one.kind === 'dyn' || one.kind === 'parameter') return true
  if (other.kind === 'dyn' || other.kind === 'parameter') return false
  if (one.kind !== other.kind) return false
  if (one.kind === 'type') return true
  return (
    one.name === other.name &&
    one.parameters.length === other.parameters.length &&
    one.parameters.every((type, index) => isLessSpecific(type, other.parameters[index] ?? DYN))
  )
}

function occursIn(known: Substitutions, parameter: Type, type: Type): boolean {
  if (sameType(parameter, type)) return true
  if (type.kind === 'parameter') {
    const stands = known.find(type)
    return stands !== undefined && occursIn(known, parameter, stands)
  }
  return type.parameters.some((inner) => occursIn(known, parameter, inner))
}

/** The type with every parameter replaced that is known; `finish` makes the unknown ones `dyn`. */
export function substitute(known: Substitutions, type: Type, finish = false): Type {
  const stands = known.find(type)
  if (stands !== undefined) return substitute(known, stands, finish)
  if (type.kind === 'parameter') return finish ? DYN : type
  if (type.parameters.length === 0) return type
  return { ...type, parameters: type.parameters.map((inner) => substitute(known, inner, finish)) }
}
