import { defineMessages, withParticle } from '../messages/index.ts'

/** What the command line itself says. */
export const cliMessages = defineMessages('cli', {
  'unknown-format': {
    en: (d: { format: string; known: readonly string[] }) =>
      `unknown format "${d.format}"; choose one of: ${d.known.join(', ')}`,
    ko: (d: { format: string; known: readonly string[] }) =>
      `알 수 없는 형식 "${d.format}"입니다. 다음 중에서 고르십시오: ${d.known.join(', ')}`,
  },
  'format-twice-on-stdout': {
    en: (_: object) =>
      'only one --format may go to standard output; give the others a file: --format sarif=report.sarif',
    ko: (_: object) =>
      '표준 출력에는 --format 하나만 쓸 수 있습니다. 나머지는 파일을 지정하십시오: --format sarif=report.sarif',
  },
  'written-twice': {
    en: (d: { path: string }) =>
      `two reports cannot both be written to ${d.path}: give each a file of its own`,
    ko: (d: { path: string }) =>
      `${d.path}에 두 보고서를 함께 쓸 수 없습니다. 보고서마다 다른 파일을 지정하십시오`,
  },
  'report-over-input': {
    en: (d: { path: string }) =>
      `${d.path} is what is scanned, and a report would be written over it: give the report another file`,
    ko: (d: { path: string }) =>
      `${withParticle(d.path, '은/는')} 스캔할 입력이어서 보고서로 덮어쓸 수 없습니다. 보고서에 다른 파일을 지정하십시오`,
  },
  'output-unused': {
    en: (d: { path: string }) =>
      `--output ${d.path} has nothing to write: every --format names a file of its own`,
    ko: (d: { path: string }) =>
      `--output ${d.path}에 쓸 보고서가 없습니다. --format마다 파일이 이미 지정되어 있습니다`,
  },
  'no-package': {
    en: (d: { folder: string }) =>
      `no package.json stands above ${d.folder}: this build was copied out of its package, and what comes with it (rules, documentation, sensor) is not there; copy the whole package`,
    ko: (d: { folder: string }) =>
      `${d.folder} 위에 package.json이 없습니다. 빌드만 패키지 밖으로 복사되어 함께 있어야 할 룰, 문서, 센서를 찾을 수 없습니다. 패키지 전체를 복사하십시오`,
  },
  'unknown-check': {
    en: (d: { check: string; nearest: string }) =>
      `unknown check "${d.check}"${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`} (haetae checks list shows all)`,
    ko: (d: { check: string; nearest: string }) =>
      `알 수 없는 점검 "${d.check}"입니다. ${d.nearest === '' ? '' : `혹시 ${withParticle(d.nearest, '을/를')} 찾으셨습니까? `}haetae checks list로 전체를 볼 수 있습니다`,
  },
  'unknown-value': {
    en: (d: { option: string; value: string; known: readonly string[] }) =>
      `${d.option} does not take "${d.value}"; choose one of: ${d.known.join(', ')}`,
    ko: (d: { option: string; value: string; known: readonly string[] }) =>
      `${d.option}에는 ${withParticle(`"${d.value}"`, '을/를')} 쓸 수 없습니다. 다음 중에서 고르십시오: ${d.known.join(', ')}`,
  },
  'bad-version': {
    en: (d: { version: string }) =>
      `"${d.version}" is not a Kubernetes version; write latest or v1.0 to v1.37`,
    ko: (d: { version: string }) =>
      `${withParticle(`"${d.version}"`, '은/는')} 쿠버네티스 버전이 아닙니다. latest 또는 v1.0부터 v1.37까지로 쓰십시오`,
  },
  'diff-and-report': {
    en: (_: object) =>
      'the diff of --fix --dry-run goes to standard output; give the report a file: --format json=report.json',
    ko: (_: object) =>
      '--fix --dry-run의 diff가 표준 출력으로 나가므로 보고서에는 파일을 지정하십시오: --format json=report.json',
  },
  'option-needs': {
    en: (d: { option: string; other: string }) => `${d.option} has a meaning only with ${d.other}`,
    ko: (d: { option: string; other: string }) =>
      `${withParticle(d.option, '은/는')} ${withParticle(d.other, '과/와')} 함께 써야 합니다`,
  },
  others: {
    en: (d: { count: number }) =>
      `${d.count} ${d.count === 1 ? 'document is no Kubernetes manifest' : 'documents are no Kubernetes manifests'} and left out (values of charts, settings of other programs)`,
    ko: (d: { count: number }) =>
      `쿠버네티스 매니페스트가 아닌 문서 ${d.count}개(차트의 값, 다른 프로그램의 설정 등)는 제외했습니다`,
  },
  'nothing-to-scan': {
    en: (_: object) => 'nothing to scan: name files or folders, - for standard input, or --cluster',
    ko: (_: object) =>
      '검사할 대상이 없습니다. 파일이나 폴더, 표준 입력이면 -, 클러스터면 --cluster를 지정하십시오',
  },
  fixed: {
    en: (d: { applied: number; files: number }) =>
      `${d.applied} ${d.applied === 1 ? 'finding' : 'findings'} fixed in ${d.files} ${d.files === 1 ? 'file' : 'files'}`,
    ko: (d: { applied: number; files: number }) =>
      `파일 ${d.files}개에서 발견 항목 ${d.applied}개를 고쳤습니다`,
  },
  'fix-of-stdin': {
    en: (_: object) => '--fix mends files, not standard input; name the files',
    ko: (_: object) => '--fix는 표준 입력이 아니라 파일을 고칩니다. 파일을 지정하십시오',
  },
  'would-fix': {
    en: (d: { applied: number; files: number }) =>
      `--fix would mend ${d.applied} ${d.applied === 1 ? 'finding' : 'findings'} in ${d.files} ${d.files === 1 ? 'file' : 'files'}`,
    ko: (d: { applied: number; files: number }) =>
      `--fix를 실행하면 파일 ${d.files}개에서 발견 항목 ${d.applied}개를 고칩니다`,
  },
  'not-fixed': {
    en: (d: { place: string; check: string; reason: string }) =>
      `not fixed: ${d.place} ${d.check}: ${d.reason}`,
    ko: (d: { place: string; check: string; reason: string }) =>
      `고치지 못함: ${d.place} ${d.check}: ${d.reason}`,
  },
  'bad-file': {
    en: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
    ko: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
  },
  'cannot-write': {
    en: (d: { path: string; reason: string }) => `cannot write ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) => `${d.path}에 쓸 수 없습니다 (${d.reason})`,
  },
  'cannot-read': {
    en: (d: { path: string; reason: string }) => `cannot read ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) =>
      `${withParticle(d.path, '을/를')} 읽을 수 없습니다 (${d.reason})`,
  },
  'runtime-too-old': {
    en: (d: { version: string }) => `Haetae needs Node.js 24 or newer; this is ${d.version}`,
    ko: (d: { version: string }) => `해태에는 Node.js 24 이상이 필요합니다. 현재 버전은 ${d.version}입니다`,
  },
  internal: {
    en: (d: { reason: string }) =>
      `a defect in Haetae, not in your input: ${d.reason}. Set HAETAE_DEBUG=1 to see where`,
    ko: (d: { reason: string }) =>
      `입력이 아니라 해태의 결함입니다: ${d.reason}. HAETAE_DEBUG=1로 위치를 볼 수 있습니다`,
  },
})
