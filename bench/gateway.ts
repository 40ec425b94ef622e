import { cpuOf, load, send } from './gateway/client.ts'
import { type Setting, withGate } from './gateway/setting.ts'
import { median, ratio } from './measure.ts'
import type { Line } from './run.ts'

const REQUESTS = 2000
/** A gate runs for weeks: what is measured is its compiled code, not its compiler. */
const WARM_UP = 10_000
const ROUNDS = 5
const LIST = 500

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'

/**
 * Through the gate beside straight to the same API server: what the gate's processor time a request is of the API
 * server's own (limit 0.5), over 32 connections that stay open.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  await withGate('gateway', (setting) => measure(setting, report))
}

/** Names that are made up by the server meet each other now and then, and one request fails. */
let made = 0

async function measure({ direct, gated, gate, server }: Setting, report: (line: Line) => void) {
  for (let index = 0; index < LIST; index++)
    await send(direct, 'POST', CONFIG_MAPS, configMap(`m-${index}`, 'x'.repeat(200)))
  const shapes = [
    { name: 'get', method: 'GET', path: `${CONFIG_MAPS}/m-0`, requests: REQUESTS },
    { name: 'list of 500', method: 'GET', path: CONFIG_MAPS, requests: REQUESTS / 20 },
    {
      name: 'post',
      method: 'POST',
      path: '/api/v1/namespaces/kube-public/configmaps',
      requests: REQUESTS / 2,
    },
  ]
  for (const { name, method, path, requests } of shapes) {
    const body = method === 'POST' ? () => configMap(`p-${made++}`, 'b') : undefined
    const warmUp = name === 'get' ? WARM_UP : requests
    await load(gated, warmUp, method, path, body)
    const rounds: { own: number; gate: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const own = await spent(server, () => load(direct, requests, method, path, body))
      rounds.push({ own, gate: await spent(gate.pid, () => load(gated, requests, method, path, body)) })
    }
    const microseconds = (which: 'own' | 'gate') =>
      Math.round((median(rounds.map((round) => round[which])) / requests) * 1e6)
    report({ name: `gateway: CPU of the API server for a ${name}`, value: microseconds('own'), unit: 'µs' })
    report({ name: `gateway: CPU of the gate for a ${name}`, value: microseconds('gate'), unit: 'µs' })
    report({
      name: `gateway: CPU of the gate for a ${name}, of the API server's own (limit 0.5)`,
      value: median(rounds.map((round) => ratio(round.gate, round.own))),
      unit: 'x',
    })
  }
}

function configMap(name: string, value: string): string {
  return `{"metadata":{"name":"${name}"},"data":{"a":"${value}"}}`
}

async function spent(pid: number, work: () => Promise<void>): Promise<number> {
  const before = cpuOf(pid)
  await work()
  return cpuOf(pid) - before
}
