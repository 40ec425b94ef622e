import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { everyAuditField } from './audit/every-field.ts'
import { auditExtractor } from './audit/extractors.ts'
import { catalogueOf } from './sources.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const available = existsSync(folder)
if (!available) console.warn(`skipped: no conformance data at ${folder} (set HAETAE_CONFORMANCE)`)

describe.skipIf(!available)("Falco's own cases", () => {
  const lines = available
    ? readFileSync(join(folder, 'k8s_audit_fields.jsonl'), 'utf8').trim().split('\n')
    : []
  const cases = lines.map(
    (line) => JSON.parse(line) as { file: string; index: number; event: unknown; fields: object },
  )

  test.each(cases.map((entry) => [`${entry.file} ${entry.index}`, entry] as const))(
    'fields of %s',
    (_name, { event, fields }) => {
      expect(everyAuditField(event)).toEqual(fields)
    },
  )

  test('the catalogue of audit events has every field, with its list and its argument', () => {
    const definitions = JSON.parse(
      readFileSync(join(folder, 'k8s_audit_field_defs.json'), 'utf8'),
    ) as readonly {
      readonly name: string
      readonly isList?: boolean
      readonly arg?: { readonly isRequired?: boolean; readonly isIndex?: boolean; readonly isKey?: boolean }
    }[]
    const { fields } = catalogueOf('k8s_audit')
    for (const { name, isList = false, arg } of definitions) {
      const field = fields.find((candidate) => candidate.name === name)
      const kind = arg?.isIndex === true ? 'index' : 'key'
      const argument = arg === undefined ? undefined : { required: arg.isRequired ?? false, kind }
      expect([name, field?.list, field?.argument]).toEqual([name, isList, argument])
    }
    expect(fields.filter(({ name }) => !name.startsWith('evt.'))).toHaveLength(definitions.length)
  })

  test('the catalogue of system calls has every field of the recorded events, with its type', () => {
    const definitions = JSON.parse(
      readFileSync(join(folder, 'syscall_events/field_defs.json'), 'utf8'),
    ) as Readonly<Record<string, { readonly type: string; readonly list: boolean }>>
    const catalogue = catalogueOf('syscall')
    for (const [text, { type, list }] of Object.entries(definitions)) {
      const [, name = text, argument] = /^([^[]+)\[(.*)\]$/.exec(text) ?? []
      // The events were recorded with a stand-in for the container plugin, which made every field of it text.
      if (name.startsWith('container.')) continue
      const lookup = catalogue.lookup(name, argument)
      expect([text, lookup.ok && lookup.resolved.type, lookup.ok && lookup.resolved.field.list]).toEqual([
        text,
        type,
        list,
      ])
    }
  })
})

describe('catalogues', () => {
  const error = (source: 'syscall' | 'k8s_audit', name: string, argument?: string) => {
    const lookup = catalogueOf(source).lookup(name, argument)
    return lookup.ok ? undefined : lookup.error
  }

  test.each(['syscall', 'k8s_audit'] as const)('%s: names are unique, and each is found', (source) => {
    const { fields, lookup } = catalogueOf(source)
    expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length)
    for (const { name, argument } of fields) {
      const found = lookup(
        name,
        argument?.required === true ? (argument.kind === 'index' ? '0' : '1') : undefined,
      )
      expect([name, found.ok && found.resolved.field.name]).toEqual([name, name])
    }
  })

  test('an argument behind a dot', () => {
    const argument = (name: string) => {
      const lookup = catalogueOf('syscall').lookup(name)
      return lookup.ok
        ? [lookup.resolved.field.name, lookup.resolved.argument, lookup.resolved.type]
        : lookup.error
    }
    expect(argument('evt.arg.path')).toEqual(['evt.arg', 'path', 'CHARBUF'])
    expect(argument('evt.rawarg.res')).toEqual(['evt.rawarg', 'res', 'ERRNO'])
    expect(argument('k8s.pod.label.app.kubernetes')).toEqual(['k8s.pod.label', 'app.kubernetes', 'CHARBUF'])
    expect(argument('evt.args')).toEqual(['evt.args', undefined, 'CHARBUF'])
  })

  test("messages are Falco's", () => {
    expect(error('syscall', 'proc.nme')).toBe('filter_check called with nonexistent field proc.nme')
    expect(error('syscall', 'proc.name', '1')).toBe('filter_check called with nonexistent field proc.name[1]')
    expect(error('k8s_audit', 'ka.uri.param')).toBe(
      "filter 'ka.uri.param': ka.uri.param requires an argument but none provided",
    )
    expect(error('k8s_audit', 'ka.verb', 'x')).toBe(
      "filter 'ka.verb[x]': ka.verb does not allow nor require an argument but one is provided: x",
    )
    expect(error('k8s_audit', 'ka.sourceips', 'x')).toBe(
      'filter ka.sourceips[x] ka.sourceips has an invalid index argument not composed only by digits: x',
    )
    expect(error('k8s_audit', 'ka.sourceips', '01')).toBe(
      'filter ka.sourceips[01] ka.sourceips has an invalid index argument starting with 0: 01',
    )
  })

  test('the nearest name is suggested', () => {
    expect(catalogueOf('syscall').suggest('proc.nmae')).toBe('proc.name')
    expect(catalogueOf('k8s_audit').suggest('ka.target.resourse')).toBe('ka.target.resource')
    expect(catalogueOf('k8s_audit').suggest('completely.different.thing')).toBeUndefined()
  })
})

