import {
  createReporter,
  createTally,
  type Finding,
  REPORT_FORMATS,
  type Run,
  type Severity,
} from '../src/findings/index.ts'
import { ReportContext, ReportedFinding } from '../src/findings/reported.ts'
import { Utf8Chunks } from '../src/findings/reports/utf8.ts'
import type { KubernetesObject } from '../src/kubernetes/index.ts'
import { createRenderer, defineMessages, type Language } from '../src/messages/index.ts'

const OBJECTS = 20_000
const FINDINGS_AN_OBJECT = 10
const BATCH = 100

const messages = defineMessages('bench-check', {
  problem: {
    en: (d: { container: string; field: string }) =>
      `container "${d.container}" does not set ${d.field}, so that the runtime's default applies`,
    ko: (d: { container: string; field: string }) =>
      `컨테이너 "${d.container}"에 ${d.field} 설정이 없어 런타임의 기본값이 적용됩니다`,
  },
})

const CHECKS = Array.from({ length: FINDINGS_AN_OBJECT }, (_, index) => ({
  id: `bench-check-${index}`,
  severity: (['critical', 'high', 'medium', 'low'] as const)[index % 4] as Severity,
  title: { en: `Synthetic check ${index}`, ko: `합성 점검 ${index}` },
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
}))

/**
 * What each report format costs: 200,000 findings over 20,000 objects, made beforehand, written into a sink
 * that only counts. Microseconds a finding.
 */
export async function run(
  emit: (line: { name: string; value: number; unit: string }) => void,
): Promise<void> {
  const formats = REPORT_FORMATS.flatMap((format) =>
    (['en', 'ko'] as const).map((language) => ({ format, language })),
  )
  for (const { format, language } of formats) {
    const { seconds, bytes } = await render(format, language)
    const findings = OBJECTS * FINDINGS_AN_OBJECT
    emit({
      name: `report.${format}.${language}`,
      value: round((seconds * 1e6) / findings),
      unit: 'µs/finding',
    })
    emit({ name: `report.${format}.${language}.size`, value: Math.round(bytes / 1e6), unit: 'MB' })
  }
}

async function render(
  format: (typeof REPORT_FORMATS)[number],
  language: Language,
): Promise<{ seconds: number; bytes: number }> {
  let bytes = 0
  const sink = new Utf8Chunks((chunk) => {
    bytes += chunk.length
  })
  const reporter = await createReporter(format, sink, { colour: false })
  const tally = createTally('medium')
  const run: Run = {
    version: '0.0.0',
    language,
    render: createRenderer([messages], language),
    checks: CHECKS,
    helpUrl: (check) => `https://example.org/checks/${check}`,
    failOn: 'medium',
    hasBaseline: false,
  }
  const context = new ReportContext()
  let seconds = 0
  reporter.begin(run)
  for (let first = 0; first < OBJECTS; first += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => findingsOf(first + index, context)).flat()
    seconds += timed(() => {
      for (const finding of batch) {
        tally.finding(finding)
        reporter.finding(finding)
      }
    })
  }
  seconds += timed(() => reporter.end(tally.summary({ files: OBJECTS / 100, objects: OBJECTS })))
  sink.flush()
  return { seconds, bytes }
}

/** Seconds of this thread's own time, which other load of the machine does not lengthen. */
function timed(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}

function findingsOf(index: number, context: ReportContext): ReportedFinding[] {
  const object: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `web-${index}`, namespace: 'shop' },
    spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx' }] } } },
  }
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: `web-${index}` }
  const file = `manifests/team-${Math.floor(index / 100)}/deployment.yaml`
  const source = { lineAt: () => '          image: nginx # 웹 서버' }
  return CHECKS.map((check, position) => {
    const path = ['spec', 'template', 'spec', 'containers', 0, 'securityContext', `field${position}`]
    const finding: Finding = {
      check: check.id,
      severity: check.severity,
      resource,
      location: { file, line: index * 30 + position, column: 11, path },
      message: messages.make.problem({ container: 'app', field: `field${position}` }),
      remediation: { patch: [{ op: 'add', path, value: false }], safe: position % 2 === 0 },
      references: check.references,
    }
    return new ReportedFinding(finding, object, context, undefined, source)
  })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
