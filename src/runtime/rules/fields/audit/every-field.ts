import { AUDIT_FIELDS } from '../audit-fields.ts'
import type { Extract, Extracted } from './extractor.ts'
import { auditExtractor } from './extractors.ts'
import type { Json } from './json.ts'

/**
 * Every `ka.*` field that an audit event has: those without an argument, and those that take an index also at 0 and 1.
 *
 * @returns texts, lists of texts, and null for a list that was found without a value in it
 */
export function everyAuditField(event: Json): Readonly<Record<string, Exclude<Extracted, undefined>>> {
  const fields: Record<string, Exclude<Extracted, undefined>> = {}
  for (const [name, extract] of extractors()) {
    const value = extract(event)
    if (value === undefined) continue
    if (value === null && name.endsWith(']')) continue
    fields[name] = value
  }
  return fields
}

let made: readonly (readonly [string, Extract])[] | undefined

function extractors(): readonly (readonly [string, Extract])[] {
  made ??= AUDIT_FIELDS.filter(
    ({ name, argument }) => name.startsWith('ka.') && argument?.kind !== 'key',
  ).flatMap(({ name, argument }) =>
    [undefined, ...(argument?.kind === 'index' ? ['0', '1'] : [])].flatMap((index) => {
      const extract = auditExtractor(name, index)
      return extract === undefined
        ? []
        : [[index === undefined ? name : `${name}[${index}]`, extract] as const]
    }),
  )
  return made
}
