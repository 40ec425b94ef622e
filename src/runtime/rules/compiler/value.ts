/** One value of a field, after conversion to its type: text, a number (bigint beyond 2^53), true or false. */
export type Scalar = string | number | bigint | boolean

/** What a field is in an event; undefined where the event does not have it. A list is empty only if a condition spells it so. */
export type Value = Scalar | readonly Scalar[] | undefined

/** Reads a field, or what a transformer makes of it, off an event. */
export type Read<E> = (event: E) => Value

/** A condition, or a part of one. */
export type Test<E> = (event: E) => boolean

/** Thrown where a condition fits its grammar but not its fields; becomes a compile error, never leaves this folder. */
export class CompileProblem extends Error {}
