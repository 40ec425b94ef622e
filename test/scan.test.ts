import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { haetae } from './program.fixture.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-scan-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const DIGEST = `sha256:${'a'.repeat(64)}`

/** Meets everything under restricted. */
const HARDENED = `apiVersion: v1
kind: Pod
metadata:
  name: hardened
spec:
  automountServiceAccountToken: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: registry.example/app@${DIGEST}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: ["ALL"]
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {memory: 16Mi}
`
const PRIVILEGED =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      image: x\n      securityContext: {privileged: true}\n'
const BROKEN = 'apiVersion: v1\nkind: Pod\nspec:\n\tx: 1\n'
/** `drop: [all]` is mended safely; the variable's value must never be shown. */
const FIXABLE = HARDENED.replace('["ALL"]', '["all"]').replace(
  '      resources:',
  '      env:\n        - name: DB_PASSWORD\n          value: hunter2secret\n      resources:',
)

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('exit status', () => {
  test('0: nothing at or over the threshold', () => {
    expect(haetae(['scan', write('a.yaml', HARDENED)]).status).toBe(0)
    expect(haetae(['scan', write('b.yaml', PRIVILEGED), '--fail-on', 'none']).status).toBe(0)
  })

  test('1: findings at or over it', () => {
    const file = write('a.yaml', PRIVILEGED)
    expect(haetae(['scan', file]).status).toBe(1)
    expect(haetae(['scan', file, '--only', 'image-not-pinned']).status).toBe(0)
    expect(haetae(['scan', file, '--only', 'image-not-pinned', '--fail-on', 'low']).status).toBe(1)
  })

  test.each([
    [['scan']],
    [['scan', 'x', '--level', 'strict']],
    [['scan', 'x', '--version', 'v1.99x']],
    [['scan', 'x', '--only', 'no-such-check']],
    [['scan', 'x', '--format', 'xml']],
    [['scan', 'x', '--format', 'json', '--format', 'sarif']],
    [['scan', 'x', '--format', 'json=/nowhere/x.json']],
    [['scan', 'x', '--format', 'json=/nowhere/x', '--format', 'sarif=/nowhere/./x']],
    [['scan', '/nowhere/x.yaml', '--format', 'json=/nowhere/x.yaml']],
    [['scan', 'x', '--format', 'json=/nowhere/x', '--output', '/nowhere/y']],
    [['scan', 'x', '--baseline', '/nowhere']],
    [['scan', 'x', '--admission-config', '/nowhere']],
    [['scan', 'x', '--namespace', 'n']],
    [['scan', 'x', '--dry-run']],
    [['scan', '-', '--fix']],
    [['scan', 'x', '--lang', 'xx']],
    [['scna']],
    [['scan', '--no-such-option']],
  ])('2: the call was wrong: %j', (argv) => {
    for (const lang of ['C', 'ko_KR.UTF-8']) {
      const { status, stdout, stderr } = haetae(argv, { lang })
      expect(status).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toMatch(/^haetae: ERR_[A-Z_]+: /)
      expect(stderr).not.toMatch(/\n\s+at /)
      // A Korean message may quote names, but is no English sentence.
      if (lang !== 'C') expect(stderr.split('\n')[0]).toMatch(/[가-힣]/)
    }
  })

  test('3: some input could not be evaluated; the rest is in the output, and nothing is said to have passed', () => {
    write('a.yaml', BROKEN)
    write('b.yaml', PRIVILEGED)
    const { status, stdout } = haetae(['scan', folder])
    expect(status).toBe(3)
    expect(stdout).toContain('a.yaml:4:1')
    expect(stdout).toContain('privileged')
    expect(haetae(['scan', write('c.yaml', BROKEN)]).stdout).not.toContain('Passed')
  })

  test('2: no report takes the place of what is scanned', () => {
    const file = write('a.yaml', PRIVILEGED)
    symlinkSync('a.yaml', join(folder, 'link.yaml'))
    const { status, stderr } = haetae(['scan', file, '--format', `json=${join(folder, 'link.yaml')}`])
    expect(status).toBe(2)
    expect(stderr).toMatch(/^haetae: ERR_OUTPUT: [^\n]*link.yaml is what is scanned/)
    expect(readFileSync(file, 'utf8')).toBe(PRIVILEGED)
  })

  test('a report in the folder that is scanned is no input', () => {
    for (let index = 0; index < 40; index++) write(`${index}.yaml`, PRIVILEGED)
    const report = join(folder, 'z.json')
    for (let run = 0; run < 2; run++) {
      expect(haetae(['scan', '.', '--format', 'json=z.json'], { cwd: folder }).status).toBe(1)
      expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ summary: { files: 40, problems: 0 } })
    }
  })

  test('a full disk is told, a closed pipe is no success', () => {
    const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
    const shell = (command: string) => spawnSync('bash', ['-c', command], { encoding: 'utf8' })
    const scan = `'${process.execPath}' '${main}' scan '${write('a.yaml', PRIVILEGED)}'`
    const full = shell(`${scan} > /dev/full`)
    expect(full.status).toBe(2)
    expect(full.stderr).toMatch(/^haetae: ERR_OUTPUT: [^\n]*no space left[^\n]*\n$/)
    const closed = shell(`set -o pipefail; ${scan} | true`)
    expect([1, 3]).toContain(closed.status)
    expect(closed.stderr).toBe('')
  })
})

