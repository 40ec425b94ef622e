import { get } from 'node:https'
import { cpuOf, send, type Target, type Watch, watchesAlone, watchesShared } from './gateway/client.ts'
import { type Setting, withGate } from './gateway/setting.ts'
import { median, ratio } from './measure.ts'
import type { Line } from './run.ts'

/** Clients that are told of each change. */
const WATCHERS = 100
const CHANGES = 100
const ROUNDS = 5
const MANY_WATCHERS = 1000

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
const WATCH = `${CONFIG_MAPS}?watch=1`

/**
 * Watches through the gate beside watches straight at the API server: what the gate's processor time an event is of the
 * API server's own, and the gate's memory with a thousand clients that watch.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  await withGate('gateway-watch', async (setting) => {
    await send(setting.direct, 'POST', CONFIG_MAPS, '{"metadata":{"name":"one"},"data":{"a":"b"}}')
    await measureEvents(setting, report)
    await measureMemory(setting, report)
  })
}

/** How the watches of clients come, to the gate as to the API server. */
const FORMS = [
  { form: 'one connection each', watches: watchesAlone },
  { form: '32 connections, HTTP/2', watches: watchesShared },
]

async function measureEvents({ direct, gated, gate, server }: Setting, report: (line: Line) => void) {
  const rounds = FORMS.map(() => ({ own: [] as number[], writing: [] as number[], gate: [] as number[] }))
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, { watches }] of FORMS.entries()) {
      const spent = {
        writing: await changes(direct, undefined, server),
        own: await changes(direct, watches(direct), server),
        gate: await changes(direct, watches(gated), gate.pid),
      }
      // The first round is to get warm.
      if (round > 0)
        for (const which of ['own', 'writing', 'gate'] as const) rounds[index]?.[which].push(spent[which])
    }
  for (const [index, { form }] of FORMS.entries()) {
    const spent = rounds[index] ?? { own: [], writing: [], gate: [] }
    // Writing the changes is no part of telling them. Both vary by more than what lies between two of one round.
    const own = median(spent.own) - median(spent.writing)
    const through = median(spent.gate)
    for (const [who, seconds] of [
      ['API server', own],
      ['gate', through],
    ] as const) {
      const value = Math.round((seconds / (WATCHERS * CHANGES)) * 1e7) / 10
      report({ name: `gateway: CPU of the ${who} for an event of a watch (${form})`, value, unit: 'µs' })
    }
    report({
      name: `gateway: CPU of the gate for an event of a watch (${form}), of the API server's own (limit 0.5)`,
      value: ratio(through, own),
      unit: 'x',
    })
  }
}

let value = 0

/** @param watch - where the watchers are; none: nobody watches. @returns seconds of the process, until all have been told */
async function changes(writer: Target, watch: Watch | undefined, pid: number): Promise<number> {
  let told = 0
  let finished: () => void = () => undefined
  const all = new Promise<void>((done) => {
    finished = done
  })
  const ends: (() => void)[] = []
  const version = await resourceVersion(writer)
  if (watch !== undefined)
    for (let index = 0; index < WATCHERS; index++)
      ends.push(
        await watch(`${WATCH}&resourceVersion=${version}`, (count) => {
          told += count
          if (told >= WATCHERS * CHANGES) finished()
        }),
      )
  const before = cpuOf(pid)
  for (let index = 0; index < CHANGES; index++)
    await send(
      writer,
      'PATCH',
      `${CONFIG_MAPS}/one`,
      `{"data":{"a":"${++value}"}}`,
      'application/merge-patch+json',
    )
  if (watch !== undefined) await all
  const seconds = cpuOf(pid) - before
  for (const end of ends) end()
  return seconds
}

/** From which on a watch is told what is new. */
function resourceVersion({ host, port, agent }: Target): Promise<string> {
  return new Promise((done, fail) => {
    get({ host, port, agent, path: `${CONFIG_MAPS}?limit=1` }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part
        })
        .on('end', () => done(JSON.parse(text).metadata.resourceVersion))
    }).on('error', fail)
  })
}

async function measureMemory({ gated, gate }: Setting, report: (line: Line) => void) {
  const ends: (() => void)[] = []
  const watch = watchesAlone(gated)
  while (ends.length < MANY_WATCHERS)
    ends.push(...(await Promise.all(Array.from({ length: 20 }, () => watch(WATCH, () => undefined)))))
  const name = `gateway: memory with ${MANY_WATCHERS} clients that watch (limit 500)`
  report({ name, value: Math.round(gate.memory()), unit: 'MB' })
  for (const end of ends) end()
}
