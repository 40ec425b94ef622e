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
  short: {
    en: (d: { seconds: number; asked: number }) =>
      `the recording ended after ${d.seconds} s of the ${d.asked} s that were asked for`,
    ko: (d: { seconds: number; asked: number }) =>
      `요청한 ${d.asked}초 가운데 ${d.seconds}초만 기록하고 끝났습니다`,
  },
  nameless: {
    en: (d: { ids: readonly string[] }) =>
      `no container runtime tells what these containers are, so whether they are meant is not known: ${d.ids.join(', ')}`,
    ko: (d: { ids: readonly string[] }) =>
      `컨테이너 런타임이 알려 주지 않아 해당하는지 알 수 없는 컨테이너: ${d.ids.join(', ')}`,
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
