import type { Localized } from '../../../messages/index.ts'

/** Help of `haetae audit show`. */
export const showText = {
  show: {
    en: 'show events of audit logs, or count them',
    ko: '감사 로그의 이벤트를 보여 주거나 집계합니다',
  },
  store: { en: 'read the audit store instead of files', ko: '파일 대신 감사 저장소를 읽습니다' },
  follow: { en: 'wait for more', ko: '새 이벤트를 기다립니다' },
  rotated: { en: 'also the rotated files of each log, first', ko: '로그마다 순환된 파일도 먼저 읽습니다' },
  user: {
    en: 'only of this user, or as this user; * for anything (repeatable)',
    ko: '이 사용자의 이벤트만 (가장한 사용자 포함). *는 임의의 문자열 (여러 번 쓸 수 있음)',
  },
  group: {
    en: 'only of members of this group (repeatable)',
    ko: '이 그룹 구성원의 이벤트만 (여러 번 쓸 수 있음)',
  },
  verb: { en: 'only these verbs, e.g. create,delete', ko: '이 동사만 (예: create,delete)' },
  resource: {
    en: 'only these resources: [group/]resource[/subresource], e.g. secrets, pods/exec, apps/*',
    ko: '이 리소스만: [그룹/]리소스[/하위 리소스] (예: secrets, pods/exec, apps/*)',
  },
  name: { en: 'only objects of this name; * for anything', ko: '이 이름의 오브젝트만. *는 임의의 문자열' },
  code: { en: 'only these codes, e.g. 403 or 4xx,5xx', ko: '이 응답 코드만 (예: 403, 4xx,5xx)' },
  since: {
    en: 'only since this time, or so long ago: 2026-01-02T03:04:05Z, 90m, 1h, 7d',
    ko: '이 시각 이후, 또는 이만큼 전부터: 2026-01-02T03:04:05Z, 90m, 1h, 7d',
  },
  until: { en: 'only until this time, or so long ago', ko: '이 시각까지, 또는 이만큼 전까지' },
  stage: { en: 'only these stages, e.g. ResponseComplete', ko: '이 단계(stage)만 (예: ResponseComplete)' },
  sourceIp: {
    en: 'only from this address or network, e.g. 10.0.0.0/8',
    ko: '이 주소나 네트워크에서 온 것만 (예: 10.0.0.0/8)',
  },
  stats: {
    en: 'count instead: users, verbs, resources, refused requests, bytes',
    ko: '집계만 합니다: 사용자, 동사, 리소스, 거부된 요청, 바이트',
  },
  top: { en: 'entries of each list of --stats', ko: '--stats 목록마다 보여 줄 항목 수' },
  format: {
    en: 'table or jsonl; with --stats text or json',
    ko: 'table 또는 jsonl. --stats와 함께면 text 또는 json',
  },
} satisfies Record<string, Localized>
