import { defineMessages } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae capture` says. */
export const captureMessages = defineMessages('capture', {
  'no-input': {
    en: (_: NoData) => 'say where the events come from: --events FILE, or --events -',
    ko: (_: NoData) => '이벤트를 어디서 읽을지 지정하십시오: --events 파일, 또는 --events -',
  },
  written: {
    en: (d: { events: number }) => `${d.events} ${d.events === 1 ? 'event' : 'events'} written`,
    ko: (d: { events: number }) => `이벤트 ${d.events}개를 기록했습니다`,
  },
  'cannot-write': {
    en: (d: { path: string; reason: string }) => `cannot write ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) => `${d.path}에 쓸 수 없습니다 (${d.reason})`,
  },
})
