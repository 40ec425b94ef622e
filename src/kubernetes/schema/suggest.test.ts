import { describe, expect, test } from 'vitest'
import { formatFieldPath } from '../objects/field-path.ts'
import type { KubernetesObject } from '../objects/types.ts'
import { decodeObject } from './decode.ts'
import { suggestField } from './suggest.ts'

const pod = (parts: object): KubernetesObject => ({ apiVersion: 'v1', kind: 'Pod', ...parts })
const container = (parts: object) => pod({ spec: { containers: [{ name: 'c', ...parts }] } })
const deployment = (spec: object): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: { template: { spec } },
})

describe('suggestField', () => {
  const cases: [string, KubernetesObject, string, string][] = [
    [
      'a name in other case',
      container({ securityContext: { readOnlyRootFileSystem: true } }),
      'misspelt',
      'spec.containers[0].securityContext.readOnlyRootFilesystem',
    ],
    [
      'a missing letter',
      pod({ spec: { securityContext: { supplementalGroup: [1] } } }),
      'misspelt',
      'spec.securityContext.supplementalGroups',
    ],
    [
      'swapped letters',
      container({ securityContext: { privilegde: true } }),
      'misspelt',
      'spec.containers[0].securityContext.privileged',
    ],
    [
      'capabilities of the pod',
      pod({ spec: { capabilities: {} } }),
      'misplaced',
      'spec.containers[*].securityContext.capabilities',
    ],
    [
      'capabilities in a pod’s security context',
      pod({ spec: { securityContext: { capabilities: {} } } }),
      'misplaced',
      'spec.containers[*].securityContext.capabilities',
    ],
    [
      'a security context’s field in metadata',
      pod({ metadata: { runAsNonRoot: true } }),
      'misplaced',
      'spec.securityContext.runAsNonRoot',
    ],
    [
      'the pod’s fsGroup in a container',
      container({ fsGroup: 1 }),
      'misplaced',
      'spec.securityContext.fsGroup',
    ],
    [
      'the pod’s fsGroup in a container’s security context',
      container({ securityContext: { fsGroup: 1 } }),
      'misplaced',
      'spec.securityContext.fsGroup',
    ],
    [
      'hostNetwork in a security context',
      pod({ spec: { securityContext: { hostNetwork: true } } }),
      'misplaced',
      'spec.hostNetwork',
    ],
    [
      'privileged in the container',
      container({ privileged: true }),
      'misplaced',
      'spec.containers[0].securityContext.privileged',
    ],
    [
      'misspelt and misplaced',
      container({ readOnlyRootFileSystem: true }),
      'misplaced',
      'spec.containers[0].securityContext.readOnlyRootFilesystem',
    ],
    [
      'a container’s field in its Deployment’s pod',
      deployment({ image: 'nginx' }),
      'misplaced',
      'spec.template.spec.containers[*].image',
    ],
    [
      'a security context’s field in a Deployment’s metadata',
      {
        ...deployment({ containers: [{ name: 'c' }] }),
        metadata: { runAsNonRoot: true },
      } as unknown as KubernetesObject,
      'misplaced',
      'spec.template.spec.securityContext.runAsNonRoot',
    ],
    [
      'misspelt in a CronJob’s metadata',
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { hostNetwrok: true },
        spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } },
      } as unknown as KubernetesObject,
      'misplaced',
      'spec.jobTemplate.spec.template.spec.hostNetwork',
    ],
    [
      'the end of the real name, where the exact name near has a value',
      pod({ spec: { volumes: [{ name: 'v', secret: { name: 's' } }] } }),
      'misspelt',
      'spec.volumes[0].secret.secretName',
    ],
    [
      'another ending',
      container({ securityContext: { capability: { drop: ['ALL'] } } }),
      'misspelt',
      'spec.containers[0].securityContext.capabilities',
    ],
    [
      'the pod’s field in a container, where only some have a value',
      pod({
        spec: { capabilities: {}, containers: [{ securityContext: { capabilities: {} } }, { name: 'b' }] },
      }),
      'misplaced',
      'spec.containers[*].securityContext.capabilities',
    ],
    [
      'another word for it',
      container({ securityContext: { seccompProfile: { kind: 'RuntimeDefault' } } }),
      'misspelt',
      'spec.containers[0].securityContext.seccompProfile.type',
    ],
    [
      'a place that has a value',
      pod({ spec: { hostNetwork: false, securityContext: { hostNetwork: true } } }),
      'occupied',
      'spec.hostNetwork',
    ],
    [
      'a place that has a value in each container',
      pod({ spec: { capabilities: {}, containers: [{ securityContext: { capabilities: {} } }] } }),
      'occupied',
      'spec.containers[*].securityContext.capabilities',
    ],
    [
      'containers beside the template, which has some',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        spec: { containers: [], template: { spec: { containers: [{ name: 'c' }] } } },
      } as unknown as KubernetesObject,
      'occupied',
      'spec.template.spec.containers',
    ],
    [
      'no ephemeral containers that are not there',
      pod({
        metadata: { securityContext: {} },
        spec: { securityContext: {}, containers: [{ securityContext: {} }] },
      }),
      'occupied',
      'spec.securityContext',
    ],
    [
      'labels beside the template’s metadata',
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { labels: {} } } },
      'misplaced',
      'spec.template.metadata.labels',
    ],
  ]
  test.each(cases)('%s', (_, object, kind, path) => {
    const { unknown } = decodeObject(object)
    expect(unknown).toHaveLength(1)
    const [field] = unknown
    if (field === undefined) return
    const found = suggestField(object, field)
    expect(found && { kind: found.kind, path: formatFieldPath(found.path) }).toEqual({ kind, path })
  })

  test('no field of a volume source that was not chosen', () => {
    const object = pod({ spec: { volumes: [{ name: 'v', storageos: { pool: 'p' } }] } })
    const [field] = decodeObject(object).unknown
    expect(field && suggestField(object, field)).toBeUndefined()
  })

  const without: [string, KubernetesObject][] = [
    ['nothing is near', container({ 'x-comment': 'why' })],
    [
      'the only name like it has a value',
      container({ securityContext: { seccompProfile: { kind: 'x', type: 'RuntimeDefault' } } }),
    ],
    [
      'the other word for it takes no such value',
      container({ securityContext: { seccompProfile: { kind: [] } } }),
    ],
    ['several names share its word', pod({ spec: { host: true } })],
    ['the related name takes no such value', container({ securityContext: { capability: 'ALL' } })],
  ]
  test.each(without)('nothing, where %s', (_, object) => {
    const [field] = decodeObject(object).unknown
    expect(field).toBeDefined()
    expect(field && suggestField(object, field)).toBeUndefined()
  })
})
