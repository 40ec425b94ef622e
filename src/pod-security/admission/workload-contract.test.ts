import { describe, expect, test } from 'vitest'
import {
  ALLOWED,
  create,
  DEPLOYMENT,
  DETAIL,
  decide,
  deployment,
  type Line,
  pod,
  type Request,
} from './contract.fixture.ts'
import { levelLabel } from './policy.ts'

describe('workloads', () => {
  const workload = (request: Partial<Request> = {}, line: Partial<Line> = {}) =>
    create({ ...DEPLOYMENT, object: deployment(), ...request }, line)

  test('are allowed, with a warning and an annotation', () => {
    const violation = `would violate PodSecurity "restricted:latest": ${DETAIL}`
    const answer = {
      allowed: true,
      warnings: [violation],
      auditAnnotations: { 'audit-violations': violation },
    }
    expect(decide(workload())).toEqual(answer)
    expect(decide(workload({ operation: 'UPDATE', oldObject: deployment() }))).toEqual(answer)
    expect(decide(workload({ subresource: 'scale' }))).toEqual(ALLOWED)
  })

  test.each([
    ['replicationcontrollers', '', 'ReplicationController', 'spec'],
    ['replicasets', 'apps', 'ReplicaSet', 'spec'],
    ['statefulsets', 'apps', 'StatefulSet', 'spec'],
    ['daemonsets', 'apps', 'DaemonSet', 'spec'],
    ['jobs', 'batch', 'Job', 'spec'],
    ['cronjobs', 'batch', 'CronJob', 'spec.jobTemplate.spec'],
    ['podtemplates', '', 'PodTemplate', ''],
  ])('%s', (resource, group, kind, place) => {
    const template = { spec: pod().spec }
    const fields = place.split('.').reverse()
    const body = fields.reduce<object>((inner, name) => (name === '' ? inner : { [name]: inner }), {
      template,
    })
    const object = {
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
      kind,
      metadata: { name: 'test-pod' },
      ...body,
    }
    const request = {
      kind: { group, version: 'v1', kind },
      resource: { group, version: 'v1', resource },
      object,
    }
    expect(decide(workload(request)).warnings).toHaveLength(1)
  })

  test('of other resources are not looked at', () => {
    const resource = { group: 'example.com', version: 'v1', resource: 'deployments' }
    expect(decide(workload({ resource }))).toEqual(ALLOWED)
  })

  test('are allowed even where something is wrong, which only the audit log tells', () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: {} }
    expect(decide(workload({ object }))).toEqual({
      ...ALLOWED,
      auditAnnotations: { error: 'failed to extract pod template: unexpected object type: /, Kind=' },
    })
    const undecodable = { ...deployment(), spec: { template: 'none' } }
    expect(decide(workload({ object: undecodable })).auditAnnotations.error).toBe(
      'failed to decode object: json: cannot unmarshal string into Go struct field Deployment.spec.template of type PodTemplateSpec',
    )
    expect(decide(workload({}, { namespace: null })).auditAnnotations.error).toBe(
      'failed to lookup namespace "": namespaces "" not found',
    )
  })

  test('whose template is left out are judged as an empty pod, a ReplicationController is passed over', () => {
    const labels = { [levelLabel('enforce')]: 'unknown', [levelLabel('warn')]: 'restricted' }
    const line = { namespace: { name: 'invalid-ns', labels } }
    const spec = {}
    expect(decide(workload({ object: { apiVersion: 'apps/v1', kind: 'Deployment', spec } }, line))).toEqual({
      ...ALLOWED,
      auditAnnotations: { error: expect.stringMatching(/^Failed to parse policy: metadata\.labels/) },
    })
    const kind = { group: '', version: 'v1', kind: 'ReplicationController' }
    const resource = { group: '', version: 'v1', resource: 'replicationcontrollers' }
    expect(decide(workload({ kind, resource, object: { spec } }, line))).toEqual(ALLOWED)
  })
})
