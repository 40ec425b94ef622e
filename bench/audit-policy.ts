import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditedRequest, compilePolicy, loadPolicy } from '../src/api-access/audit/index.ts'
import { rateOf, ratio } from './measure.ts'

/** Decisions a second that Kubernetes' own Go code makes by GCE's policy on one core of a machine of this kind. */
const GO_PER_SECOND = 3_450_000

/** The least that is asked of one core. */
const LEAST_PER_SECOND = 2_000_000

const FOLDER = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'audit')

/** Measures decisions of an audit policy on one core: GCE's policy over the conformance suite's requests. */
export async function run(
  emit: (line: { name: string; value: number; unit: string }) => void,
): Promise<void> {
  const file = join(FOLDER, 'policies/gce-master-1.20.2.yaml')
  if (!existsSync(file)) {
    console.error(`skipped: no audit policies in ${FOLDER}`)
    return
  }
  const loaded = loadPolicy(readFileSync(file, 'utf8'))
  if ('errors' in loaded) throw new Error(loaded.errors[0].message)
  const compiled = compilePolicy(loaded.policy)
  const requests = recordedRequests()
  emit({ name: 'audit-policy/gce/rules', value: loaded.policy.rules.length, unit: 'rules' })

  const perSecond = Math.round(rateOf(requests, (request) => compiled.decide(request).rule ?? -1))
  emit({ name: 'audit-policy/gce/decisions', value: perSecond, unit: 'decisions/s' })
  emit({ name: `audit-policy/gce/of-go-${GO_PER_SECOND}`, value: ratio(perSecond, GO_PER_SECOND), unit: 'x' })
  emit({
    name: `audit-policy/gce/of-least-${LEAST_PER_SECOND}`,
    value: ratio(perSecond, LEAST_PER_SECOND),
    unit: 'x',
  })

  for (const copies of [1, 10, 100]) {
    const rules = Array.from({ length: copies }, () => loaded.policy.rules.slice(0, -1)).flat()
    const longer = compilePolicy({ ...loaded.policy, rules: [...rules, ...loaded.policy.rules.slice(-1)] })
    const value = Math.round(rateOf(requests, (request) => longer.decide(request).rule ?? -1))
    emit({ name: `audit-policy/rules-${rules.length + 1}/decisions`, value, unit: 'decisions/s' })
  }
  const compilations = Math.round(rateOf([loaded.policy], (policy) => compilePolicy(policy).decide.length))
  emit({ name: 'audit-policy/gce/compilations', value: compilations, unit: 'policies/s' })
}

/** Requests of the conformance suite, each with strings of its own as a server gets them. */
function recordedRequests(): AuditedRequest[] {
  const lines = readFileSync(join(FOLDER, 'policies_oracle.jsonl'), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { attributes } = JSON.parse(line) as { attributes: Partial<AuditedRequest> }
      const { verb = '', apiGroup = '', apiVersion = '', resource = '', subresource = '' } = attributes
      const { namespace = '', name = '', path = '', resourceRequest = false, user } = attributes
      const object = { apiGroup, apiVersion, resource, subresource, namespace, name }
      return { verb, ...object, path, resourceRequest, ...(user !== undefined && { user }) }
    })
}
