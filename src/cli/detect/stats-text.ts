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
  rows.push(...sensorRows(stats.receiver ?? {}, language))
  const width = Math.max(...rows.map(([title]) => displayWidth(title)))
  return rows
    .map(([title, value]) => `${title}${' '.repeat(width - displayWidth(title))}  ${value}\n`)
    .join('')
}

/** What the sensor of the kernel says of itself, where it is one that counts what it loses. */
function sensorRows(
  { drops, stops, gapSeconds }: SensorCounts,
  language: Language,
): readonly [string, string][] {
  if (drops === undefined) return []
  const causes = Object.entries(drops).filter(([, count]) => count > 0)
  const sum = causes.reduce((total, [, count]) => total + count, 0)
  const list = causes.map(([cause, count]) => `${cause} ${count}`).join(', ')
  const rows: [string, string][] = [[SENSOR.lost[language], sum === 0 ? '0' : `${sum} (${list})`]]
  if (stops !== undefined && stops > 0)
    rows.push([SENSOR.stops[language], SENSOR_STOPS[language](stops, gapSeconds ?? 0)])
  return rows
}

interface SensorCounts {
  readonly drops?: Readonly<Record<string, number>>
  readonly stops?: number
  readonly gapSeconds?: number
}

const SENSOR = {
  lost: { en: 'events lost by the sensor', ko: '센서가 잃은 이벤트' },
  stops: { en: 'stops of the sensor', ko: '센서가 멈춘 횟수' },
} satisfies Record<string, Localized>

const SENSOR_STOPS: Readonly<Record<Language, (stops: number, seconds: number) => string>> = {
  en: (stops, seconds) => `${stops} (${seconds} s not seen)`,
  ko: (stops, seconds) => `${stops} (보지 못한 시간 ${seconds}초)`,
}

const OUTPUT_COUNTS: Readonly<
  Record<Language, (delivered: number, dropped: number, retries: number) => string>
> = {
  en: (delivered, dropped, retries) => `${delivered} delivered, ${dropped} dropped, ${retries} retries`,
  ko: (delivered, dropped, retries) => `전달 ${delivered}, 버림 ${dropped}, 재시도 ${retries}`,
}
