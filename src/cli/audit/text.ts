import type { Localized } from '../../messages/index.ts'

/** Help of `haetae audit`. */
export const auditText = {
  audit: { en: 'the audit trail: policies and logs', ko: '감사 기록: 정책과 로그' },
  lint: {
    en: 'find what is wrong, or hardly meant, in audit policies',
    ko: '감사 정책에서 잘못되었거나 의도와 다른 부분을 찾습니다',
  },
  lintFormat: {
    en: 'text, json, jsonl, sarif, junit, markdown or html',
    ko: 'text, json, jsonl, sarif, junit, markdown, html',
  },
  failOn: {
    en: 'exit with 1 when a finding is at least this grave: high, medium, low or none',
    ko: '이 심각도 이상의 발견 항목이 있으면 1로 끝납니다: high, medium, low, none',
  },
  explain: {
    en: 'which rule of a policy decides about a request, and why not the others',
    ko: '요청을 어느 규칙이 결정하는지, 다른 규칙은 왜 아닌지 보여 줍니다',
  },
  simulate: {
    en: 'replay recorded audit logs against a policy: what is kept, what is lost',
    ko: '기록된 감사 로그를 정책에 다시 적용하여 남는 것과 사라지는 것을 보여 줍니다',
  },
  user: { en: 'user name (default: any authenticated user)', ko: '사용자 이름 (기본값: 인증된 아무 사용자)' },
  group: {
    en: 'group of the user (repeatable); the groups that the API server adds itself are added',
    ko: '사용자의 그룹 (여러 번 쓸 수 있음). API 서버가 스스로 붙이는 그룹은 자동으로 더해집니다',
  },
  verb: { en: 'verb (default: get)', ko: '동사 (기본값: get)' },
  resource: { en: 'resource, e.g. pods/exec', ko: '리소스 (예: pods/exec)' },
  apiGroup: {
    en: 'API group (default: that of the built-in resource)',
    ko: 'API 그룹 (기본값: 내장 리소스의 그룹)',
  },
  namespace: { en: 'namespace (default: none)', ko: '네임스페이스 (기본값: 없음)' },
  name: { en: 'name of the object', ko: '오브젝트의 이름' },
  path: {
    en: 'path of a non-resource request, e.g. /healthz',
    ko: '리소스가 아닌 요청의 경로 (예: /healthz)',
  },
  request: {
    en: 'the whole request as JSON, as haetae eval audit-policy takes it, or an audit event',
    ko: '요청 전체를 JSON으로 지정합니다. haetae eval audit-policy의 형식이나 감사 이벤트를 쓸 수 있습니다',
  },
  log: {
    en: 'audit logs: JSON Lines, may be gzipped; - for standard input',
    ko: '감사 로그: JSON Lines, gzip 압축 가능. 표준 입력이면 -',
  },
  against: {
    en: 'the policy in force, to compare with (default: the log as it is)',
    ko: '비교할 현재 정책 (기본값: 로그에 있는 그대로)',
  },
  quiet: {
    en: 'no messages about the log on standard error',
    ko: '표준 오류에 로그에 대한 메시지를 쓰지 않습니다',
  },
  format: { en: 'text or json', ko: 'text 또는 json' },
} satisfies Record<string, Localized>
