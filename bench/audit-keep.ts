import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuditEvent,
  type AuditSink,
  createRedactor,
  decodeAuditEvents,
  openFileSink,
  openStoreSink,
} from '../src/api-access/audit/index.ts'

const FOLDER = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco/k8s_audit_events')
const MEASURED_MILLISECONDS = 2000
const BATCH_EVENTS = 500

/** Measures what an event costs on its way to where it is kept: redaction, the file, the store, each with and without the chain. */
export async function run(
  emit: (line: { name: string; value: number; unit: string }) => void,
): Promise<void> {
  if (!existsSync(FOLDER)) {
    console.error(`skipped: no audit events in ${FOLDER}`)
    return
  }
  const events = recordedEvents()
  const withoutBodies = events.map(({ requestObject: _, responseObject: __, ...event }) => event)
  const redact = createRedactor()
  emit({ name: 'audit-keep/redact/metadata', value: redactions(withoutBodies), unit: 'events/s' })
  emit({ name: 'audit-keep/redact/bodies', value: redactions(events), unit: 'events/s' })

  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const sinks: readonly [string, () => Promise<AuditSink>][] = [
      ['file', () => openFileSink({ path: join(folder, 'plain.log') })],
      ['file-chained', () => openFileSink({ path: join(folder, 'chained.log'), chain: {} })],
      ['store', () => openStoreSink({ path: join(folder, 'plain.db') })],
      ['store-chained', () => openStoreSink({ path: join(folder, 'chained.db'), chain: {} })],
    ]
    for (const [name, open] of sinks)
      emit({ name: `audit-keep/${name}`, value: await writes(await open(), events), unit: 'events/s' })
  } finally {
    rmSync(folder, { recursive: true })
  }

  function redactions(list: readonly AuditEvent[]): number {
    const once = () => list.forEach(redact)
    for (let round = 0; round < 50; round++) once()
    const start = performance.now()
    let done = 0
    for (; performance.now() - start < MEASURED_MILLISECONDS; done += list.length) once()
    return Math.round((done / (performance.now() - start)) * 1000)
  }
}

/** Each event is a new one, as the store keeps none twice. */
async function writes(sink: AuditSink, events: readonly AuditEvent[]): Promise<number> {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < MEASURED_MILLISECONDS) {
    const batch = Array.from({ length: BATCH_EVENTS }, (_, index) => ({
      ...(events[index % events.length] as AuditEvent),
      auditID: `bench-${done + index}`,
    }))
    await sink.write(batch)
    done += batch.length
  }
  await sink.flush()
  const perSecond = Math.round((done / (performance.now() - start)) * 1000)
  await sink.close()
  return perSecond
}

function recordedEvents(): AuditEvent[] {
  return readdirSync(FOLDER)
    .flatMap((file) => readFileSync(join(FOLDER, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .flatMap((line) => decodeAuditEvents(JSON.parse(line)))
    .flatMap((decoded) => ('event' in decoded ? [decoded.event] : []))
}
