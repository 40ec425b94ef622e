import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds that the machine is left alone after a switch: what the kernel put off is done by then. */
const SETTLING = 50
/** To load its programs takes a sensor seconds. */
const LONGEST_SWITCH = 60_000

/** A command that runs with a sensor of its own. */
export interface WithSensor {
  readonly haetae: number
  readonly sensor: number
}

/**
 * Builds a sensor that can be taken out of the kernel and put back (sensor/attach.h): to start one takes seconds, in which the
 * machine changes more than by what is measured.
 *
 * @param folder - of the sensor's sources, where the build goes too
 * @returns the path of the program
 */
export function buildSwitchable(folder: string): string {
  const out = join(folder, 'switchable')
  execFileSync('make', ['-s', '-C', folder, 'SWITCHABLE=1', `OUT=${out}`])
  return join(out, 'haetae-sensor')
}

/** What of a switchable sensor is in the kernel: its programs, none, or instead of them one that does nothing. */
export type Switch = 'in' | 'out' | 'nothing'

const SIGNALS = { in: 'SIGUSR2', out: 'SIGUSR1', nothing: 'SIGHUP' } as const

/** Switches a sensor; but for `in`, it and its reader stand still afterwards. */
export async function switchTo(to: Switch, { haetae, sensor }: WithSensor): Promise<void> {
  letRun({ haetae, sensor })
  process.kill(sensor, SIGNALS[to])
  await untilAttached(to !== 'out', sensor)
  if (to !== 'in') for (const pid of [haetae, sensor]) process.kill(pid, 'SIGSTOP')
  await sleep(SETTLING)
}

/** Lets a sensor and its reader go on; one that has ended has said why itself. */
export function letRun({ haetae, sensor }: WithSensor): void {
  for (const pid of [haetae, sensor]) if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGCONT')
}

/** Waits until a sensor's programs are in the kernel, or until they are not. @throws Error where that takes too long */
export async function untilAttached(isOn: boolean, sensor: number): Promise<void> {
  const end = performance.now() + LONGEST_SWITCH
  while (isAttached(sensor) !== isOn) {
    if (performance.now() > end)
      throw new Error(`the sensor's programs are ${isOn ? 'not ' : ''}in the kernel`)
    await sleep(1)
  }
}

function isAttached(sensor: number): boolean {
  const folder = `/proc/${sensor}/fd`
  return readdirSync(folder).some((fd) => targetOf(join(folder, fd)) === 'anon_inode:bpf_link')
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    // Closed since it was listed.
    return undefined
  }
}
