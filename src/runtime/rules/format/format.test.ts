import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditEvents, type SyscallEvent, syscallEvents } from '../compiler/index.ts'
import { createFormat } from './output-format.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const available = existsSync(folder)
if (!available) console.warn(`skipped: no conformance data at ${folder} (set HAETAE_CONFORMANCE)`)

interface FormatCase {
  readonly test: string
  readonly format: string
  readonly outputFormat: 'text' | 'json'
  readonly resolveTransformedFields: boolean
  readonly error?: string
  readonly expectedOutput?: string
  readonly resolved?: boolean
  readonly fieldNames?: readonly string[]
  readonly fieldValues?: Readonly<Record<string, string>>
}

function format(template: string) {
  const made = createFormat(template, syscallEvents)
  if (!made.ok) throw new Error(made.error.message)
  return made.format
}

describe.skipIf(!available)("Falco's own cases", () => {
  const lines = available ? readFileSync(join(folder, 'eventformatter.jsonl'), 'utf8').trim().split('\n') : []
  const cases = lines.map((line) => JSON.parse(line) as FormatCase)

  test.each(
    cases.filter(({ error }) => error !== undefined).map(({ format, error }) => [format, error] as const),
  )('refused: %s', (template, error) => {
    const made = createFormat(template, syscallEvents)
    expect(made.ok ? undefined : made.error.message).toBe(error)
  })

  test.each(
    cases
      .filter(({ error }) => error === undefined)
      .map((entry) => [`${entry.format} (${entry.outputFormat})`, entry] as const),
  )('%s', (_name, entry) => {
    const { fieldNames = [], fieldValues = {} } = entry
    const options = { transformed: entry.resolveTransformedFields }
    const made = format(entry.format)
    const event = eventOf(fieldValues)
    const text = made.text(event)
    const json = made.json(event, options)
    const fields = made.fields(event, options)
    const output =
      entry.outputFormat === 'text'
        ? text.text
        : made.fieldNames.length === 0
          ? 'null'
          : JSON.stringify(json.fields)
    const resolved = fields.resolved && (entry.outputFormat === 'text' ? text.resolved : json.resolved)
    expect({ output, resolved }).toEqual({ output: entry.expectedOutput, resolved: entry.resolved })
    // Some of the tests recorded here format several templates and list the fields of all of them, the last one last.
    expect(made.fieldNames).toEqual(
      made.fieldNames.length === 0 ? [] : fieldNames.slice(-made.fieldNames.length),
    )
    expect(fieldValues).toMatchObject(fields.fields)
  })

  function eventOf(values: Readonly<Record<string, string>>): SyscallEvent {
    const given = Object.entries(values).filter(([name, value]) => !name.includes('(') && value !== '<NA>')
    return { fields: Object.fromEntries(given) }
  }
})

describe('templates', () => {
  const event: SyscallEvent = {
    fields: {
      'proc.name': 'cat',
      'proc.aname[1]': 'bash',
      'proc.aname[2]': 'sshd',
      'proc.pid': '12',
      'evt.is_io': 'true',
      'fd.types': '(file,ipv4)',
      'fd.dev': 'FD00',
      'evt.rawtime.ns': '000000042',
    },
  }

  test('values are typed in JSON and printed in text', () => {
    const made = format(
      '*%proc.name %proc.pid %evt.is_io %fd.types %fd.dev %evt.rawtime.ns %proc.aname %user.uid',
    )
    expect(made.text(event).text).toBe('cat 12 true (file,ipv4) FD00 000000042 bash sshd <NA>')
    expect(made.json(event).fields).toEqual({
      'evt.is_io': true,
      'evt.rawtime.ns': 42,
      'fd.dev': 'FD00',
      'fd.types': ['file', 'ipv4'],
      'proc.aname': 'bash sshd',
      'proc.name': 'cat',
      'proc.pid': 12,
      'user.uid': null,
    })
  })

  test('text may follow a field at once', () => {
    expect(format('a%proc.nameand%proc.pidb').text(event).text).toBe('acatand12b')
    expect(format('%proc.name[x]').text(event).text).toBe('cat[x]')
  })

  test('a width cuts and fills up, in bytes', () => {
    expect(format('|%2proc.name|%6proc.name|').text(event).text).toBe('|ca|cat   |')
    expect(format('|%4proc.name|').text({ fields: { 'proc.name': 'é' } }).text).toBe('|é  |')
  })

  test('bytes that are no UTF-8 stay in the text and become U+FFFD in JSON', () => {
    const broken: SyscallEvent = { fields: { 'proc.name': 'a\udce2\udc82z' } }
    const made = format('%proc.name')
    expect(made.text(broken).text).toBe('a\udce2\udc82z')
    expect(made.json(broken).fields).toEqual({ 'proc.name': 'a\ufffdz' })
  })

  test.each([
    ['', 'empty formatting token', 0],
    ['a %', 'invalid formatting syntax: formatting cannot end with a %', 2],
    ['a %12', 'invalid formatting syntax: formatting cannot end with a number', 2],
    ['a %fd.ip b', "unknown filter: unexpected token after '", 2],
    ['a %toupper(evt.num)', "unknown filter: unexpected token after '", 2],
  ])('%j is refused', (template, message, index) => {
    expect(createFormat(template, syscallEvents)).toEqual({ ok: false, error: { message, index } })
  })

  test('audit events', () => {
    const made = createFormat(
      '*%ka.user.name did %ka.verb at %evt.time.iso8601: %jevt.value[/a/0] %ka.target.name',
      auditEvents,
    )
    const audit = {
      event: {
        auditID: 'x',
        verb: 'get',
        user: { username: 'jane' },
        stageTimestamp: '2018-10-25T13:58:49.736141Z',
        a: [{ b: 1 }],
      },
    }
    expect(made.ok && made.format.text(audit).text).toBe(
      'jane did get at 2018-10-25T13:58:49.736141000+0000: {"b":1} <NA>',
    )
  })

  test('any text is a template or is refused', () => {
    const parts = fc.constantFrom(
      '%',
      'proc.name',
      '[',
      ']',
      '(',
      ')',
      'toupper',
      '*',
      ' ',
      '9',
      'é',
      'evt.arg',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        const made = createFormat(pieces.join(''), syscallEvents)
        if (made.ok) expect(typeof made.format.text(event).text).toBe('string')
        else expect(made.error.message).not.toBe('')
      }),
      { numRuns: 1000 },
    )
  })
})
