import { defineMessages } from '../../../../messages/index.ts'
import { STAGES } from '../policy.ts'
import { AUDITING, type PolicyCheck } from './check.ts'

type NoData = Readonly<Record<string, never>>

const messages = defineMessages('audit-omitted-stages', {
  all: {
    en: (_: NoData) => 'all four stages are omitted, so nothing is recorded whatever the level',
    ko: (_: NoData) => '네 단계(stage)가 모두 생략되므로 수준과 관계없이 아무것도 기록되지 않습니다',
  },
  'outcome-lost': {
    en: (_: NoData) =>
      'ResponseComplete is omitted: whether a request was allowed and what came of it is not recorded',
    ko: (_: NoData) => 'ResponseComplete가 생략되어, 요청이 허용되었는지와 그 결과가 기록되지 않습니다',
  },
  twice: {
    en: (_: NoData) =>
      'no rule omits RequestReceived, so every request is recorded at least twice; "omitStages: [RequestReceived]" halves the log',
    ko: (_: NoData) =>
      'RequestReceived를 생략하는 규칙이 없어 모든 요청이 두 번 이상 기록됩니다. "omitStages: [RequestReceived]"를 쓰면 로그가 절반으로 줄어듭니다',
  },
})

/** Stages that are left out by mistake, or that could be. */
export const omittedStages: PolicyCheck = {
  id: 'audit-omitted-stages',
  severity: 'medium',
  title: { en: 'stages omitted', ko: '생략된 단계(stage)' },
  messages,
  references: [AUDITING],
  run({ policy }, report) {
    const { make } = messages
    const recording = policy.rules.flatMap((rule, index) => (rule.level === 'None' ? [] : [{ rule, index }]))
    for (const { rule, index } of recording) {
      const omitted = new Set([...policy.omitStages, ...rule.omitStages])
      const path = ['rules', index, 'omitStages']
      if (STAGES.every((stage) => omitted.has(stage)))
        report({ path, severity: 'high', message: make.all({}) })
      else if (omitted.has('ResponseComplete')) report({ path, message: make['outcome-lost']({}) })
    }
    const lists = [policy.omitStages, ...recording.map(({ rule }) => rule.omitStages)]
    if (recording.length > 0 && !lists.some((stages) => stages.includes('RequestReceived')))
      report({ path: ['rules'], severity: 'low', message: make.twice({}) })
  },
}
