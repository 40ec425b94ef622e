import { spawn } from 'node:child_process'
import { endLeftovers, start } from '../setup/running.ts'
import { until } from '../setup/work.ts'
import { type Alert, alertsOf } from './alerts.ts'

/** `haetae detect --live` at work on this node. */
export interface WatchedNode {
  /** Those raised so far. */
  alerts(): readonly Alert[]
  /** The first alert that will do, once it is there. @throws Error after five minutes */
  alert(rule: string, isIt: (alert: Alert) => boolean): Promise<Alert>
  /** What it said on standard error so far. */
  said(): string
  stop(): Promise<number | null>
}

/** Starts it and waits until the sensor sees events. */
export async function watchNode(sensor: string, args: readonly string[]): Promise<WatchedNode> {
  const options = ['--sensor', sensor, '--format', 'jsonl', '--stats', '--lang', 'en']
  const run = start(['detect', '--live', ...options, ...args])
  const alerts = () => alertsOf(run)
  const node: WatchedNode = {
    alerts,
    alert: (rule, isIt) =>
      until(
        async () => alerts().find((alert) => alert.rule === rule && isIt(alert)),
        () => `an alert of "${rule}" among ${alerts().map((alert) => alert.output)}${run.stderr()}`,
      ),
    said: run.stderr,
    stop: run.stop,
  }
  try {
    // A reading of a sensitive file that is seen says that the sensor is at work.
    await run.until(() => {
      spawn('cat', ['/etc/shadow'], { stdio: 'ignore' })
      return alerts().some(({ source }) => source === 'syscall')
    })
  } catch (error) {
    endLeftovers()
    throw error
  }
  return node
}
