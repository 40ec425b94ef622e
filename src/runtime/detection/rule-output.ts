import {
  createFormat,
  type EventSource,
  type OutputFormat,
  type OutputValue,
  type Rule,
} from '../rules/index.ts'

/** What a rule says of an event that it matches. */
export interface RuleOutput<E> {
  readonly rule: Rule
  /** The rule's own output, without time and priority; fields that the event does not have are `<NA>`. */
  message(event: E): string
  /** The same, but it ends before the first field that the event does not have, unless the template begins with `*`. */
  strictMessage(event: E): string
  /** The fields of the output, and those added to it, as text. */
  fields(event: E): Readonly<Record<string, string>>
  /** The same as JSON values: numbers and booleans as such, null where the event does not have the field. A new object. */
  json(event: E): Record<string, OutputValue>
}

/**
 * Compiles the output of a rule when it is first asked for: most rules never alert. It throws a TypeError then
 * for a template that the loader should have refused.
 *
 * @see falco userspace/engine/formats.cpp, format_event
 */
export function createRuleOutput<E>(rule: Rule, source: EventSource<E>): RuleOutput<E> {
  const format = once(() => lenientFormat(rule.output, source))
  const strict = once(() => checkedFormat(rule.output, source))
  const addedFields = once(() =>
    [...rule.extraFields].map(([name, field]) => ({
      name,
      isRaw: field.isRaw,
      format: lenientFormat(field.format, source),
    })),
  )
  return {
    rule,
    message: (event) => format().text(event).text,
    strictMessage: (event) => strict().text(event).text,
    fields(event) {
      const { fields } = format().fields(event)
      const added = addedFields()
      if (added.length === 0) return fields
      const entries = added.map(({ name, format }) => [name, format.text(event).text])
      return { ...fields, ...Object.fromEntries(entries) }
    },
    json(event) {
      const { fields } = format().json(event)
      const added = addedFields()
      if (added.length === 0) return fields
      const entries = added.map(({ name, format, isRaw }): [string, OutputValue] => [
        name,
        isRaw ? (format.json(event).fields[name] ?? null) : format.text(event).text,
      ])
      return { ...fields, ...Object.fromEntries(entries) }
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** "If the first character is '*', the event will be printed even if some of the fields cannot be extracted": always so. */
function lenientFormat<E>(template: string, source: EventSource<E>): OutputFormat<E> {
  return checkedFormat(template.startsWith('*') ? template : `*${template}`, source)
}

function checkedFormat<E>(template: string, source: EventSource<E>): OutputFormat<E> {
  const result = createFormat(template, source)
  if (!result.ok) throw new TypeError(`an output that was not checked: ${result.error.message}`)
  return result.format
}
