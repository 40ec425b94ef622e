import { describe, expect, it } from 'vitest'
import { brief, effectiveContainer, effectivePod } from './effective.fixture.ts'

function mountOf(volume: object, mount: object = {}, pod: object = { fsGroup: 2000 }) {
  const { mounts } = effectiveContainer({
    spec: { volumes: [{ name: 'v', ...volume }] },
    pod,
    fields: { volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] },
  })
  const [only] = mounts
  if (only === undefined) throw new Error('the container has its mount')
  return only
}

describe('which volumes’ files fsGroup owns', () => {
  const cases = [
    ['a volume without a source is an emptyDir', {}, [2000, 'pod', 'setgid']],
    ['emptyDir', { emptyDir: {} }, [2000, 'pod', 'setgid']],
    ['configMap', { configMap: { name: 'x' } }, [2000, 'pod', 'groupReadable']],
    ['secret', { secret: {} }, [2000, 'pod', 'groupReadable']],
    ['projected', { projected: { sources: [] } }, [2000, 'pod', 'groupReadable']],
    ['downwardAPI', { downwardAPI: {} }, [2000, 'pod', 'groupReadable']],
    ['persistentVolumeClaim', { persistentVolumeClaim: {} }, ['depends', 'pod', 'driverDecides']],
    ['ephemeral', { ephemeral: {} }, ['depends', 'pod', 'driverDecides']],
    ['csi', { csi: { driver: 'd' } }, ['depends', 'pod', 'driverDecides']],
    ['iscsi', { iscsi: {} }, [2000, 'pod', 'setgid']],
    ['nfs', { nfs: { server: 's', path: '/' } }, ['unchanged', 'kubernetes', 'noOwnership']],
    ['hostPath', { hostPath: { path: '/var/log' } }, ['unchanged', 'kubernetes', 'hostPath']],
    ['a type of the future', { hologram: {} }, ['depends', 'pod', 'driverDecides']],
  ] as const

  it.each(cases)('%s', (_, volume, expected) => {
    expect(brief(mountOf(volume).filesGroup)).toEqual(expected)
  })

  it('none without fsGroup', () => {
    expect(brief(mountOf({ emptyDir: {} }, {}, {}).filesGroup)).toEqual(['unchanged', 'kubernetes'])
  })

  it('fsGroupChangePolicy matters for storage that outlives the pod', () => {
    const pod = { fsGroup: 1, fsGroupChangePolicy: 'OnRootMismatch' }
    expect(brief(mountOf({ persistentVolumeClaim: {} }, {}, pod).filesGroup)).toContain('onRootMismatch')
    expect(brief(mountOf({ emptyDir: {} }, {}, pod).filesGroup)).not.toContain('onRootMismatch')
    expect(brief(mountOf({ secret: {} }, {}, pod).filesGroup)).not.toContain('onRootMismatch')
  })
})

describe('read-only', () => {
  const cases = [
    ['default', { emptyDir: {} }, {}, [false, 'kubernetes']],
    ['the mount', { emptyDir: {} }, { readOnly: true }, [true, 'container']],
    ['the volume', { nfs: { readOnly: true } }, {}, [true, 'pod']],
    ['a secret always', { secret: {} }, { readOnly: false }, [true, 'kubernetes', 'alwaysReadOnly']],
    ['an image always', { image: {} }, {}, [true, 'kubernetes', 'alwaysReadOnly']],
    ['a hostPath but not below it', { hostPath: {} }, { readOnly: true }, [true, 'container', 'submounts']],
    [
      'a hostPath, recursively',
      { hostPath: {} },
      { readOnly: true, recursiveReadOnly: 'Enabled' },
      [true, 'container'],
    ],
  ] as const

  it.each(cases)('%s', (_, volume, mount, expected) => {
    expect(brief(mountOf(volume, mount).readOnly)).toEqual(expected)
  })

  it('names a volume that does not exist', () => {
    const mount = mountOf({}, { name: 'w' })
    expect(mount.volumeType).toBeNull()
    expect(brief(mount.readOnly)).toEqual([false, 'kubernetes', '!noSuchVolume'])
  })
})

describe('the service account’s token', () => {
  const tokenOf = (spec: object, fields: object = {}) =>
    brief(effectiveContainer({ spec, fields }).serviceAccountToken)

  it('is mounted unless somebody says no', () => {
    expect(tokenOf({})).toEqual([true, 'kubernetes', 'accountDecides'])
    expect(tokenOf({ automountServiceAccountToken: false })).toEqual([false, 'pod'])
    expect(tokenOf({ automountServiceAccountToken: true })).toEqual([true, 'pod'])
  })

  it('gives way to the container’s own mount in its place', () => {
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
    const spec = { volumes: [{ name: 'v' }] }
    expect(tokenOf(spec, { volumeMounts: [{ name: 'v', mountPath }] })).toEqual([
      false,
      'container',
      'ownMount',
    ])
  })

  it('may come through a projected volume', () => {
    const projected = { sources: [{ serviceAccountToken: { path: 'token' } }] }
    const spec = { automountServiceAccountToken: false, volumes: [{ name: 'v', projected }] }
    const fields = { volumeMounts: [{ name: 'v', mountPath: '/t' }] }
    expect(tokenOf(spec, fields)).toEqual([true, 'container', 'projected'])
  })

  it('is not added to ephemeral containers', () => {
    const pod = effectivePod({ containers: [], ephemeralContainers: [{ name: 'e' }] })
    expect(pod.containers.map(({ serviceAccountToken }) => brief(serviceAccountToken))).toEqual([
      [false, 'kubernetes', 'ephemeral'],
    ])
  })

  it('belongs to the account named, else default', () => {
    expect(brief(effectivePod({ serviceAccountName: 'a', serviceAccount: 'b' }).serviceAccountName)).toEqual([
      'a',
      'pod',
    ])
    expect(brief(effectivePod({ serviceAccount: 'b' }).serviceAccountName)).toEqual(['b', 'pod'])
    expect(brief(effectivePod({}).serviceAccountName)).toEqual(['default', 'kubernetes'])
  })
})
