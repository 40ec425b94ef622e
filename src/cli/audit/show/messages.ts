import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae audit show` says. */
export const showMessages = defineMessages('audit-show', {
  'nothing-to-read': {
    en: (_: NoData) => 'nothing to read: name log files, - for standard input, or --store',
    ko: (_: NoData) => '읽을 것이 없습니다. 로그 파일이나 표준 입력 -, 또는 --store를 지정하십시오',
  },
  'files-or-store': {
    en: (_: NoData) => 'name files or --store, not both',
    ko: (_: NoData) => '파일과 --store 가운데 하나만 지정하십시오',
  },
  'follow-one': {
    en: (_: NoData) => '--follow reads one file, or the store',
    ko: (_: NoData) => '--follow는 파일 하나나 저장소에만 쓸 수 있습니다',
  },
  'follow-stats': {
    en: (_: NoData) => '--stats counts up to the end, which --follow never comes to',
    ko: (_: NoData) => '--stats는 끝까지 세므로, 끝나지 않는 --follow와 함께 쓸 수 없습니다',
  },
  'bad-time': {
    en: (d: { option: string; value: string }) =>
      `${d.option} does not take "${d.value}"; write a time such as 2026-01-02T03:04:05Z, or how long ago, such as 90m, 1h, 7d`,
    ko: (d: { option: string; value: string }) =>
      `${d.option}에 쓸 수 없는 값 "${d.value}"입니다. 2026-01-02T03:04:05Z 같은 시각이나 90m, 1h, 7d처럼 얼마 전인지를 쓰십시오`,
  },
  'bad-code': {
    en: (d: { value: string }) => `"${d.value}" is no HTTP code; write 403 or 4xx`,
    ko: (d: { value: string }) =>
      `${withParticle(`"${d.value}"`, '은/는')} HTTP 응답 코드가 아닙니다. 403이나 4xx처럼 쓰십시오`,
  },
  'bad-address': {
    en: (d: { value: string }) => `"${d.value}" is no address and no network; write 10.1.2.3 or 10.0.0.0/8`,
    ko: (d: { value: string }) =>
      `${withParticle(`"${d.value}"`, '은/는')} 주소도 네트워크도 아닙니다. 10.1.2.3이나 10.0.0.0/8처럼 쓰십시오`,
  },
  'bad-resource': {
    en: (d: { value: string }) =>
      `"${d.value}" is no resource; write secrets, pods/exec or apps/deployments/scale`,
    ko: (d: { value: string }) =>
      `${withParticle(`"${d.value}"`, '은/는')} 리소스가 아닙니다. secrets, pods/exec, apps/deployments/scale처럼 쓰십시오`,
  },
  'bad-count': {
    en: (d: { value: string }) => `--top takes a number from 1 on, not "${d.value}"`,
    ko: (d: { value: string }) => `--top에는 1 이상의 수를 써야 합니다: "${d.value}"`,
  },
  'bad-store': {
    en: (d: { path: string; reason: string }) => `${d.path} is no audit store (${d.reason})`,
    ko: (d: { path: string; reason: string }) =>
      `${withParticle(d.path, '은/는')} 감사 저장소가 아닙니다 (${d.reason})`,
  },
  time: { en: (_: NoData) => 'time', ko: (_: NoData) => '시각' },
  user: { en: (_: NoData) => 'user', ko: (_: NoData) => '사용자' },
  verb: { en: (_: NoData) => 'verb', ko: (_: NoData) => '동사' },
  object: { en: (_: NoData) => 'object', ko: (_: NoData) => '대상' },
  code: { en: (_: NoData) => 'code', ko: (_: NoData) => '코드' },
  from: { en: (_: NoData) => 'from', ko: (_: NoData) => '출처' },
  impersonating: {
    en: (d: { user: string; as: string }) => `${d.user} as ${d.as}`,
    ko: (d: { user: string; as: string }) => `${d.user} (${d.as} 가장)`,
  },
  'no-events': {
    en: (_: NoData) => 'no event matches',
    ko: (_: NoData) => '맞는 이벤트가 없습니다',
  },
  total: {
    en: (d: { events: string; bytes: string }) => `${d.events} events, ${d.bytes}`,
    ko: (d: { events: string; bytes: string }) => `이벤트 ${d.events}개, ${d.bytes}`,
  },
  span: {
    en: (d: { first: string; last: string }) => `from ${d.first} to ${d.last}`,
    ko: (d: { first: string; last: string }) => `${d.first}부터 ${d.last}까지`,
  },
  users: { en: (_: NoData) => 'users', ko: (_: NoData) => '사용자' },
  verbs: { en: (_: NoData) => 'verbs', ko: (_: NoData) => '동사' },
  resources: { en: (_: NoData) => 'resources', ko: (_: NoData) => '리소스' },
  namespaces: { en: (_: NoData) => 'namespaces', ko: (_: NoData) => '네임스페이스' },
  codes: { en: (_: NoData) => 'codes', ko: (_: NoData) => '응답 코드' },
  refused: { en: (_: NoData) => 'refused (401, 403)', ko: (_: NoData) => '거부됨 (401, 403)' },
  events: { en: (_: NoData) => 'events', ko: (_: NoData) => '이벤트' },
  bytes: { en: (_: NoData) => 'bytes', ko: (_: NoData) => '바이트' },
  others: {
    en: (d: { count: string }) => `(${d.count} ${d.count === '1' ? 'other' : 'others'})`,
    ko: (d: { count: string }) => `(그 외 ${d.count}개)`,
  },
})
