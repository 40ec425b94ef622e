import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { measureNode } from './measure.ts'

type Emit = (line: { name: string; value: number; unit: string }) => void

const BIG_BYTES = Number(process.env['HAETAE_BENCH_LOG_BYTES'] ?? 2 * 1024 ** 3)
const SMALL_BYTES = BIG_BYTES / 16

/** A process that reads a log and does nothing with it. */
const READER = new URL('./audit-read-process.ts', import.meta.url).pathname

const MAIN = new URL('../src/cli/main.ts', import.meta.url).pathname

/** Measures reading of audit logs, by itself and for detection: events a second on one core, and whether memory grows with the log's size. */
export async function run(emit: Emit): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const [small, big, compressed] = ['small.log', 'big.log', 'small.log.gz'].map((name) =>
      join(folder, name),
    ) as [string, string, string]
    await pipeline(log(SMALL_BYTES), createWriteStream(small))
    await pipeline(log(BIG_BYTES), createWriteStream(big))
    await pipeline(log(SMALL_BYTES), createGzip({ level: 6 }), createWriteStream(compressed))
    const empty = measureNode([READER])
    const short = measure(small)
    const long = measure(big)
    emit({ name: 'audit-read/file/bytes', value: long.bytes, unit: 'bytes' })
    emit({ name: 'audit-read/file/events', value: rate(long, empty.cpu), unit: 'events/s' })
    emit({
      name: 'audit-read/file/throughput',
      value: Math.round(long.bytes / (long.cpu - empty.cpu) / 1e6),
      unit: 'MB/s',
    })
    emit({
      name: 'audit-read/gzip/events',
      value: rate(measure(compressed, short.bytes), empty.cpu),
      unit: 'events/s',
    })
    emit({ name: 'audit-read/file/memory-at-most-400', value: Math.round(long.memory), unit: 'MB' })
    emit({
      name: 'audit-read/file/memory-of-a-sixteenth',
      value: round(long.memory / short.memory),
      unit: 'x',
    })
    const [detected, detectedShort] = [detection(big), detection(small)]
    emit({ name: 'audit-read/detect/events', value: rate(detected, empty.cpu), unit: 'events/s' })
    emit({ name: 'audit-read/detect/memory-at-most-400', value: Math.round(detected.memory), unit: 'MB' })
    emit({
      name: 'audit-read/detect/memory-of-a-sixteenth',
      value: round(detected.memory / detectedShort.memory),
      unit: 'x',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measure(path: string, bytes = statSync(path).size) {
  return { ...measureNode([READER, path]), bytes }
}

/** The whole command, with all shipped rules. */
function detection(path: string) {
  const command = [MAIN, 'detect', '--quiet', '--events', path, '--output', 'file=/dev/null']
  return { ...measureNode(command), bytes: statSync(path).size }
}

function rate({ bytes, cpu }: { bytes: number; cpu: number }, startUp: number): number {
  return Math.round(bytes / AVERAGE_BYTES / (cpu - startUp))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** Lines in the mixture that an API server writes: mostly metadata, some with the bodies of requests. */
const LINES: readonly string[] = Array.from({ length: 997 }, (_, index) => {
  const name = `web-${index}-7d4b9c6f5d-x${index}`
  const user = index % 3 === 0 ? 'system:serviceaccount:shop:deployer' : `system:node:node-${index % 40}`
  return `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: index % 10 === 0 ? 'Request' : 'Metadata',
    auditID: `6f1c2a3b-${index}-4d5e-8f90-abcdef012345`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/shop/pods/${name}/status?timeout=10s`,
    verb: index % 10 === 0 ? 'update' : 'get',
    user: { username: user, uid: 'a1b2c3', groups: ['system:nodes', 'system:authenticated'] },
    sourceIPs: [`10.0.${index % 7}.${index % 250}`],
    userAgent: 'kubelet/v1.34.0 (linux/amd64) kubernetes/abc1234',
    objectRef: { resource: 'pods', namespace: 'shop', name, apiVersion: 'v1', subresource: 'status' },
    responseStatus: { metadata: {}, code: 200 },
    ...(index % 10 === 0 && { requestObject: body(name) }),
    requestReceivedTimestamp: '2026-01-02T03:04:05.123456Z',
    stageTimestamp: '2026-01-02T03:04:05.130000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  })}\n`
})

const AVERAGE_BYTES = LINES.reduce((sum, { length }) => sum + length, 0) / LINES.length

function body(name: string): object {
  const container = { name: 'web', image: 'registry.example/web:1.2.3', env: [{ name: 'A', value: 'b' }] }
  const status = { phase: 'Running', conditions: Array(4).fill({ type: 'Ready', status: 'True' }) }
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name },
    spec: { containers: [container, container] },
    status,
  }
}

function* log(bytes: number): Generator<Buffer> {
  const block = Buffer.from(LINES.join(''))
  for (let written = 0; written < bytes; written += block.length) yield block
}
