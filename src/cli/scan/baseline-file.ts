import { readFileSync, writeFileSync } from 'node:fs'
import { type Baseline, BaselineError, baselineMessages, readBaseline } from '../../findings/index.ts'
import { reasonOf } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { writing } from '../writing.ts'

/** @throws UsageError for a file that can't be read, or is no baseline */
export function loadBaseline(file: string): Baseline {
  try {
    return readBaseline(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof BaselineError) throw new UsageError(error.code, error.detail, baselineMessages)
    const detail = cliMessages.make['cannot-read']({ path: file, reason: reasonOf(error) })
    throw new UsageError('ERR_BASELINE_UNREADABLE', detail, cliMessages)
  }
}

/** @throws UsageError for a file that can't be written */
export function saveBaseline(path: string, text: string): void {
  writing(path, () => writeFileSync(path, text))
}
