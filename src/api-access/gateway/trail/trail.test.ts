import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuditEvent, type AuditSink, compilePolicy, decodePolicy } from '../../audit/index.ts'
import { openJournal } from './journal.ts'
import type { Trace } from './trace.ts'
import { openTrail, type Trail } from './trail.ts'

let folder: string
/** Of trails that are open. */
const ends = new Set<() => Promise<void>>()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-trail-'))
})
afterEach(async () => {
  await Promise.all([...ends].map((end) => end()))
  rmSync(folder, { recursive: true })
})

const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
type Stage = (typeof STAGES)[number]

/** A trail whose policy keeps these stages, and the events that its sink has. */
function open(kept: readonly Stage[], journal: string, isStuck = false) {
  const omitStages = STAGES.filter((stage) => !kept.includes(stage))
  const decoded = decodePolicy({ omitStages, rules: [{ level: 'Metadata' }] })
  if ('error' in decoded) throw new Error(decoded.error)
  const events: AuditEvent[] = []
  const stuck = Promise.withResolvers<void>()
  const sink: AuditSink = {
    async write(given) {
      if (isStuck) await stuck.promise
      events.push(...given)
    },
    flush: async () => undefined,
    stats: () => ({ accepted: 0, delivered: 0, duplicates: 0, dropped: 0, failures: 0, waitingBytes: 0 }),
    close: async () => undefined,
  }
  const trail = openTrail({
    policy: compilePolicy(decoded.policy),
    redact: (event) => event,
    sinks: [sink],
    journal: openJournal({ folder: join(folder, journal) }),
  })
  const end = () => {
    ends.delete(end)
    stuck.resolve()
    return trail.close()
  }
  ends.add(end)
  return { trail, events, end }
}

const user = { name: 'jane', groups: [] }
const call = { requestURI: '/api/v1/pods', sourceIPs: ['127.0.0.1'], userAgent: '' }
const base = {
  user,
  apiGroup: '',
  apiVersion: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: '',
  name: '',
  path: '/api/v1/pods',
  resourceRequest: true,
}

async function begin(trail: Trail, verb: string): Promise<Trace> {
  const trace = trail.begin({ ...base, verb }, call)
  if (trace === undefined) throw new Error('there is no room')
  await trace.commit()
  return trace
}

/** @returns the events that a process makes which finds the folder as one that is ended now (`kill -9`) leaves it */
async function afterKill(kept: readonly Stage[]) {
  cpSync(join(folder, 'first'), join(folder, 'second'), {
    recursive: true,
    filter: (path) => !path.includes('lock'),
  })
  const { events, end } = open(kept, 'second')
  await end()
  return events.map(({ stage, annotations }) => [stage, annotations?.['haetae.io/recovered'] !== undefined])
}

describe('a request that was answered has its event after a `kill -9`, whichever stages the policy keeps', () => {
  const answered = (trace: Trace) => trace.complete(200)
  const streamed = (trace: Trace) => trace.started(200)
  const broken = (trace: Trace) => trace.panicked('broken')

  test.each<[string, string, readonly Stage[], (trace: Trace) => void, Stage]>([
    ['of the end', 'list', ['ResponseComplete'], answered, 'ResponseComplete'],
    ['of all', 'list', STAGES, answered, 'ResponseComplete'],
    [
      'all but of the end',
      'list',
      ['RequestReceived', 'ResponseStarted', 'Panic'],
      answered,
      'RequestReceived',
    ],
    [
      'all but of the end',
      'watch',
      ['RequestReceived', 'ResponseStarted', 'Panic'],
      streamed,
      'RequestReceived',
    ],
    ['of the beginning', 'list', ['RequestReceived'], answered, 'RequestReceived'],
    ['of a stream’s beginning', 'watch', ['ResponseStarted'], streamed, 'ResponseStarted'],
    ['of a stream’s beginning, refused', 'watch', ['ResponseStarted'], answered, 'ResponseStarted'],
    ['of what breaks', 'list', ['Panic'], broken, 'Panic'],
    ['of what breaks', 'watch', ['ResponseStarted', 'Panic'], broken, 'ResponseStarted'],
  ])('events %s: %s', async (_, verb, kept, answer, stage) => {
    // What was told stands nowhere but in the journal.
    const { trail } = open(kept, 'first', true)
    answer(await begin(trail, verb))
    expect(await afterKill(kept)).toEqual([[stage, true]])
  })
})

describe('the journal forgets a request', () => {
  test.each<[string, readonly Stage[], readonly string[]]>([
    ['list', STAGES, ['RequestReceived', 'ResponseComplete']],
    ['watch', STAGES, ['RequestReceived', 'ResponseStarted', 'ResponseComplete']],
    ['list', ['RequestReceived'], ['RequestReceived']],
    ['watch', ['RequestReceived', 'Panic'], ['RequestReceived']],
    ['list', ['ResponseStarted'], []],
    ['watch', ['ResponseStarted'], ['ResponseStarted']],
    ['watch', ['Panic'], []],
    ['list', [], []],
  ])('once its events are kept: a %s of which are kept %j', async (verb, kept, stages) => {
    const { trail, events, end } = open(kept, 'first')
    const trace = await begin(trail, verb)
    if (verb === 'watch') trace.started(200)
    trace.complete(200)
    await end()
    expect(events.map(({ stage }) => stage)).toEqual(stages)
    expect(trail.stats().open).toBe(0)
    expect(await afterKill(kept)).toEqual([])
  })

  test('that goes on, once its beginning is kept and no more of it will be', async () => {
    const { trail, events } = open(['RequestReceived', 'ResponseStarted'], 'first')
    const trace = await begin(trail, 'watch')
    await expect.poll(() => events.length).toBe(1)
    await expect.poll(() => trail.stats().open).toBe(0)
    // Nor does it come back.
    await trace.commit()
    expect(trail.stats().open).toBe(0)
  })
})
