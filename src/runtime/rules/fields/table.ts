import type { ArgumentRule, Field, FieldType } from './field.ts'

/**
 * Reads a table of fields: a line a field, `name TYPE flag…`. Flags: `list`; `filter-only`, `not-comparable`,
 * `not-transformable`; `argument` or `argument-required` followed by `=index|key|name`; `hex`, `octal`; `any`,
 * `any-or-none`.
 */
export function readTable(table: string, options: { readonly plugin?: boolean } = {}): readonly Field[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => readRow(line, options.plugin === true))
}

function readRow(row: string, plugin: boolean): Field {
  const [name = '', type = 'CHARBUF', ...flags] = row.split(/ +/)
  const has = (flag: string) => flags.includes(flag)
  const argument = argumentOf(flags)
  const several = has('any') ? 'any' : has('any-or-none') ? 'any-or-none' : undefined
  return Object.freeze({
    name,
    type: type as FieldType,
    list: has('list'),
    ...(argument === undefined ? {} : { argument }),
    filterOnly: has('filter-only'),
    comparable: !has('not-comparable'),
    transformable: !has('not-transformable'),
    plugin,
    notation: has('hex') ? 'hexadecimal' : has('octal') ? 'octal' : 'decimal',
    ...(several === undefined ? {} : { several }),
  })
}

function argumentOf(flags: readonly string[]): ArgumentRule | undefined {
  const flag = flags.find((candidate) => candidate.startsWith('argument'))
  if (flag === undefined) return undefined
  const [word, kind = 'key'] = flag.split('=')
  return Object.freeze({ required: word === 'argument-required', kind: kind as ArgumentRule['kind'] })
}
