import { once } from 'node:events'
import { createServer } from 'node:http'
import { Counter, Gauge, Registry } from 'prom-client'
import { reasonOf } from '../../messages/index.ts'
import type { AlertOutput } from '../../runtime/detection/index.ts'
import { addressIn, EVERY_HOST } from '../address.ts'
import { UsageError } from '../exit.ts'
import { detectMessages } from './messages.ts'
import type { SensorHealth } from './sensor-watch.ts'
import type { Tally } from './tally.ts'

const { make } = detectMessages

/** What detection has counted; read whenever the metrics are. */
export interface Counted {
  readonly tally: Tally
  readonly outputs: () => readonly AlertOutput[]
  /** Where the events are those of this machine's kernel. */
  readonly sensor?: {
    readonly health: Readonly<SensorHealth>
    counts(): { readonly events: number; readonly drops: Readonly<Record<string, number>> }
  }
}

type Samples = () => Iterable<readonly [labels: Record<string, string>, value: number]>

/** The metrics of detection for Prometheus. */
export function detectionMetrics({ tally, outputs, sensor }: Counted): Registry {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[], samples: Samples) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [labels, value] of samples()) this.inc(labels, value)
      },
    })
  counter('haetae_detect_events_total', 'Events held against rules.', [], () => [[{}, tally.events]])
  counter('haetae_detect_problems_total', 'Problems of the input.', [], () => [[{}, tally.problems]])
  counter('haetae_alerts_total', 'Alerts raised, by rule.', ['rule'], () =>
    [...tally.byRule].map(([rule, count]) => [{ rule }, count] as const),
  )
  counter('haetae_output_dropped_total', 'Alerts that an output could not deliver.', ['output'], () =>
    outputs().map(({ name, counts }) => [{ output: name }, counts.dropped] as const),
  )
  if (sensor === undefined) return registry
  counter('haetae_sensor_events_total', 'Events that the sensor told of.', [], () => [
    [{}, sensor.counts().events],
  ])
  counter('haetae_sensor_drops_total', 'Events that were lost, by cause.', ['cause'], () =>
    Object.entries(sensor.counts().drops).map(([cause, count]) => [{ cause }, count] as const),
  )
  counter('haetae_sensor_stops_total', 'Times that the sensor ended by itself or was killed.', [], () => [
    [{}, sensor.health.stops],
  ])
  counter('haetae_sensor_gap_seconds_total', 'Seconds in which nothing was seen.', [], () => [
    [{}, sensor.health.gapSeconds],
  ])
  new Gauge({
    name: 'haetae_sensor_up',
    help: 'Whether the sensor sees events.',
    registers,
    collect() {
      this.set(sensor.health.isUp ? 1 : 0)
    },
  })
  return registry
}

/**
 * Answers `GET /metrics` at an address.
 *
 * @returns where it listens, and what ends it
 * @throws UsageError where it cannot listen there
 */
export async function serveMetrics(
  address: string,
  registry: Registry,
): Promise<{ readonly url: string; close(): void }> {
  const parsed = addressIn(address)
  if (parsed === undefined) throw cannotListen(address, 'ADDRESS:PORT')
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    void registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  const listening = once(server, 'listening')
  server.listen(parsed.port, parsed.host === '' ? EVERY_HOST : parsed.host)
  try {
    await listening
  } catch (error) {
    throw cannotListen(address, reasonOf(error))
  }
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : parsed.port
  return {
    url: `http://${parsed.host === '' ? EVERY_HOST : parsed.host}:${port}/metrics`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function cannotListen(address: string, reason: string): UsageError {
  return new UsageError('ERR_METRICS', make['bad-metrics']({ address, reason }), detectMessages)
}
