import type { AuditBatches, AuditEvent, AuditRecord, AuditSink } from '../../api-access/audit/index.ts'

/** Events that may wait for detection; who brings more waits. */
const WAITING = 10_000

/** A sink whose events are read in the same process. */
export interface DetectionSink {
  readonly sink: AuditSink
  /** What was written; read it once. Ends when the sink is closed. */
  readonly batches: AuditBatches
}

export function createDetectionSink(): DetectionSink {
  let waiting: AuditRecord[] = []
  let accepted = 0
  let isClosed = false
  let wakeReader = () => {}
  let wakeWriter = () => {}

  const sink: AuditSink = {
    async write(events) {
      while (waiting.length >= WAITING)
        await new Promise<void>((resolve) => {
          wakeWriter = resolve
        })
      waiting.push(...events.map((event) => record(event, ++accepted)))
      wakeReader()
    },
    async flush() {},
    stats: () => ({
      accepted,
      delivered: accepted - waiting.length,
      duplicates: 0,
      dropped: 0,
      failures: 0,
      waitingBytes: 0,
    }),
    async close() {
      isClosed = true
      wakeReader()
    },
  }

  async function* batches(): AuditBatches {
    for (;;) {
      if (waiting.length > 0) {
        const batch = waiting
        waiting = []
        wakeWriter()
        yield batch
      } else if (isClosed) return
      else
        await new Promise<void>((resolve) => {
          wakeReader = resolve
        })
    }
  }

  return { sink, batches: batches() }
}

function record(event: AuditEvent, line: number): AuditRecord {
  return { event, position: { source: 'gate', line, offset: 0 }, bytes: 0 }
}
