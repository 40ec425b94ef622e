import { describe, expect, test } from 'vitest'
import type { Detection } from '../../findings/index.ts'
import { decodeObject, type KubernetesObject, podTemplateOf } from '../../kubernetes/index.ts'
import { createRenderer } from '../../messages/index.ts'
import { unknownField } from './unknown-field.ts'

function detections(given: KubernetesObject): Detection[] {
  const { object, unknown } = decodeObject(given)
  const pod = podTemplateOf(object)
  const found: Detection[] = []
  unknownField.run({ object, unknownFields: unknown, ...(pod && { pod }) }, (detection) =>
    found.push(detection),
  )
  return found
}

const pod = (parts: object): KubernetesObject => ({ apiVersion: 'v1', kind: 'Pod', ...parts })
const [render, renderKorean] = (['en', 'ko'] as const).map((language) =>
  createRenderer([unknownField.messages], language),
)

describe('unknown-field', () => {
  test('a misspelt security field is high, and its patch renames it', () => {
    const path = ['spec', 'containers', 0, 'securityContext']
    const [found] = detections(
      pod({ spec: { containers: [{ name: 'c', securityContext: { readOnlyRootFileSystem: true } }] } }),
    )
    expect(found).toMatchObject({
      path: [...path, 'readOnlyRootFileSystem'],
      severity: 'high',
      remediation: {
        safe: false,
        patch: [
          {
            op: 'move',
            from: [...path, 'readOnlyRootFileSystem'],
            path: [...path, 'readOnlyRootFilesystem'],
          },
        ],
      },
    })
    expect(found && render?.(found.message)).toBe(
      'Kubernetes does not know the field spec.containers[0].securityContext.readOnlyRootFileSystem and ignores it; its name is readOnlyRootFilesystem',
    )
    expect(found && renderKorean?.(found.message)).toBe(
      '쿠버네티스는 spec.containers[0].securityContext.readOnlyRootFileSystem 필드를 알지 못하여 무시합니다. 올바른 이름은 readOnlyRootFilesystem입니다',
    )
  })

  test('capabilities of the pod are given to each container', () => {
    const drop = { drop: ['ALL'] }
    const [found] = detections(
      pod({
        spec: {
          capabilities: drop,
          containers: [{ name: 'a' }, { name: 'b', securityContext: { privileged: false } }],
        },
      }),
    )
    expect(found?.remediation?.patch).toEqual([
      { op: 'add', path: ['spec', 'containers', 0, 'securityContext'], value: { capabilities: drop } },
      { op: 'add', path: ['spec', 'containers', 1, 'securityContext', 'capabilities'], value: drop },
      { op: 'remove', path: ['spec', 'capabilities'] },
    ])
  })

  test('a value that the real field would not take is not moved there', () => {
    const [found] = detections(pod({ spec: { hostPid: 'yes', containers: [{ name: 'c' }] } }))
    expect(found?.severity).toBe('high')
    expect(found?.remediation?.patch).toEqual([])
  })

  test('what the real field already says is not overwritten', () => {
    const [found] = detections(pod({ spec: { hostpid: true, hostPID: false, containers: [{ name: 'c' }] } }))
    expect(found?.remediation?.patch).toEqual([{ op: 'remove', path: ['spec', 'hostpid'] }])
  })

  test('a field that nothing resembles is medium in a spec, low in metadata', () => {
    expect(detections(pod({ spec: { 'x-note': 1 } })).map(({ severity }) => severity)).toEqual(['medium'])
    expect(detections(pod({ metadata: { 'x-note': 1 } })).map(({ severity }) => severity)).toEqual(['low'])
  })

  test('what may be a password is marked', () => {
    const [found] = detections(
      pod({ spec: { containers: [{ name: 'c', env: [{ name: 'P', valu: 's3cret' }] }] } }),
    )
    expect(found?.holdsSecret).toBe(true)
  })
})
