import type { Language, Localized } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import type { statsOf } from './tally.ts'

type Stats = ReturnType<typeof statsOf>

const TITLES = {
  events: { en: 'events', ko: '이벤트' },
  alerts: { en: 'alerts', ko: '경고' },
  suppressed: { en: 'held back by suppress', ko: 'suppress로 억제한 경고' },
  evicted: { en: 'keys forgotten for want of room', ko: '자리가 모자라 잊은 키' },
  late: { en: 'events later than their window', ko: '기간이 지나 도착한 이벤트' },
  problems: { en: 'problems of the input', ko: '입력의 문제' },
  seconds: { en: 'seconds', ko: '초' },
} satisfies Record<string, Localized>

/** The statistics for people. */
export function statsText(stats: Stats, language: Language): string {
  const rows: [string, string][] = Object.entries(TITLES).map(([key, title]) => [
    title[language],
    String(stats[key as keyof typeof TITLES]),
  ])
  for (const [rule, count] of Object.entries(stats.rules)) rows.push([`  ${rule}`, String(count)])
  for (const { output, delivered, dropped, retries } of stats.outputs)
    rows.push([`  ${output}`, OUTPUT_COUNTS[language](delivered, dropped, retries)])
  const width = Math.max(...rows.map(([title]) => displayWidth(title)))
  return rows
    .map(([title, value]) => `${title}${' '.repeat(width - displayWidth(title))}  ${value}\n`)
    .join('')
}

const OUTPUT_COUNTS: Readonly<
  Record<Language, (delivered: number, dropped: number, retries: number) => string>
> = {
  en: (delivered, dropped, retries) => `${delivered} delivered, ${dropped} dropped, ${retries} retries`,
  ko: (delivered, dropped, retries) => `전달 ${delivered}, 버림 ${dropped}, 재시도 ${retries}`,
}
