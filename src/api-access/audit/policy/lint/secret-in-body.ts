import { defineMessages, withParticle } from '../../../../messages/index.ts'
import type { Level } from '../policy.ts'
import { AUDITING, type PolicyCheck, type PolicySeverity } from './check.ts'
import { exampleOf } from './example.ts'
import { ALL_REQUESTS, RESOURCE, type Region } from './region.ts'
import { only } from './value-set.ts'

const messages = defineMessages('audit-secret-in-body', {
  recorded: {
    en: (d: { what: string; level: string; example: string }) =>
      `the content of ${d.what} goes into the audit log at level ${d.level}, for example: ${d.example}; put a rule at Metadata for ${d.what} before this one`,
    ko: (d: { what: string; level: string; example: string }) =>
      `${d.level} 수준에서 ${withParticle(d.what, '이/가')} 담은 내용이 감사 로그에 기록됩니다(예: ${d.example}). 이 규칙 앞에 ${withParticle(d.what, '을/를')} Metadata로 기록하는 규칙을 두십시오`,
  },
})

/** A kind of request whose bodies carry a secret, and from which level on that body is recorded. */
interface SecretBody {
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly verbs: readonly string[]
  readonly levels: readonly Level[]
  readonly severity: PolicySeverity
}

const WRITES = ['create', 'update', 'patch']
/** Verbs answered with the object, or with all that were deleted. The events of a watch are never recorded. */
const ANSWERED = ['get', 'list', ...WRITES, 'deletecollection']
const REQUESTS: readonly Level[] = ['Request', 'RequestResponse']
const RESPONSES: readonly Level[] = ['RequestResponse']

const SECRET_BODIES: readonly SecretBody[] = [
  ...(['secrets', 'configmaps'] as const).flatMap((resource): SecretBody[] => {
    const severity = resource === 'secrets' ? 'high' : 'medium'
    const object = { group: '', resource, subresource: '', severity } as const
    return [
      { ...object, verbs: WRITES, levels: REQUESTS },
      { ...object, verbs: ANSWERED, levels: RESPONSES },
    ]
  }),
  // The token that is asked about stands in the request, the one that is issued in the response.
  {
    ...{ group: 'authentication.k8s.io', resource: 'tokenreviews', subresource: '' },
    ...{ verbs: ['create'], levels: REQUESTS, severity: 'high' },
  },
  {
    ...{ group: '', resource: 'serviceaccounts', subresource: 'token' },
    ...{ verbs: ['create'], levels: RESPONSES, severity: 'high' },
  },
]

/**
 * Secrets, ConfigMaps and tokens recorded with their bodies: whoever may read the log may then use them.
 * "Log configmap and secret changes in all other namespaces at the Metadata level" (the documentation's example).
 */
export const secretInBody: PolicyCheck = {
  id: 'audit-secret-in-body',
  severity: 'high',
  title: { en: 'secrets recorded with their content', ko: '시크릿의 내용까지 기록' },
  messages,
  references: [AUDITING, 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/'],
  run({ policy, reach }, report) {
    policy.rules.forEach(({ level }, rule) => {
      const told = new Set<string>()
      for (const body of SECRET_BODIES) {
        const what = body.subresource === '' ? body.resource : `${body.resource}/${body.subresource}`
        if (told.has(what) || !body.levels.some((each) => each === level)) continue
        const region = reach.decidedBy(rule, regionOf(body))
        if (region === undefined) continue
        told.add(what)
        report({
          path: ['rules', rule],
          severity: body.severity,
          message: messages.make.recorded({ what, level, example: exampleOf(region) }),
        })
      }
    })
  },
}

function regionOf({ group, resource, subresource, verbs }: SecretBody): Region {
  return {
    ...ALL_REQUESTS,
    kind: only([RESOURCE]),
    verb: only(verbs),
    apiGroup: only([group]),
    resource: only([resource]),
    subresource: only([subresource]),
  }
}
