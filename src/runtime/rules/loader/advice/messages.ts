import { defineMessages, withParticle } from '../../../../messages/index.ts'

/** What the loader adds to Falco's words. */
export const adviceMessages = defineMessages('rule-advice', {
  nearest: {
    en: (d: { name: string }) => `did you mean ${d.name}?`,
    ko: (d: { name: string }) => `혹시 ${withParticle(d.name, '을/를')} 찾으셨습니까?`,
  },
  itemKinds: {
    en: (d: { kinds: readonly string[] }) => `an item has one of these keys: ${d.kinds.join(', ')}`,
    ko: (d: { kinds: readonly string[] }) =>
      `항목에는 다음 키 가운데 하나가 있어야 합니다: ${d.kinds.join(', ')}`,
  },
  definedLater: {
    en: (d: { name: string; file: string; line: number }) =>
      `${d.name} is defined only later (${d.file}:${d.line}); a macro sees only those before it`,
    ko: (d: { name: string; file: string; line: number }) =>
      `${withParticle(d.name, '은/는')} 더 뒤에(${d.file}:${d.line}) 정의되어 있습니다. 매크로는 앞에 정의된 매크로만 볼 수 있습니다`,
  },
  otherSource: {
    en: (d: { field: string; source: string; other: string }) =>
      `${d.field} is a field of source ${d.other}; this rule's source is ${d.source}`,
    ko: (d: { field: string; source: string; other: string }) =>
      `${withParticle(d.field, '은/는')} 소스 ${d.other}의 필드입니다. 이 룰의 소스는 ${d.source}입니다`,
  },
  knownSources: {
    en: (d: { sources: readonly string[] }) => `known sources: ${d.sources.join(', ')}`,
    ko: (d: { sources: readonly string[] }) => `알려진 소스: ${d.sources.join(', ')}`,
  },
  noField: {
    en: (d: { field: string; source: string }) => `source ${d.source} has no field ${d.field}`,
    ko: (d: { field: string; source: string }) => `소스 ${d.source}에는 ${d.field} 필드가 없습니다`,
  },
  priorities: {
    en: (d: { known: readonly string[] }) => `priorities: ${d.known.join(', ')}`,
    ko: (d: { known: readonly string[] }) => `우선순위: ${d.known.join(', ')}`,
  },
})
