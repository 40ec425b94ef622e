import { defineMessages } from '../../../messages/index.ts'

/** What outputs say of themselves. */
export const outputMessages = defineMessages('alert-output', {
  failing: {
    en: (d: { reason: string }) => `alerts cannot be delivered (${d.reason}); trying again`,
    ko: (d: { reason: string }) => `경고를 전달할 수 없습니다(${d.reason}). 다시 시도합니다`,
  },
  refused: {
    en: (d: { reason: string; count: number }) =>
      `${d.count === 1 ? 'an alert was' : `${d.count} alerts were`} refused (${d.reason}) and dropped`,
    ko: (d: { reason: string; count: number }) => `경고 ${d.count}건이 거절되어(${d.reason}) 버렸습니다`,
  },
  works: {
    en: (d: { retries: number }) => `alerts are delivered again after ${d.retries} failed tries`,
    ko: (d: { retries: number }) => `${d.retries}번 실패한 뒤 경고가 다시 전달됩니다`,
  },
  full: {
    en: (d: { limit: number }) =>
      `${d.limit} alerts are waiting; further ones are dropped until there is room`,
    ko: (d: { limit: number }) => `경고 ${d.limit}건이 밀려 있어 자리가 날 때까지 새 경고를 버립니다`,
  },
  lost: {
    en: (d: { count: number }) =>
      `${d.count === 1 ? 'one alert was' : `${d.count} alerts were`} not delivered before the stop`,
    ko: (d: { count: number }) => `멈추기 전에 경고 ${d.count}건을 전달하지 못했습니다`,
  },
})
