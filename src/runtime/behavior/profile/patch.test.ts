import { describe, expect, test } from 'vitest'
import { podTemplateOf } from '../../../kubernetes/index.ts'
import { viewAt } from '../observation/view.fixture.ts'
import { patchOf } from './patch.ts'
import { OPTIONS, record, SERVER } from './profile.fixture.ts'
import { proposalOf } from './proposal.ts'

describe('the patch', () => {
  const proposal = proposalOf(
    [
      record([
        ...SERVER,
        viewAt(3, 'openat', { 'fd.name': '/tmp/x', 'evt.is_open_write': 'true' }),
        viewAt(3, 'notification', {
          'container.id': 'host',
          'evt.arg.id': 'capability',
          'evt.arg.desc': '007',
        }),
      ]),
    ],
    OPTIONS,
  )
  const operations = (container: object, spec: object = {}) => {
    const template = podTemplateOf({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { template: { spec: { containers: [{ name: 'web', ...container }], ...spec } } },
    })
    if (template === undefined) throw new Error('no template')
    return patchOf(template, { field: 'containers', index: 0 }, proposal, {
      localhostProfile: 'haetae/web.json',
    }).map(({ op, path, ...rest }) => [op, path.join('.'), 'value' in rest ? rest.value : undefined])
  }
  const BASE = 'spec.template.spec'

  test('of a container that says nothing', () => {
    expect(operations({})).toEqual([
      [
        'add',
        `${BASE}.containers.0.securityContext`,
        {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: 'Localhost', localhostProfile: 'haetae/web.json' },
        },
      ],
      ['add', `${BASE}.containers.0.volumeMounts`, [{ name: 'tmp', mountPath: '/tmp' }]],
      ['add', `${BASE}.containers.0.ports`, [{ containerPort: 8080 }]],
      ['add', `${BASE}.volumes`, [{ name: 'tmp', emptyDir: {} }]],
    ])
  })

  test('of one that has some of it, leaves that alone', () => {
    const container = {
      securityContext: { privileged: true, runAsUser: 1000, allowPrivilegeEscalation: false },
      ports: [{ containerPort: 8080 }],
      volumeMounts: [{ name: 'tmp', mountPath: '/data' }],
    }
    const paths = operations(container, { volumes: [{ name: 'tmp', emptyDir: {} }] }).map(
      ([op, path]) => `${op} ${path}`,
    )
    expect(paths).toEqual([
      `replace ${BASE}.containers.0.securityContext.privileged`,
      `add ${BASE}.containers.0.securityContext.capabilities`,
      `add ${BASE}.containers.0.securityContext.readOnlyRootFilesystem`,
      `add ${BASE}.containers.0.securityContext.runAsNonRoot`,
      `add ${BASE}.containers.0.securityContext.seccompProfile`,
      `add ${BASE}.containers.0.volumeMounts.1`,
      `add ${BASE}.volumes.1`,
    ])
  })
})
