import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What is said of events that behaviour is observed in. */
export const behaviorMessages = defineMessages('behavior', {
  'one-input': {
    en: (_: NoData) => 'say where the events come from: --live (this machine), or --events FILE…',
    ko: (_: NoData) => '이벤트를 어디서 읽을지 지정하십시오: --live(이 머신), 또는 --events 파일…',
  },
  'bad-duration': {
    en: (d: { value: string }) => `"${d.value}" is no duration; write 30s, 5m or 1h`,
    ko: (d: { value: string }) =>
      `${withParticle(`"${d.value}"`, '은/는')} 시간 길이가 아닙니다. 30s, 5m, 1h처럼 쓰십시오`,
  },
  recording: {
    en: (d: { seconds: number }) =>
      d.seconds === 0
        ? 'recording until it is stopped (Ctrl-C)'
        : `recording for ${d.seconds} s (Ctrl-C ends it earlier)`,
    ko: (d: { seconds: number }) =>
      d.seconds === 0
        ? '멈출 때까지 기록합니다 (Ctrl-C)'
        : `${d.seconds}초 동안 기록합니다 (Ctrl-C로 일찍 끝낼 수 있습니다)`,
  },
})
