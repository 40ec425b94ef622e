import { defineMessages, withParticle } from '../../../messages/index.ts'

/** What `haetae eval rules` says of a request that it can't answer. */
export const rulesEvalMessages = defineMessages('eval-rules', {
  noFiles: {
    en: (_: object) => 'the first line has to give "files"; later ones may go on with them',
    ko: (_: object) => '첫 줄에는 "files"가 있어야 합니다. 다음 줄부터는 생략할 수 있습니다',
  },
  lostFiles: {
    en: (_: object) => 'the "files" that this line would go on with could not be read',
    ko: (_: object) => '이 줄이 이어서 쓸 "files"를 읽지 못했습니다',
  },
  event: {
    en: (d: { index: number }) =>
      `events[${d.index}] has no "fields"; an event of syscall is {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}}`,
    ko: (d: { index: number }) =>
      `events[${d.index}]에 "fields"가 없습니다. syscall 이벤트는 {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}} 형태입니다`,
  },
  priority: {
    en: (d: { priority: string; known: readonly string[] }) =>
      `"${d.priority}" is no priority; write one of: ${d.known.join(', ')}`,
    ko: (d: { priority: string; known: readonly string[] }) =>
      `"${withParticle(`${d.priority}"`, '은/는')} 우선순위가 아닙니다. 다음 중에서 고르십시오: ${d.known.join(', ')}`,
  },
})
