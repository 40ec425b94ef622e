import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { jsonLines, type Running } from '../setup/running.ts'

/** An alert as it stands in a line of output. */
export interface Alert {
  readonly rule: string
  readonly priority: string
  readonly source: string
  readonly time: string
  readonly output: string
  readonly output_fields: Readonly<Record<string, unknown>>
}

/** The alerts that a command has written so far. @param rule - of this one alone */
export function alertsOf(run: Running, rule?: string): readonly Alert[] {
  const alerts = jsonLines<Alert>(run.stdout())
  return rule === undefined ? alerts : alerts.filter((alert) => alert.rule === rule)
}

/** Whether an alert is about the program `cat`: others of the machine may do the same meanwhile. */
export function isOfCat({ output_fields: fields }: Alert): boolean {
  return fields['proc.name'] === 'cat'
}

/**
 * Fails where a loss was silent: a machine may be too busy for the sensor, and then its exit status is 3 and an alert tells of
 * it. Without a loss the status is 0, and there is none.
 *
 * @param said - on standard error, with `--stats`
 */
export function expectLossesTold(status: number | null, alerts: readonly Alert[], said: string): void {
  const lost = Number(/"lost":(\d+)/.exec(said)?.[1])
  const told = alerts.filter(({ source }) => source === 'internal').map(({ output }) => output)
  expect({ status, isTold: told.length > 0, said, told }).toMatchObject({
    status: lost === 0 ? 0 : 3,
    isTold: lost !== 0,
  })
}

/** A rule that nothing but `readMarked` gives reason to. */
export const MARKED_RULE = `
- rule: Marked
  desc: a file of a name
  condition: evt.type in (open, openat) and fd.name endswith haetae-marked
  output: opened by %proc.name in %container.name
  priority: WARNING
`

/** A condition for `until`: does what the rule is about, until as many alerts are there. */
export function readMarked(run: Running, least: number): () => boolean {
  return () => {
    spawnSync('cat', ['/tmp/haetae-marked'], { stdio: 'ignore' })
    return alertsOf(run, 'Marked').length >= least
  }
}
