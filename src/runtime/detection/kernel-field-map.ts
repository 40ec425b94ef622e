import { catalogueOf, type ResolvedField } from '../rules/index.ts'
import type { KernelEvent } from '../sensors/index.ts'
import { kernelDetection } from './kernel-source.ts'

/** How many ancestors are written one by one. */
const ANCESTORS = 7

/** Fields that stand for the events of all processes, or repeat others as a whole. */
const LEFT_OUT: ReadonlySet<string> = new Set(['evt.around', 'evt.type.is', 'evt.info'])

/**
 * Makes what writes all fields of an event as text, by their names: what conditions and outputs could ask for, so that
 * the event can be held against rules later. Fields that the event does not have are left out.
 */
export function createFieldMap(): (event: KernelEvent) => Record<string, string> {
  const { fields, catalogue } = sources()
  const readers = fields.map((resolved) => ({ name: resolved.text, read: readerOf(resolved) }))
  const arguments_ = new Map<string, (event: KernelEvent) => string | undefined>()
  return (event) => {
    const map: Record<string, string> = {}
    for (const { name, read } of readers) {
      const text = read(event)
      if (text !== undefined) map[name] = text
    }
    event.type.parameters.forEach(({ name }, index) => {
      for (const argument of [name, String(index)]) {
        const key = argument === name ? `evt.arg.${name}` : `evt.arg[${index}]`
        const read = arguments_.get(key) ?? argumentReader(argument)
        arguments_.set(key, read)
        const text = read(event)
        if (text !== undefined) map[key] = text
      }
    })
    return map
  }

  function argumentReader(argument: string): (event: KernelEvent) => string | undefined {
    const lookup = catalogue.lookup('evt.arg', argument)
    return lookup.ok ? readerOf(lookup.resolved) : () => undefined
  }
}

function sources() {
  const catalogue = catalogueOf('syscall')
  const fields = catalogue.fields.flatMap(({ name, argument }): ResolvedField[] => {
    if (LEFT_OUT.has(name)) return []
    const indexes =
      argument?.kind === 'index' && name.startsWith('proc.a') && name !== 'proc.args' ? ANCESTORS : 0
    const written = Array.from({ length: indexes }, (_, index) => catalogue.lookup(name, String(index + 1)))
    const all = argument?.required === true ? written : [catalogue.lookup(name), ...written]
    return all.flatMap((lookup) => (lookup.ok ? [lookup.resolved] : []))
  })
  return { catalogue, fields: fields.sort((a, b) => (a.text < b.text ? -1 : 1)) }
}

function readerOf(resolved: ResolvedField): (event: KernelEvent) => string | undefined {
  const { fields } = kernelDetection
  // Networks, and what compares several values, an output cannot show: the fields beside them hold the same.
  if (resolved.field.filterOnly) return () => undefined
  const read = (fields.outputReader ?? fields.reader).call(fields, resolved)
  return (event) => {
    const value = read(event)
    if (value === undefined || value === null) return undefined
    return typeof value === 'object' ? `(${value.map(String).join(',')})` : String(value)
  }
}
