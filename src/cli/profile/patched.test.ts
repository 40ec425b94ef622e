import { describe, expect, test } from 'vitest'
import { podTemplateOf } from '../../kubernetes/index.ts'
import type { WorkloadManifest } from '../workload/read-workload.ts'
import { writableByOthers } from './patched.ts'

describe('volumes that others than root may write to', () => {
  const volumes = [
    { name: 'scratch', emptyDir: {} },
    { name: 'claim', persistentVolumeClaim: { claimName: 'x' } },
    { name: 'node', hostPath: { path: '/srv' } },
    { name: 'server', nfs: { server: 'files', path: '/srv' } },
  ]
  const open = (securityContext: object) => {
    const volumeMounts = ['scratch', 'claim', 'node', 'server', 'none'].map((name) => ({
      name,
      mountPath: `/${name}/`,
    }))
    const spec = { securityContext, volumes, containers: [{ name: 'web', volumeMounts }] }
    const template = podTemplateOf({ apiVersion: 'v1', kind: 'Pod', spec })
    return writableByOthers({ template } as WorkloadManifest, { field: 'containers', index: 0 })
  }

  test('are emptyDirs', () => {
    expect(open({})).toEqual(['/scratch'])
  })

  test('are claims as well, where a group is given them, and never folders of the node or of a server', () => {
    expect(open({ fsGroup: 3000 })).toEqual(['/scratch', '/claim'])
  })
})
