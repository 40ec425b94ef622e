import { defineMessages } from '../../../../messages/index.ts'
import { AUDITING, type PolicyCheck } from './check.ts'
import { exampleOf } from './example.ts'
import { ALL_REQUESTS, RESOURCE, type Region } from './region.ts'
import { only } from './value-set.ts'

const messages = defineMessages('audit-read-noise', {
  lists: {
    en: (d: { example: string }) =>
      `RequestResponse writes every object of every list into the log, for example: ${d.example}; record list and watch at Metadata`,
    ko: (d: { example: string }) =>
      `RequestResponse에서는 목록을 조회할 때마다 목록의 모든 오브젝트가 로그에 기록됩니다(예: ${d.example}). list와 watch는 Metadata로 기록하십시오`,
  },
  'no-bodies': {
    en: (d: { verbs: readonly string[] }) =>
      `a request to ${d.verbs.join(', ')} has no body, so Request records nothing more than Metadata`,
    ko: (d: { verbs: readonly string[] }) =>
      `${d.verbs.join(', ')} 요청에는 본문이 없으므로 Request로 기록해도 Metadata와 같습니다`,
  },
})

const READS = ['get', 'list', 'watch']

/** Lists of all cluster-wide objects: what dashboards and controllers ask for again and again. */
const LISTS: Region = {
  ...ALL_REQUESTS,
  kind: only([RESOURCE]),
  verb: only(['list']),
  subresource: only(['']),
}

/** Reads that fill the log: "the audit logging feature increases the memory consumption of the API server". */
export const readNoise: PolicyCheck = {
  id: 'audit-read-noise',
  severity: 'medium',
  title: { en: 'reads that fill the log', ko: '로그를 채우는 조회' },
  messages,
  references: [AUDITING],
  run({ policy, reach }, report) {
    policy.rules.forEach(({ level, verbs }, rule) => {
      const place = ['rules', rule] as const
      if (level === 'RequestResponse') {
        const region = reach.decidedBy(rule, LISTS)
        if (region !== undefined)
          report({ path: place, message: messages.make.lists({ example: exampleOf(region) }) })
      }
      if (level === 'Request' && verbs.length > 0 && verbs.every((verb) => READS.includes(verb)))
        report({ path: [...place, 'level'], severity: 'low', message: messages.make['no-bodies']({ verbs }) })
    })
  },
}
