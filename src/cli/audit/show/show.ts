import pc from 'picocolors'
import type { AuditBatches, AuditRecord } from '../../../api-access/audit/index.ts'
import { visible } from '../../../findings/index.ts'
import { createRenderer, type Language } from '../../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../../exit.ts'
import { choiceOf } from '../../options.ts'
import { stopOnSignals } from '../../signals.ts'
import { terminalOf } from '../../terminal.ts'
import { LOG_MESSAGES, readLogs } from '../logs.ts'
import { createProblemList } from '../problem-list.ts'
import { createFilter, type EventFilter, type FilterOptions, timesOf } from './filter.ts'
import { showMessages } from './messages.ts'
import { createTally } from './stats.ts'
import { statisticsText } from './stats-text.ts'
import { createTable, type TableStyle } from './table.ts'

export interface ShowOptions extends FilterOptions {
  readonly store?: string
  readonly follow?: boolean
  readonly rotated?: boolean
  readonly stats?: boolean
  readonly top: string
  readonly format?: string
  readonly quiet?: boolean
  readonly color: boolean
}

/** Takes the events that are to be shown. */
interface View {
  add(record: AuditRecord): string
  /** After each batch of a log that is followed: what is known is shown at once. */
  pause(): string
  end(): string
}

/**
 * `haetae audit show`: the events of logs that match, or counts of them. Memory does not grow with the logs.
 *
 * @param paths - log files, or `-`
 * @returns 3 where something in the logs could not be read
 * @throws UsageError
 */
export async function showEvents(
  paths: readonly string[],
  options: ShowOptions,
  language: Language,
): Promise<ExitStatus> {
  const now = Date.now()
  const filter = createFilter(options, now)
  const render = createRenderer([showMessages, ...LOG_MESSAGES], language)
  const colors = pc.createColors(terminalOf(process.stdout, process.env, options.color).colour)
  const view = createView(options, { render, colors, language })
  const stop = options.follow ? stopOnInterrupt() : undefined
  const batches = readLogs(paths, {
    ...(options.store !== undefined && { store: options.store }),
    ...(options.rotated && { rotated: true }),
    ...timesOf(options, now),
    ...(stop !== undefined && { follow: stop }),
    note(message) {
      if (options.quiet !== true) process.stderr.write(`${visible(render(message))}\n`)
    },
  })
  const problems = createProblemList(render, options.quiet === true)
  await printMatching(batches, filter, view, problems, options.follow === true)
  problems.end()
  return problems.count > 0 ? EXIT.incomplete : EXIT.done
}

async function printMatching(
  batches: AuditBatches,
  filter: EventFilter,
  view: View,
  problems: ReturnType<typeof createProblemList>,
  isFollowed: boolean,
): Promise<void> {
  for await (const items of batches) {
    let text = ''
    for (const item of items) {
      if ('problem' in item) problems.add(item)
      else if (filter(item.event)) text += view.add(item)
    }
    await print(isFollowed ? text + view.pause() : text)
  }
  await print(view.end())
}

function createView(options: ShowOptions, style: TableStyle & { readonly language: Language }): View {
  if (options.stats) return createStatisticsView(options, style)
  const format = choiceOf('--format', options.format ?? 'table', ['table', 'jsonl'] as const)
  if (format === 'jsonl')
    return { add: ({ event }) => `${JSON.stringify(event)}\n`, pause: () => '', end: () => '' }
  const table = createTable(style)
  return { add: ({ event }) => table.add(event), pause: table.flush, end: table.flush }
}

function createStatisticsView(
  { follow, format = 'text', top }: ShowOptions,
  style: TableStyle & { readonly language: Language },
): View {
  const { make } = showMessages
  const known = choiceOf('--format', format, ['text', 'json'] as const)
  if (follow) throw new UsageError('ERR_USAGE', make['follow-stats']({}), showMessages)
  const most = Number(top)
  if (!Number.isSafeInteger(most) || most < 1)
    throw new UsageError('ERR_OPTION_VALUE', make['bad-count']({ value: top }), showMessages)
  const tally = createTally()
  return {
    add({ event, bytes }) {
      tally.add(event, bytes)
      return ''
    },
    pause: () => '',
    end() {
      const statistics = tally.statistics(most)
      return known === 'json' ? `${JSON.stringify(statistics, null, 2)}\n` : statisticsText(statistics, style)
    },
  }
}

/** Waits where the reader of standard output is slower. */
async function print(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve))
}

/** Ctrl-C ends the waiting, not the program: what was read is shown. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  stopOnSignals({ stop: () => stop.abort() })
  return stop.signal
}
