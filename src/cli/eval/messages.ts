import { defineMessages, withParticle } from '../../messages/index.ts'

export const evalMessages = defineMessages('eval', {
  'unknown-engine': {
    en: (d: { engine: string; known: readonly string[] }) =>
      `unknown engine "${d.engine}"; choose one of: ${d.known.join(', ')}`,
    ko: (d: { engine: string; known: readonly string[] }) =>
      `알 수 없는 엔진 "${d.engine}"입니다. 다음 중에서 고르십시오: ${d.known.join(', ')}`,
  },
  'not-json': {
    en: (d: { column: number }) => `the line is not JSON${d.column > 0 ? `: see column ${d.column}` : ''}`,
    ko: (d: { column: number }) =>
      `줄이 JSON이 아닙니다${d.column > 0 ? `. ${d.column}번째 글자를 보십시오` : ''}`,
  },
  'line-too-long': {
    en: (d: { limit: number }) => `the line is longer than ${d.limit} characters`,
    ko: (d: { limit: number }) => `줄이 ${d.limit}자보다 깁니다`,
  },
  'unknown-key': {
    en: (d: { path: string; key: string }) => `${d.path}: unknown key "${d.key}"`,
    ko: (d: { path: string; key: string }) => `${d.path}: 알 수 없는 키 "${d.key}"입니다`,
  },
  'missing-key': {
    en: (d: { path: string; key: string }) => `${d.path}: the key "${d.key}" is missing`,
    ko: (d: { path: string; key: string }) =>
      `${d.path}: 키 ${withParticle(`"${d.key}"`, '이/가')} 빠졌습니다`,
  },
  'wrong-type': {
    en: (d: { path: string; expected: readonly string[] }) =>
      `${d.path}: expected ${d.expected.join(' or ')}`,
    ko: (d: { path: string; expected: readonly string[] }) =>
      `${d.path}: ${d.expected.join(' 또는 ')} 형이어야 합니다`,
  },
  'wrong-value': {
    en: (d: { path: string; allowed: readonly string[] }) =>
      `${d.path}: must be one of ${d.allowed.join(', ')}`,
    ko: (d: { path: string; allowed: readonly string[] }) =>
      `${d.path}: 다음 중 하나여야 합니다: ${d.allowed.join(', ')}`,
  },
  'bad-request': {
    en: (d: { path: string; rule: string }) => `${d.path}: does not satisfy "${d.rule}"`,
    ko: (d: { path: string; rule: string }) => `${d.path}: "${d.rule}" 조건에 맞지 않습니다`,
  },
})
