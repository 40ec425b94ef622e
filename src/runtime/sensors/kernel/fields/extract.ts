import type { KernelEvent } from '../kernel-event.ts'

/** What a field is in an event; undefined where the event does not have it. */
export type KernelValue = string | number | bigint | boolean | readonly (string | number)[] | undefined

/** Reads a field off the event at hand. */
export type Extract = (event: KernelEvent) => KernelValue

/** Makes what reads a field with an argument. */
export type ExtractWith = (argument: string) => Extract

/** A number of a condition's brackets. */
export function indexOf(argument: string): number {
  return Number.parseInt(argument, 10)
}
