import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae capture` says. */
export const captureMessages = defineMessages('capture', {
  'one-input': {
    en: (_: NoData) => "--events reads what was recorded, --live records this machine's kernel: one of them",
    ko: (_: NoData) =>
      '--events는 기록된 이벤트를 읽고 --live는 이 머신의 커널을 기록합니다. 하나만 지정하십시오',
  },
  'bad-size': {
    en: (d: { value: string }) => `"${d.value}" is no size; write 500KiB, 100MiB or 2GiB`,
    ko: (d: { value: string }) =>
      `${withParticle(`"${d.value}"`, '은/는')} 크기가 아닙니다. 500KiB, 100MiB, 2GiB처럼 쓰십시오`,
  },
  'seen-types': {
    en: (d: { types: readonly string[] }) =>
      d.types.length === 0
        ? 'of the events that are asked for it sees none'
        : `of the events that are asked for it sees these alone: ${d.types.join(', ')}`,
    ko: (d: { types: readonly string[] }) =>
      d.types.length === 0
        ? '요청한 이벤트 가운데 보이는 것이 없습니다'
        : `요청한 이벤트 가운데 다음만 보입니다: ${d.types.join(', ')}`,
  },
  full: {
    en: (_: NoData) => 'the file is as large as --max-size allows: the capture ends here',
    ko: (_: NoData) => '파일이 --max-size의 크기에 이르러 캡처를 끝냅니다',
  },
  unwritten: {
    en: (d: { events: number; output: string }) =>
      `${d.events} ${d.events === 1 ? 'event was' : 'events were'} not written: nobody read ${d.output === '-' ? 'standard output' : d.output} fast enough`,
    ko: (d: { events: number; output: string }) =>
      `이벤트 ${d.events}개를 기록하지 못했습니다. ${d.output === '-' ? '표준 출력' : d.output}에서 제때 읽어 가지 않았습니다`,
  },
  written: {
    en: (d: { events: number }) => `${d.events} ${d.events === 1 ? 'event' : 'events'} written`,
    ko: (d: { events: number }) => `이벤트 ${d.events}개를 기록했습니다`,
  },
})
