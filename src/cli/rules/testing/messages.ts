import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae rules test` says. */
export const testMessages = defineMessages('rules-test', {
  noTests: {
    en: (_: NoData) => 'there are no tests in the file',
    ko: (_: NoData) => '파일에 테스트가 없습니다',
  },
  duration: {
    en: (d: { key: string; value: string }) => `${d.key}: "${d.value}" is no duration, such as 30s or 5m`,
    ko: (d: { key: string; value: string }) =>
      `${d.key}: ${withParticle(`"${d.value}"`, '은/는')} 30s, 5m 같은 기간이 아닙니다`,
  },
  unreadableEvents: {
    en: (d: { file: string; reason: string }) => `cannot read the events in ${d.file} (${d.reason})`,
    ko: (d: { file: string; reason: string }) => `${d.file}의 이벤트를 읽을 수 없습니다 (${d.reason})`,
  },
  notJsonLines: {
    en: (d: { file: string }) => `${d.file} is no file of events: each line must be a JSON object`,
    ko: (d: { file: string }) =>
      `${withParticle(d.file, '은/는')} 이벤트 파일이 아닙니다. 줄마다 JSON 객체가 있어야 합니다`,
  },
  fields: {
    en: (_: NoData) => 'fields of an event must be a mapping of field names to values',
    ko: (_: NoData) => '이벤트의 fields는 필드 이름과 값의 매핑이어야 합니다',
  },
  invalidRules: {
    en: (d: { rules: readonly string[]; errors: number }) =>
      `the rules (${d.rules.join(', ')}) have ${d.errors} ${d.errors === 1 ? 'error' : 'errors'}; haetae rules check shows them`,
    ko: (d: { rules: readonly string[]; errors: number }) =>
      `룰(${d.rules.join(', ')})에 오류가 ${d.errors}개 있습니다. haetae rules check로 볼 수 있습니다`,
  },
  unknownRule: {
    en: (d: { rule: string; nearest: string }) =>
      `there is no rule ${d.rule}${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`}`,
    ko: (d: { rule: string; nearest: string }) =>
      `이름이 ${d.rule}인 룰이 없습니다.${d.nearest === '' ? '' : ` 혹시 ${d.nearest} 룰을 찾으셨습니까?`}`,
  },
  missing: {
    en: (d: { alert: string }) => `expected, but not raised: ${d.alert}`,
    ko: (d: { alert: string }) => `기대했으나 발생하지 않은 경고: ${d.alert}`,
  },
  excluded: {
    en: (d: { alert: string }) => `raised, though it must not be: ${d.alert}`,
    ko: (d: { alert: string }) => `발생하면 안 되는데 발생한 경고: ${d.alert}`,
  },
  unexpected: {
    en: (d: { alert: string }) => `raised, but not expected: ${d.alert}`,
    ko: (d: { alert: string }) => `기대하지 않았으나 발생한 경고: ${d.alert}`,
  },
  differs: {
    en: (d: { rule: string; key: string; expected: string; found: string }) =>
      `${d.rule}: ${d.key} is ${d.found}, expected ${d.expected}`,
    ko: (d: { rule: string; key: string; expected: string; found: string }) =>
      `${d.rule}: ${d.key} 값이 기대한 ${d.expected} 대신 ${d.found}입니다`,
  },
  summary: {
    en: (d: { tests: number; passed: number; failed: number }) =>
      `${d.tests} ${d.tests === 1 ? 'test' : 'tests'}: ${d.passed} passed, ${d.failed} failed`,
    ko: (d: { tests: number; passed: number; failed: number }) =>
      `테스트 ${d.tests}개: ${d.passed}개 통과, ${d.failed}개 실패`,
  },
})
