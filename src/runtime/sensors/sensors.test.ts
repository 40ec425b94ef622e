import { expect, test } from 'vitest'
import type { AuditBatches, AuditItem } from '../../api-access/audit/index.ts'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { type SensedSyscallEvent, senseAuditEvents, senseSyscallEvents, sensorMessages } from './index.ts'
import type { Sensor } from './sensor.ts'
import { MOST_CHARACTERS } from './strace/kept-texts.ts'

async function all<E>(sensor: Sensor<E>) {
  const events: E[] = []
  const problems: { code: string; line: number; isLoss: boolean }[] = []
  for await (const batch of sensor) {
    events.push(...batch.events)
    problems.push(
      ...batch.problems.map(({ code, position, isLoss }) => ({ code, line: position.line, isLoss })),
    )
  }
  return { events, problems }
}

async function* chunks(...texts: readonly (string | Buffer)[]) {
  for (const text of texts) yield Buffer.from(text)
}

test('events of the kernel, cut anywhere', async () => {
  const lines =
    '{"num":1,"ts":"1000","type":"open","fields":{"fd.name":"/é"}}\n{"fields":{"evt.type":"close"}}'
  const bytes = Buffer.from(lines)
  for (let cut = 0; cut <= bytes.length; cut++) {
    const sensed = await all(senseSyscallEvents(chunks(bytes.subarray(0, cut), bytes.subarray(cut)), '-'))
    expect(sensed).toEqual({
      events: [
        { num: 1, ts: '1000', type: 'open', fields: { 'fd.name': '/é' } },
        { fields: { 'evt.type': 'close' } },
      ],
      problems: [],
    })
  }
})

test('what is no event is told with its line, and nothing else is lost', async () => {
  const good = '{"type":"open","fields":{}}\n'
  const text = [
    good,
    '{"type":\n',
    '[1]\n',
    '{"type":1,"fields":{}}\n',
    '{"fields":{"a":{}}}\n',
    '\n',
    Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff]), Buffer.from('","fields":{}}\n')]),
    good,
    '{"type":"op',
  ]
  const { events, problems } = await all(senseSyscallEvents(chunks(...text), '-'))
  expect(events.map(({ type }) => type)).toEqual(['open', '\ufffd', 'open'])
  expect(problems).toEqual([
    { code: 'ERR_NOT_JSON', line: 2, isLoss: true },
    { code: 'ERR_NOT_AN_EVENT', line: 3, isLoss: true },
    { code: 'ERR_NOT_AN_EVENT', line: 4, isLoss: true },
    { code: 'ERR_NOT_AN_EVENT', line: 5, isLoss: true },
    { code: 'ERR_INVALID_UTF8', line: 7, isLoss: false },
    { code: 'ERR_NOT_JSON', line: 9, isLoss: true },
  ])
})

test('an error of the source is told, and what came before it is kept', async () => {
  async function* broken() {
    yield Buffer.from('{"fields":{}}\n')
    throw Object.assign(new Error('read'), { code: 'EIO' })
  }
  const { events, problems } = await all(senseSyscallEvents(broken(), 'file'))
  expect(events).toEqual([{ fields: {} }])
  expect(problems).toEqual([{ code: 'ERR_UNREADABLE', line: 0, isLoss: true }])
})

test('audit events are numbered, and know when they arrived', async () => {
  const event = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a' } as const
  const position = { source: '-', line: 1, offset: 0 }
  const problem = sensorMessages.make['not-json']({})
  async function* batches(): AuditBatches {
    const items: AuditItem[] = [
      { event, position, bytes: 1 },
      { code: 'ERR_NOT_JSON', problem, position },
    ]
    yield items
    yield [{ event, position, bytes: 1 }]
  }
  expect(await all(senseAuditEvents(batches()))).toEqual({
    events: [
      { event, num: 1 },
      { event, num: 2 },
    ],
    problems: [{ code: 'ERR_NOT_JSON', line: 1, isLoss: true }],
  })
  const { events } = await all(senseAuditEvents(batches(), () => 7n))
  expect(events.map(({ received }) => received)).toEqual([7n, 7n])
})

