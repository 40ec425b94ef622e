import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** A rule as people find it: `rules[3] (line 21)`. */
interface Rule {
  readonly rule: number
  readonly line: number
}

/** What `haetae audit explain` and `simulate` say around the engine's words. */
export const auditMessages = defineMessages('audit', {
  'log-awaited': {
    en: (d: { path: string }) => `there is no ${d.path} yet: waiting for it (Ctrl-C ends it)`,
    ko: (d: { path: string }) =>
      `${withParticle(d.path, '이/가')} 아직 없어 생길 때까지 기다립니다 (Ctrl-C로 끝냅니다)`,
  },
  'resource-or-path': {
    en: (_: NoData) => 'describe the request by --resource or by --path (or by --request)',
    ko: (_: NoData) => '--resource나 --path 가운데 하나로(또는 --request로) 요청을 지정하십시오',
  },
  rule: {
    en: (d: Rule) => `rules[${d.rule}] (line ${d.line})`,
    ko: (d: Rule) => `rules[${d.rule}] (${d.line}행)`,
  },
  'no-rule': { en: (_: NoData) => 'no rule', ko: (_: NoData) => '규칙 없음' },
  decides: {
    en: (d: Rule & { level: string }) => `rules[${d.rule}] (line ${d.line}) decides: ${d.level}`,
    ko: (d: Rule & { level: string }) => `rules[${d.rule}](${d.line}행)이 결정합니다: ${d.level}`,
  },
  'none-decides': {
    en: (_: NoData) => 'no rule matches: None',
    ko: (_: NoData) => '맞는 규칙이 없습니다: None',
  },
  'not-recorded': {
    en: (_: NoData) => 'nothing is recorded',
    ko: (_: NoData) => '아무것도 기록되지 않습니다',
  },
  recorded: {
    en: (d: { stage: string; request: boolean; response: boolean }) =>
      `recorded: ${d.stage} ${d.request ? (d.response ? 'with request and response body' : 'with request body') : d.response ? 'with response body' : 'without bodies'}`,
    ko: (d: { stage: string; request: boolean; response: boolean }) =>
      `기록됨: ${d.stage} (${d.request ? (d.response ? '요청과 응답 본문 포함' : '요청 본문 포함') : d.response ? '응답 본문 포함' : '본문 없음'})`,
  },
  'managed-fields': {
    en: (_: NoData) => 'managed fields are left out of the bodies',
    ko: (_: NoData) => '본문에서 관리 필드(managedFields)는 제외됩니다',
  },
  passed: {
    en: (_: NoData) => 'why not the rules before:',
    ko: (_: NoData) => '앞의 규칙이 적용되지 않는 이유:',
  },
  'problem-count': {
    en: (d: { count: number }) => `${d.count} more problems in the logs are not shown`,
    ko: (d: { count: number }) => `로그의 문제 ${d.count}개를 더 표시하지 않았습니다`,
  },
  'no-events': {
    en: (_: NoData) => 'there is no audit event in the logs',
    ko: (_: NoData) => '로그에 감사 이벤트가 없습니다',
  },
  log: {
    en: (d: { volume: string }) => `the log has      ${d.volume}`,
    ko: (d: { volume: string }) => `로그에 있는 것   ${d.volume}`,
  },
  kept: {
    en: (d: { volume: string }) => `the policy keeps ${d.volume}`,
    ko: (d: { volume: string }) => `정책이 남기는 것 ${d.volume}`,
  },
  volume: {
    en: (d: { events: string; bytes: string; share: string }) => `${d.events} events, ${d.bytes}${d.share}`,
    ko: (d: { events: string; bytes: string; share: string }) => `이벤트 ${d.events}개, ${d.bytes}${d.share}`,
  },
  lost: {
    en: (d: { volume: string; refused: number }) =>
      `newly lost: ${d.volume}${d.refused > 0 ? `; ${d.refused} of them had been refused (401, 403)` : ''}`,
    ko: (d: { volume: string; refused: number }) =>
      `새로 사라지는 것: ${d.volume}${d.refused > 0 ? ` (그중 ${d.refused}개는 거부된 요청: 401, 403)` : ''}`,
  },
  gained: {
    en: (d: { volume: string }) => `newly recorded: ${d.volume}`,
    ko: (d: { volume: string }) => `새로 기록되는 것: ${d.volume}`,
  },
  'stages-dropped': {
    en: (d: { volume: string }) =>
      `earlier stages left out: ${d.volume}; these requests are still recorded when they end`,
    ko: (d: { volume: string }) => `앞 단계(stage)가 빠지는 것: ${d.volume}. 이 요청들은 끝날 때 기록됩니다`,
  },
  'bodies-dropped': {
    en: (d: { volume: string }) => `bodies left out: ${d.volume}`,
    ko: (d: { volume: string }) => `본문이 빠지는 것: ${d.volume}`,
  },
  'bodies-unknown': {
    en: (d: { events: string }) =>
      `${d.events} events would carry bodies that were not recorded, so their size is not known`,
    ko: (d: { events: string }) =>
      `이벤트 ${d.events}개에는 기록되지 않은 본문이 더해지며, 그 크기는 알 수 없습니다`,
  },
  'stages-unknown': {
    en: (d: { events: string }) =>
      `about ${d.events} events of stage RequestReceived would be added that the log does not have`,
    ko: (d: { events: string }) => `로그에 없는 RequestReceived 단계 이벤트 약 ${d.events}개가 더해집니다`,
  },
  'unseen-requests': {
    en: (_: NoData) => 'requests that left no event in the log cannot be replayed',
    ko: (_: NoData) => '로그에 이벤트를 남기지 않은 요청은 다시 적용해 볼 수 없습니다',
  },
  'title-rule': { en: (_: NoData) => 'rule', ko: (_: NoData) => '규칙' },
  'title-level': { en: (_: NoData) => 'level', ko: (_: NoData) => '수준' },
  'title-kept': { en: (_: NoData) => 'kept', ko: (_: NoData) => '유지' },
  'title-bytes': { en: (_: NoData) => 'bytes', ko: (_: NoData) => '크기' },
  'title-dropped': { en: (_: NoData) => 'dropped', ko: (_: NoData) => '제외' },
})
