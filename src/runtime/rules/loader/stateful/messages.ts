import { defineMessages, withParticle } from '../../../../messages/index.ts'

/** What the loader says of Haetae's own keys. */
export const statefulMessages = defineMessages('rule-stateful', {
  notMapping: {
    en: (d: { key: string }) => `${d.key} must be a mapping`,
    ko: (d: { key: string }) => `${withParticle(d.key, '은/는')} 매핑이어야 합니다`,
  },
  unknownKey: {
    en: (d: { key: string; inside: string; nearest: string }) =>
      `${d.inside} has no key ${d.key}${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`}`,
    ko: (d: { key: string; inside: string; nearest: string }) =>
      `${d.inside}에는 ${d.key} 키가 없습니다.${d.nearest === '' ? '' : ` 혹시 ${withParticle(d.nearest, '을/를')} 찾으셨습니까?`}`,
  },
  missingKey: {
    en: (d: { key: string; inside: string }) => `${d.inside} needs ${d.key}`,
    ko: (d: { key: string; inside: string }) =>
      `${d.inside}에는 ${withParticle(d.key, '이/가')} 있어야 합니다`,
  },
  duration: {
    en: (d: { key: string; value: string }) =>
      `${d.key}: "${d.value}" is no duration; write a number with a unit, such as 30s, 5m, 1h30m or 7d`,
    ko: (d: { key: string; value: string }) =>
      `${d.key}: ${withParticle(`"${d.value}"`, '은/는')} 기간이 아닙니다. 30s, 5m, 1h30m, 7d처럼 숫자와 단위로 쓰십시오`,
  },
  count: {
    en: (d: { key: string; value: string; least: number }) =>
      `${d.key}: "${d.value}" is no whole number of at least ${d.least}`,
    ko: (d: { key: string; value: string; least: number }) =>
      `${d.key}: ${withParticle(`"${d.value}"`, '은/는')} ${d.least} 이상의 정수가 아닙니다`,
  },
  fields: {
    en: (d: { key: string }) => `${d.key} must be a field or a list of fields`,
    ko: (d: { key: string }) => `${withParticle(d.key, '은/는')} 필드 하나 또는 필드의 목록이어야 합니다`,
  },
  steps: {
    en: (_: object) => 'sequence.steps must be a list of conditions, at least one',
    ko: (_: object) => 'sequence.steps는 조건을 하나 이상 담은 목록이어야 합니다',
  },
  together: {
    en: (_: object) => 'a rule can have threshold or sequence, not both',
    ko: (_: object) => '한 룰에 threshold와 sequence를 함께 쓸 수 없습니다',
  },
  unknownField: {
    en: (d: { field: string; source: string; nearest: string }) =>
      `source ${d.source} has no field ${d.field}${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`}`,
    ko: (d: { field: string; source: string; nearest: string }) =>
      `소스 ${d.source}에는 ${d.field} 필드가 없습니다.${d.nearest === '' ? '' : ` 혹시 ${withParticle(d.nearest, '을/를')} 찾으셨습니까?`}`,
  },
  step: {
    en: (d: { step: number; reason: string }) => `step ${d.step} of the sequence: ${d.reason}`,
    ko: (d: { step: number; reason: string }) => `시퀀스의 ${d.step}번째 단계: ${d.reason}`,
  },
})
