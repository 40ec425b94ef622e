import { spawn } from 'node:child_process'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'
import { until } from '../setup/work.ts'

/** An alert as it stands in a line of output. */
export interface Alert {
  readonly rule: string
  readonly priority: string
  readonly time: string
  readonly output: string
  readonly output_fields: Readonly<Record<string, unknown>>
}

/** `haetae detect --live` at work on this node. */
export interface WatchedNode {
  /** Those raised so far. */
  alerts(): readonly Alert[]
  /** The first alert that will do, once it is there. @throws Error after three minutes */
  alert(rule: string, isIt: (alert: Alert) => boolean): Promise<Alert>
  /** What it said on standard error so far. */
  said(): string
  stop(): Promise<number | null>
}

/** Starts it and waits until the sensor sees events. */
export async function watchNode(sensor: string, args: readonly string[]): Promise<WatchedNode> {
  const options = ['--sensor', sensor, '--format', 'jsonl', '--stats', '--lang', 'en']
  const run = start(['detect', '--live', ...options, ...args])
  const alerts = () => jsonLines<Alert>(run.stdout())
  const node: WatchedNode = {
    alerts,
    alert: (rule, isIt) =>
      until(
        async () => alerts().find((alert) => alert.rule === rule && isIt(alert)),
        `an alert of "${rule}"`,
      ),
    said: run.stderr,
    stop: run.stop,
  }
  try {
    await seen(node)
  } catch (error) {
    endLeftovers()
    throw error
  }
  return node
}

/** A reading of a sensitive file that is seen says that the sensor is at work. */
async function seen(node: WatchedNode): Promise<void> {
  await until(async () => {
    spawn('cat', ['/etc/shadow'], { stdio: 'ignore' })
    return node.alerts().length > 0 || undefined
  }, `the sensor (${node.said()})`)
}
