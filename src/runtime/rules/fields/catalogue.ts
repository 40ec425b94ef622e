import { nearestName } from '../../../kubernetes/index.ts'
import type { Field, ResolvedField } from './field.ts'
import { rawArgumentType } from './raw-argument-types.ts'

export type FieldLookup =
  | { readonly ok: true; readonly resolved: ResolvedField }
  | { readonly ok: false; readonly error: string; readonly unknown: boolean }

/** The fields of one event source. */
export interface FieldCatalogue {
  readonly fields: readonly Field[]
  /**
   * Finds a field by the name and the argument that a condition or an output has.
   *
   * @returns the field, or Falco's message; `unknown` tells a field that does not exist from one that is used wrongly
   */
  lookup(name: string, argument?: string): FieldLookup
  /** The known name that somebody who wrote this one most likely meant. */
  suggest(name: string): string | undefined
}

export function createCatalogue(fields: readonly Field[]): FieldCatalogue {
  const byName = new Map(fields.map((field) => [field.name, field]))

  return Object.freeze({
    fields,
    lookup(name: string, argument = ''): FieldLookup {
      const text = argument === '' ? name : `${name}[${argument}]`
      const exact = byName.get(name)
      if (exact !== undefined) return withArgument(exact, argument === '' ? undefined : argument, text)
      const dotted = argument === '' ? dottedField(name) : undefined
      if (dotted === undefined) return unknownField(text)
      return withArgument(dotted, name.slice(dotted.name.length + 1), text)
    },
    suggest: (name: string) => nearestName(name, byName.keys()),
  })

  /** `evt.arg.path` is `evt.arg` with the argument `path`; the longest field that fits wins. */
  function dottedField(name: string): Field | undefined {
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const field = byName.get(name.slice(0, end))
      if (field?.argument?.kind === 'name') return field
    }
    return undefined
  }
}

function unknownField(text: string): FieldLookup {
  return { ok: false, error: `filter_check called with nonexistent field ${text}`, unknown: true }
}

function withArgument(field: Field, argument: string | undefined, text: string): FieldLookup {
  const problem = argumentProblem(field, argument, text)
  if (problem !== undefined) return { ok: false, error: problem, unknown: false }
  if (argument !== undefined && field.argument === undefined) return unknownField(text)
  const type = field.type === 'DYNAMIC' ? rawArgumentType(argument ?? '') : field.type
  return { ok: true, resolved: Object.freeze({ field, type, argument, text }) }
}

/** Falco's messages: libs, plugin_filtercheck.cpp and the parse_field_name of the other field classes. */
function argumentProblem(field: Field, argument: string | undefined, text: string): string | undefined {
  if (argument === undefined) {
    if (field.argument?.required !== true) return undefined
    return field.plugin
      ? `filter '${text}': ${field.name} requires an argument but none provided`
      : `filter syntax error: ${text}`
  }
  if (field.argument === undefined) {
    return field.plugin
      ? `filter '${text}': ${field.name} does not allow nor require an argument but one is provided: ${argument}`
      : undefined
  }
  if (field.argument.kind === 'index') return indexProblem(field, argument, text)
  if (field.name === 'evt.around' && !/^[0-9]+$/.test(argument)) return `${argument} is not a valid number`
  return undefined
}

function indexProblem(field: Field, argument: string, text: string): string | undefined {
  if (!field.plugin) return /^[+-]?[0-9]+$/.test(argument) ? undefined : `${argument} is not a valid number`
  if (!/^[0-9]+$/.test(argument)) {
    return `filter ${text} ${field.name} has an invalid index argument not composed only by digits: ${argument}`
  }
  if (argument.length > 1 && argument.startsWith('0')) {
    return `filter ${text} ${field.name} has an invalid index argument starting with 0: ${argument}`
  }
  return undefined
}
