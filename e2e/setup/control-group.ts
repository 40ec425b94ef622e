import { rmdirSync } from 'node:fs'
import { until } from './work.ts'

/** Removes a control group whose processes end: the kernel counts those that nobody has waited for yet (cgroups(7)). */
export async function removeGroup(path: string): Promise<void> {
  await until(async () => {
    try {
      rmdirSync(path)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EBUSY') return undefined
      throw error
    }
  }, `the end of all that is in ${path}`)
}