describe('standard input', () => {
  test('is read as -, and named in the report', () => {
    const { status, stdout } = haetae(['scan', '-'], { input: PRIVILEGED })
    expect(status).toBe(1)
    expect(stdout).toContain('<stdin>:8:')
  })

  test('a Namespace in it counts for the pods that follow', () => {
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {pod-security.kubernetes.io/enforce: baseline}}\n'
    const pod = PRIVILEGED.replace('{name: p}', '{name: p, namespace: team}')
    const { stdout } = haetae(['scan', '-', '--only', 'pod-security-admission-denied'], {
      input: `${namespace}---\n${pod}`,
    })
    expect(stdout).toContain('pod-security-admission-denied')
  })
})

describe('reports', () => {
  test('several in one run, in both languages; Korean ones are Korean', () => {
    const file = write('a.yaml', PRIVILEGED)
    const formats = ['json', 'jsonl', 'sarif', 'junit', 'markdown', 'html']
    const flags = formats.flatMap((format) => ['--format', `${format}=${join(folder, `out.${format}`)}`])
    const { status, stdout } = haetae(['scan', file, '--lang', 'ko', '--format', 'pretty', ...flags])
    expect(status).toBe(1)
    expect(stdout).toContain('실패')
    for (const format of formats)
      expect(readFileSync(join(folder, `out.${format}`), 'utf8')).toMatch(/[가-힣]/)
    const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))
    expect(report.summary.findings.critical).toBe(1)
    expect(report.findings[0]).toMatchObject({ check: 'privileged', location: { line: 8 } })
  })

  test('a secret is in none of them, whatever is asked for', () => {
    const file = write('a.yaml', FIXABLE)
    for (const only of [[], ['--only', 'image-tag-latest,capabilities_restricted']])
      for (const format of ['pretty', 'json', 'jsonl', 'sarif', 'junit', 'markdown', 'html'])
        expect(haetae(['scan', file, '--format', format, ...only]).stdout).not.toContain('hunter2secret')
  })
})

