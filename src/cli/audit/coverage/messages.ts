import type { Gap, Verdict } from '../../../api-access/audit/coverage/index.ts'
import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

interface GapData extends Pick<Gap, 'level' | 'needed' | 'fields' | 'stages' | 'example'> {
  /** null where no rule of the policy matches. */
  readonly rule: number | null
  readonly line: number
}

type Counts = Readonly<Record<Verdict, number>> & { readonly rules: number }

function decider({ rule, line }: GapData): string {
  return rule === null ? 'no rule' : `rules[${rule}] (line ${line})`
}

/** Without a space before the bracket: a particle follows. */
function deciderKo({ rule, line }: GapData): string {
  return rule === null ? '맞는 규칙이 없어' : `rules[${rule}](${line}행)에 따라`
}

/** What `haetae audit cover` and `minimal` say. */
export const coverageMessages = defineMessages('audit-coverage', {
  blind: { en: (_: NoData) => 'blind', ko: (_: NoData) => '탐지 불가' },
  partial: { en: (_: NoData) => 'partly blind', ko: (_: NoData) => '일부 탐지 불가' },
  unselective: { en: (_: NoData) => 'fires too often', ko: (_: NoData) => '과다 경고' },
  output: { en: (_: NoData) => 'alert incomplete', ko: (_: NoData) => '경고 내용 부족' },
  fed: { en: (_: NoData) => 'fed', ko: (_: NoData) => '정상' },
  never: { en: (_: NoData) => 'never fires', ko: (_: NoData) => '항상 거짓' },
  'gap-none': {
    en: (d: GapData) =>
      d.rule === null
        ? `no rule matches, so nothing is recorded, for example: ${d.example}`
        : `${decider(d)} records nothing, for example: ${d.example}`,
    ko: (d: GapData) => `${deciderKo(d)} 기록하지 않는 요청이 있습니다(예: ${d.example})`,
  },
  'gap-stage': {
    en: (d: GapData) => `${decider(d)} leaves out ${d.stages.join(', ')}, for example: ${d.example}`,
    ko: (d: GapData) =>
      `${deciderKo(d)} 단계 ${withParticle(d.stages.join(', '), '이/가')} 빠집니다(예: ${d.example})`,
  },
  'gap-level': {
    en: (d: GapData) =>
      `${decider(d)} records at ${d.level}, but ${d.fields.join(', ')} ${d.fields.length === 1 ? 'needs' : 'need'} ${d.needed}, for example: ${d.example}`,
    ko: (d: GapData) =>
      `${deciderKo(d)} ${withParticle(d.level, '으로/로')} 기록하지만 ${withParticle(d.fields.join(', '), '은/는')} ${withParticle(d.needed, '이/가')} 필요합니다(예: ${d.example})`,
  },
  'gap-managed-fields': {
    en: (d: GapData) => `${decider(d)} leaves out the managed fields, which ${d.fields.join(', ')} reads`,
    ko: (d: GapData) =>
      `${deciderKo(d)} 관리 필드(managedFields)가 빠지는데 ${withParticle(d.fields.join(', '), '이/가')} 이를 읽습니다`,
  },
  'never-fires': {
    en: (_: NoData) => 'its condition cannot hold, whatever is recorded',
    ko: (_: NoData) => '무엇을 기록하든 조건이 참이 될 수 없습니다',
  },
  summary: {
    en: (d: Counts) =>
      `${d.rules} detections: ${d.blind} blind, ${d.partial} partly blind, ${d.unselective} firing too often, ${d.output} with incomplete alerts, ${d.fed} fed, ${d.never} that never fire`,
    ko: (d: Counts) =>
      `탐지 룰 ${d.rules}개: 탐지 불가 ${d.blind}, 일부 탐지 불가 ${d.partial}, 과다 경고 ${d.unselective}, 경고 내용 부족 ${d.output}, 정상 ${d.fed}, 항상 거짓 ${d.never}`,
  },
  'no-rules': {
    en: (_: NoData) => 'the files have no rule of source k8s_audit that is enabled',
    ko: (_: NoData) => '파일에 켜져 있는 k8s_audit 소스의 룰이 없습니다',
  },
  'minimal-header': {
    en: (d: { rules: number; files: readonly string[] }) =>
      `The audit policy that records least and feeds ${d.rules} detections of ${d.files.join(', ')}.`,
    ko: (d: { rules: number; files: readonly string[] }) =>
      `${d.files.join(', ')}의 탐지 룰 ${d.rules}개에 필요한 것만 기록하는 감사 정책입니다.`,
  },
  'minimal-never': {
    en: (d: { rules: readonly string[] }) =>
      `Nothing is recorded for rules that never fire: ${d.rules.join('; ')}.`,
    ko: (d: { rules: readonly string[] }) =>
      `조건이 참이 될 수 없는 룰을 위해서는 아무것도 기록하지 않습니다: ${d.rules.join('; ')}.`,
  },
  secrets: {
    en: (d: { line: number }) =>
      `line ${d.line} of the policy records secrets, ConfigMaps or tokens with their content, since detections look into them: whoever may read the log can use them`,
    ko: (d: { line: number }) =>
      `탐지 룰이 내용을 보기 때문에 정책의 ${d.line}행은 시크릿, 컨피그맵, 토큰의 내용까지 기록합니다. 로그를 읽을 수 있는 사람은 그 내용을 쓸 수 있습니다`,
  },
  feeds: {
    en: (d: { rules: readonly string[] }) => `Feeds: ${d.rules.join('; ')}`,
    ko: (d: { rules: readonly string[] }) => `이 규칙으로 탐지하는 룰: ${d.rules.join('; ')}`,
  },
  'feeds-none': {
    en: (_: NoData) => 'No detection looks at these.',
    ko: (_: NoData) => '이 요청을 보는 탐지 룰이 없습니다.',
  },
})
