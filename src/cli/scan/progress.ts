import type { SingleBar } from 'cli-progress'
import type { Language } from '../../messages/index.ts'
import type { Terminal } from '../terminal.ts'

/** Shows on a terminal that long work goes on; elsewhere it is silent. */
export interface Progress {
  file(name: string): void
  objects(count: number): void
  end(): void
}

const SILENT: Progress = { file: () => undefined, objects: () => undefined, end: () => undefined }

/** Work shorter than this needs no progress line, in milliseconds. */
const PATIENCE = 500

const FORMAT = {
  en: '{value} objects, {seconds} s  {file}',
  ko: '오브젝트 {value}개, {seconds}초  {file}',
} as const

/**
 * @param terminal - standard error, since the report itself may go to standard output
 * @returns a line that appears when the work takes long; how much there is to do is not known beforehand, so it
 *   counts and names the current file
 */
export function createProgress(terminal: Terminal, quiet: boolean, language: Language): Progress {
  if (quiet || !terminal.interactive) return SILENT
  const started = performance.now()
  const seconds = () => Math.round((performance.now() - started) / 1000)
  let bar: SingleBar | undefined
  let file = ''
  const timer = setTimeout(async () => {
    const { SingleBar } = await import('cli-progress')
    bar = new SingleBar({ format: FORMAT[language], clearOnComplete: true, hideCursor: true, fps: 10 })
    bar.start(1, 0, { file, seconds: seconds() })
  }, PATIENCE)
  timer.unref()
  return {
    file(name) {
      file = name
    },
    objects(count) {
      bar?.update(count, { file, seconds: seconds() })
    },
    end() {
      clearTimeout(timer)
      bar?.stop()
    },
  }
}