describe('exceptions and the baseline', () => {
  test('an exception with a reason keeps a finding from failing, until its last day', () => {
    const annotated = (until: string) =>
      PRIVILEGED.replace(
        'metadata: {name: p}',
        `metadata: {name: p, annotations: {haetae.io/skip: privileged, haetae.io/skip-reason: because, haetae.io/skip-until: "${until}"}}`,
      )
    const only = ['--only', 'privileged,exception-expired']
    expect(haetae(['scan', write('a.yaml', annotated('2999-12-31')), ...only]).status).toBe(0)
    const expired = haetae(['scan', write('b.yaml', annotated('2020-01-01')), ...only])
    expect(expired.status).toBe(1)
    expect(expired.stdout).toContain('exception-expired')
  })

  test('only what is new fails, wherever the old has moved', () => {
    const baseline = join(folder, 'baseline.json')
    expect(haetae(['scan', write('a.yaml', PRIVILEGED), '--write-baseline', baseline]).status).toBe(1)
    const moved = write('moved.yaml', `# a line more\n${PRIVILEGED}`)
    expect(haetae(['scan', moved, '--baseline', baseline]).status).toBe(0)
    const worse = write('worse.yaml', PRIVILEGED.replace('spec:\n', 'spec:\n  hostPID: true\n'))
    const { status, stdout } = haetae(['scan', worse, '--baseline', baseline])
    expect(status).toBe(1)
    expect(stdout).toContain('hostPID')
  })

  test('a file that is no baseline is refused', () => {
    const { status, stderr } = haetae([
      'scan',
      write('a.yaml', HARDENED),
      '--baseline',
      write('b.json', '{}'),
    ])
    expect(status).toBe(2)
    expect(stderr).toContain('ERR_BASELINE_UNKNOWN_FORMAT')
  })
})

describe('--fix', () => {
  const mended = FIXABLE.replace('["all"]', '["ALL"]')

  test('mends in place, leaves all else as it is, and reports what is left', () => {
    const file = write('a.yaml', FIXABLE.replaceAll('\n', '\r\n'))
    chmodSync(file, 0o640)
    haetae(['scan', file, '--fix'])
    expect(readFileSync(file, 'utf8')).toBe(mended.replaceAll('\n', '\r\n'))
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['a.yaml'])
  })

  test('--dry-run prints a diff without the secret beside, and writes nothing', () => {
    const file = write('a.yaml', FIXABLE)
    const { stdout } = haetae(['scan', 'a.yaml', '--fix', '--dry-run'], { cwd: folder })
    expect(stdout).toContain('+          drop: ["ALL"]')
    expect(stdout).not.toContain('hunter2secret')
    expect(readFileSync(file, 'utf8')).toBe(FIXABLE)
    const applied = spawnSync('patch', ['-p1', '--dry-run'], { cwd: folder, input: stdout, encoding: 'utf8' })
    if (applied.error === undefined) expect(applied.status).toBe(0)
  })

  test('goes on until nothing is left that it would fix: a second run changes nothing', () => {
    const container = (name: string, image: string) =>
      `  - name: ${name}\n    image: ${image}\n    securityContext: {readOnlyRootFilesystem: true}\n`
    const file = write(
      'two.yaml',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec:\n  containers:\n${container('a', 'httpd:2.4')}${container('b', 'nginx:1.29')}`,
    )
    const { stdout, stderr } = haetae(['scan', file, '--fix'])
    expect(stderr).toContain('2 findings fixed in 1 file')
    expect(stdout).not.toContain('--fix applies it')
    const fixed = readFileSync(file, 'utf8')
    expect(fixed).toContain('name: a-usr-local-apache2-logs')
    expect(fixed).toContain('name: b-var-cache-nginx')
    haetae(['scan', file, '--fix'])
    expect(readFileSync(file, 'utf8')).toBe(fixed)
  })

  test('--dry-run with --output: the diff on standard output, the report in the file', () => {
    write('a.yaml', FIXABLE)
    const { stdout } = haetae(['scan', 'a.yaml', '--fix', '--dry-run', '--output', 'r.txt'], { cwd: folder })
    expect(stdout).toMatch(/^--- a\/a.yaml/)
    expect(readFileSync(join(folder, 'r.txt'), 'utf8')).toContain('a.yaml')
  })

  test('links stay links, and a read-only file is left alone', () => {
    const file = write('a.yaml', FIXABLE)
    symlinkSync('a.yaml', join(folder, 'symbolic.yaml'))
    linkSync(file, join(folder, 'hard.yaml'))
    haetae(['scan', join(folder, 'symbolic.yaml'), '--fix'])
    expect(readFileSync(join(folder, 'hard.yaml'), 'utf8')).toBe(mended)
    const locked = write('locked.yaml', FIXABLE)
    chmodSync(locked, 0o444)
    expect(haetae(['scan', locked, '--fix']).status).toBe(2)
    expect(readFileSync(locked, 'utf8')).toBe(FIXABLE)
  })
})
