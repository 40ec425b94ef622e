import { EXIT } from './exit.ts'

export interface SignalHandlers {
  /** SIGTERM, SIGINT: the first of them. A second one, later than a moment, ends the process. */
  readonly stop: () => void
  /** SIGHUP; without it, a hang-up ends the process. */
  readonly reload?: () => void
}

/**
 * Signals so soon behind the first are that one once more: `timeout -s INT` sends it to the process, and then to the group
 * that it is of.
 */
const SAME_MILLISECONDS = 500

/**
 * What every command that runs until it is told to stop does with signals.
 *
 * @returns what lets signals do again what they do without it; the first one's repetitions still do nothing
 */
export function stopOnSignals({ stop, reload }: SignalHandlers): () => void {
  let state: 'running' | 'stopping' | 'impatient' = 'running'
  let isReleased = false
  const release = () => process.off('SIGTERM', onStop).off('SIGINT', onStop)
  const onStop = () => {
    if (state === 'impatient') process.exit(EXIT.incomplete)
    if (state === 'stopping') return
    state = 'stopping'
    // What came while the program was busy is told between its timers and its immediates.
    setTimeout(() => setImmediate(becomeImpatient), SAME_MILLISECONDS).unref()
    stop()
  }
  const becomeImpatient = () => {
    state = 'impatient'
    if (isReleased) release()
  }
  process.on('SIGTERM', onStop).on('SIGINT', onStop)
  if (reload !== undefined) process.on('SIGHUP', reload)
  return () => {
    isReleased = true
    if (state !== 'stopping') release()
    if (reload !== undefined) process.off('SIGHUP', reload)
  }
}
