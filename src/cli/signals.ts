import { EXIT } from './exit.ts'

export interface SignalHandlers {
  /** SIGTERM, SIGINT: the first of them. A second one ends the process. */
  readonly stop: () => void
  /** SIGHUP. */
  readonly reload: () => void
}

/** @returns what lets signals do again what they do without it */
export function stopOnSignals({ stop, reload }: SignalHandlers): () => void {
  let isStopping = false
  const onStop = () => {
    if (isStopping) process.exit(EXIT.incomplete)
    isStopping = true
    stop()
  }
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', reload)
  return () => {
    process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGHUP', reload)
  }
}
