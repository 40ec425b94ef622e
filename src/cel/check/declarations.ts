import { BOOL, type Type } from '../types/type.ts'
import type { Result, Value } from '../values/value.ts'

/** One way to call a function. */
export interface Overload {
  /** As CEL's implementations name it, e.g. `starts_with_string`: what a call costs may depend on it. */
  readonly id: string
  /** Whether it is called on its first argument: `s.startsWith(p)`. */
  readonly member: boolean
  /** Of a member function the first is what it is called on. */
  readonly args: readonly Type[]
  readonly result: Type
  /** Values that fit the arguments' types. */
  readonly call: (...args: never[]) => Result
}

/**
 * What a call costs (Kubernetes documentation, "Common Expression Language in Kubernetes", "Runtime cost budget").
 *
 * @param overload - the id of the overload; `''` where the types leave several
 */
export type CallCost = (args: readonly Value[], result: Result, overload: string) => number

/** A function with its overloads, in the order in which they are tried. */
export interface FunctionDeclaration {
  readonly name: string
  readonly overloads: readonly Overload[]
  /** Absent: as CEL counts for itself, see `standardCost`. */
  readonly cost?: CallCost
}

/** Types whose fields are known: of declared variables, and those that expressions may construct. */
export interface StructTypes {
  /** @returns undefined where there is no such type */
  find(name: string): StructDeclaration | undefined
}

export interface StructDeclaration {
  readonly type: Type
  /** @returns undefined where it has no such field */
  field(name: string): Type | undefined
  /** Whether expressions may construct it. */
  readonly constructible: boolean
}

/** A function called by its name, `f(x)`. */
export function overload(
  id: string,
  args: readonly Type[],
  result: Type,
  call: (...args: never[]) => Result,
): Overload {
  return { id, member: false, args, result, call }
}

/** A function called on its first argument, `x.f()`. */
export function member(
  id: string,
  args: readonly Type[],
  result: Type,
  call: (...args: never[]) => Result,
): Overload {
  return { id, member: true, args, result, call }
}

/** A member function without arguments that tells whether something is so. */
export function predicate(id: string, type: Type, call: (value: never) => boolean): Overload {
  return member(id, [type], BOOL, call)
}