test('in both languages', () => {
  const { make } = sensorMessages
  const messages = [
    make['not-json']({}),
    make['not-an-event']({}),
    make['left-out']({ count: 3, group: '' }),
    make['left-out']({ count: 0, group: '/kubepods/a' }),
    make['too-long']({ bytes: 2, limit: 1 }),
    make['too-many-processes']({ limit: 1 }),
    make['too-many-descriptors']({ limit: 1 }),
    make['too-many-texts']({ limit: 1 }),
    make['invalid-utf8']({ byte: 3 }),
    make.unreadable({ reason: 'EIO' }),
    make['not-a-capture']({}),
    make['capture-order']({}),
    make['capture-version']({ version: 2 }),
    make['capture-cut']({ offset: 1 }),
    make['capture-block']({ offset: 1, bytes: 3 }),
    make['capture-record']({ offset: 1, list: 'users' }),
    make['capture-event']({ offset: 1 }),
  ]
  for (const language of LANGUAGES)
    for (const message of messages) expect(createRenderer([sensorMessages], language)(message)).not.toBe('')
})

test('text of strace whose processes hand on ever more descriptors is read within bounds, which is told once', async () => {
  const COUNT = 100_000
  async function* text() {
    for (let at = 0; at < COUNT; at++) yield Buffer.from(`1 openat(AT_FDCWD, "/x", O_RDONLY) = ${at}\n`)
    for (let at = 0; at < COUNT; at++) yield Buffer.from(`1 clone(flags=SIGCHLD) = ${at + 2}\n`)
    yield Buffer.from('9 +++ exited with 0 +++\n1 read(7, "", 1) = 0\n')
  }
  let count = 0
  let last: SensedSyscallEvent | undefined
  const problems: unknown[] = []
  for await (const batch of senseSyscallEvents(text(), 'text')) {
    for (const event of batch.events) {
      count++
      last = event
    }
    problems.push(...batch.problems.map(({ code, position, isLoss }) => [code, position.line, isLoss]))
  }
  expect(count).toBe(2 * COUNT + 2)
  expect(last?.fields).toMatchObject({ 'fd.name': '/x' })
  expect(problems).toEqual([
    ['ERR_TOO_MANY', COUNT + 1, true],
    ['ERR_TOO_MANY', 2 * COUNT, true],
  ])
})

test('text of strace whose calls begin and never end is read within bounds, which is told once', async () => {
  const [COUNT, LENGTH] = [100, 1024 * 1024]
  const beginning = 'x'.repeat(LENGTH)
  async function* text() {
    for (let at = 1; at <= COUNT; at++) yield Buffer.from(`${at} read(3, "${beginning}", <unfinished ...>\n`)
    for (let at = 1; at <= COUNT; at++) yield Buffer.from(`${at} <... read resumed>9) = 9\n`)
    yield Buffer.from(`1 read(3, "${beginning}", <unfinished ...>\n1 <... read resumed>9) = 9\n`)
  }
  const lengths: number[] = []
  const problems: unknown[] = []
  for await (const batch of senseSyscallEvents(text(), 'text')) {
    for (const { fields } of batch.events) lengths.push(String(fields['evt.args']).length)
    problems.push(...batch.problems.map(({ code, position, isLoss }) => [code, position.line, isLoss]))
  }
  const kept = lengths.slice(0, COUNT).filter((length) => length > LENGTH).length
  // What is counted for each beside its text is little.
  expect(kept).toBe(MOST_CHARACTERS / LENGTH - 1)
  expect(problems).toEqual([['ERR_TOO_MANY', kept + 1, true]])
  expect(lengths.at(-1)).toBeGreaterThan(LENGTH)
})
