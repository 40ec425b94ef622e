import type { KubernetesObject } from '../../kubernetes/index.ts'
import { createRenderer, defineMessages, type Language, withParticle } from '../../messages/index.ts'
import type { Check } from '../check.ts'
import type { Finding } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { createTally } from '../tally.ts'
import { createTriage } from '../triage.ts'
import type { Reporter, Run } from './reporter.ts'

/** What may stand in a manifest and must do no harm in a report. */
export const NASTY = '</script><b>"x"\'&|`*_@someone\u001b[31m\u202e\u0000]]>'

const messages = defineMessages('sample', {
  plain: {
    en: (d: { container: string }) => `container "${d.container}" is not hardened`,
    ko: (d: { container: string }) =>
      `${withParticle(`컨테이너 "${d.container}"`, '이/가')} 하드닝되지 않았습니다`,
  },
  remedy: { en: (_: object) => 'Set it to false.', ko: (_: object) => 'false로 설정합니다.' },
  broken: { en: (_: object) => 'a mapping was expected', ko: (_: object) => '매핑이 와야 합니다' },
})

const checks: readonly Pick<Check, 'id' | 'severity' | 'title' | 'references'>[] = [
  {
    id: 'allowPrivilegeEscalation',
    severity: 'high',
    title: { en: 'Privilege escalation is allowed', ko: '권한 상승 허용' },
    references: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
  },
  { id: 'image-not-pinned', severity: 'low', title: { en: 'Image tag', ko: '이미지 태그' }, references: [] },
]

const SOURCE = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  '\t이름: web # 탭과 한글',
  `${'x'.repeat(300)}: here${'y'.repeat(300)}`,
  '  hostPID: true',
  '',
]

/** A run with all that a report must cope with: one finding of each fate, hostile texts, an unreadable input. */
export function report(
  reporter: Reporter,
  language: Language,
  { nasty = false, baseline = false }: { readonly nasty?: boolean; readonly baseline?: boolean } = {},
): void {
  const container = nasty ? NASTY : 'app'
  const object: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      annotations: {
        'haetae.io/skip': 'image-not-pinned',
        'haetae.io/skip-reason': nasty ? NASTY : 'mirror of our own',
        'haetae.io/skip-until': '2030-01-31',
      },
    },
    spec: { template: { spec: { containers: [{ name: container, image: 'x' }] } } },
  }
  const run: Run = {
    version: '1.2.3',
    language,
    render: createRenderer([messages], language),
    checks,
    helpUrl: (check) => `https://example.org/${language}/${check}`,
    failOn: 'medium',
    hasBaseline: baseline,
    startedAt: '2026-01-02T03:04:05.678Z',
    root: '/home/me/my project',
  }
  const triage = createTriage({ today: '2026-01-02', ...(baseline && { baseline: new Map() }) })(
    { object },
    {
      lineAt: (line) => SOURCE[line - 1],
    },
  )
  const tally = createTally('medium')
  const tell = (reported: ReportedFinding) => {
    tally.finding(reported)
    reporter.finding(reported)
  }
  reporter.begin(run)
  const base: Finding = {
    check: 'allowPrivilegeEscalation',
    severity: 'high',
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: nasty ? NASTY : 'web' },
    location: {
      file: nasty ? `a b/${NASTY}.yaml` : 'base/web.yaml',
      line: 3,
      column: 6,
      path: ['spec', 'template', 'spec', 'containers', 0, 'securityContext'],
    },
    message: messages.make.plain({ container }),
    remediation: {
      message: messages.make.remedy({}),
      patch: [
        {
          op: 'add',
          path: ['spec', 'template', 'spec', 'containers', 0, 'securityContext'],
          value: { allowPrivilegeEscalation: false },
        },
        { op: 'move', from: ['metadata', 'a/b~c'], path: ['spec', 'a'] },
        { op: 'remove', path: ['spec', 'hostPID'] },
      ],
      safe: true,
    },
    references: checks[0]?.references ?? [],
  }
  const { remediation: _, ...plain } = base
  tell(triage(base))
  tell(triage({ ...plain, severity: 'critical', location: { ...base.location, line: 4, column: 303 } }))
  tell(triage({ ...plain, check: 'image-not-pinned', severity: 'low' }))
  tell(triage({ ...plain, check: 'unlisted', severity: 'medium', location: { ...base.location, line: 99 } }))
  const path = ['spec', 'hostPID']
  tell(
    triage({
      ...plain,
      location: { ...base.location, line: 5, column: 3, path },
      remediation: { patch: [{ op: 'replace', path, value: false }], safe: true },
    }),
  )
  reporter.problem({
    code: 'ERR_YAML_SYNTAX',
    file: nasty ? NASTY : '/elsewhere/broken.yaml',
    line: 7,
    column: 2,
    message: messages.make.broken({}),
  })
  tally.problem()
  reporter.end(tally.summary({ files: 2, objects: 1 }))
}
