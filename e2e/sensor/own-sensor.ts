import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A sensor that tells of one process and of those that come from it, whatever else the machine does: of a machine that is busy
 * there may be more events than there is room for, and a loss is an exit status of its own.
 *
 * @param folder - where it is made
 * @param pid - by default that of the tests, so that it tells of all that they start
 * @param option - of the sensor, besides
 * @returns its path, for `--sensor`
 */
export function ownSensor(
  sensor: string | undefined,
  folder: string,
  pid = process.pid,
  option = '',
): string {
  const path = join(folder, 'sensor')
  writeFileSync(path, `#!/bin/sh\nexec '${sensor}' --pid ${pid} ${option} "$@"\n`, { mode: 0o755 })
  return path
}