describe('extraction', () => {
  const read = (field: string, argument: string | undefined, event: object) =>
    auditExtractor(field, argument)?.({ auditID: 'a', ...event })

  test('a parameter of the query', () => {
    const event = { requestURI: '/api/v1/namespaces/a/pods/b/exec?command=sh&command=-c&stdin=true' }
    expect(read('ka.uri.param', 'command', event)).toBe('sh')
    expect(read('ka.uri.param', 'tty', event)).toBeUndefined()
    expect(read('ka.uri.param', 'tty', { requestURI: '/healthz' })).toBeUndefined()
    expect(read('ka.uri.param', '?tty', { requestURI: '/pods??tty=1' })).toBe('1')
  })

  test('a host path that a volume mounts', () => {
    const event = {
      requestObject: {
        spec: {
          volumes: [
            { name: 'a', emptyDir: {} },
            { name: 'b', hostPath: { path: '/var/run/docker.sock' } },
          ],
        },
      },
    }
    expect(read('ka.req.volume.hostpath', '/var/run/docker.sock', event)).toBe('true')
    expect(read('ka.req.volume.hostpath', '/var/*', event)).toBe('true')
    expect(read('ka.req.volume.hostpath', '/etc', event)).toBe('false')
    expect(read('ka.req.pod.volumes.hostpath', undefined, event)).toEqual(['/var/run/docker.sock'])
    expect(read('ka.req.pod.volumes.volume_type', undefined, event)).toEqual(['emptyDir', 'hostPath'])
  })

  test('subjects of a binding', () => {
    const subjects = [
      { kind: 'User', name: 'jane' },
      { kind: 'Group', name: 'ops' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' },
    ]
    const event = { requestObject: { subjects } }
    expect(read('ka.req.binding.subjects.user_names', undefined, event)).toEqual(['jane'])
    expect(read('ka.req.binding.subjects.group_names', undefined, event)).toEqual(['ops'])
    expect(read('ka.req.binding.subjects.serviceaccount_names', undefined, event)).toEqual(['robot'])
    expect(read('ka.req.binding.subjects.serviceaccount_ns_names', undefined, event)).toEqual(['shop:robot'])
  })

  test('the lists of containers stand apart', () => {
    const container = (name: string, privileged: boolean) => ({
      name,
      image: `registry/${name}:1`,
      securityContext: { privileged },
    })
    const event = {
      requestObject: {
        spec: {
          containers: [container('a', false)],
          initContainers: [container('b', true)],
          ephemeralContainers: [container('c', true)],
        },
      },
    }
    expect(read('ka.req.pod.containers.privileged', undefined, event)).toEqual(['false'])
    expect(read('ka.req.pod.initContainers.privileged', undefined, event)).toEqual(['true'])
    expect(read('ka.req.pod.ephemeralContainers.image.repository', '0', event)).toEqual(['registry/c'])
    expect(read('ka.req.container.image.repository', undefined, event)).toBe('registry/a')
    expect(read('ka.req.container.privileged', undefined, event)).toBe('false')
  })

  test('a JSON pointer, with or without its leading slash', () => {
    const event = { annotations: { 'a/b~c': { d: [1, { e: null }] } } }
    expect(read('jevt.value', '/annotations/a~1b~0c/d/0', event)).toBe('1')
    expect(read('json.value', 'annotations/a~1b~0c/d/1', event)).toBe('{"e":null}')
    expect(read('json.value', '/annotations/a~1b~0c/d/1/e', event)).toBe('null')
    expect(read('json.value', '/annotations/a~1b~0c/d/2', event)).toBeUndefined()
  })

  test('JSON without an auditID is no audit event', () => {
    expect(everyAuditField({ verb: 'get', objectRef: { name: 'a' } })).toEqual({})
    expect(auditExtractor('json.value', '/verb')?.({ verb: 'get' })).toBe('get')
  })

  test('any JSON is answered', () => {
    const shapes = fc.record(
      {
        auditID: fc.jsonValue(),
        requestURI: fc.jsonValue(),
        objectRef: fc.jsonValue(),
        requestObject: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              rules: fc.jsonValue(),
              subjects: fc.jsonValue(),
              spec: fc.record(
                { containers: fc.jsonValue(), volumes: fc.jsonValue(), ports: fc.jsonValue() },
                { requiredKeys: [] },
              ),
            },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: ['auditID'] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shapes), (event) => {
        for (const value of Object.values(everyAuditField(event))) {
          const texts = Array.isArray(value) ? value : [value ?? '']
          expect(texts.every((text) => typeof text === 'string')).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
