import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'haetae-threads-'))
const file = join(folder, 'large.yaml')

/** Enough for several batches. */
const LENGTH = 2.5 * 1024 * 1024

/** Documents that each matter to how a stream is cut and put together, and plain ones in great number. */
const SPECIAL = [
  // No object at all.
  '# nothing but a comment\n',
  // Refused, evaluated all the same.
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: mistyped\nspec:\n  hostPID: "no"\n  containers:\n  - name: c\n    image: x\n',
  'apiVersion: v1\nkind: Pod\nmetadata: {name: broken\n',
  'apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata:\n  name: twice\nspec:\n  containers: [{name: c, image: "한국어"}]\n',
  // Excepted in part, once without effect.
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: excepted\n  annotations:\n    haetae.io/skip: runAsNonRoot\n    haetae.io/skip-reason: known\nspec:\n  containers:\n  - name: c\n    image: x\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: ended\n  annotations:\n    haetae.io/skip: runAsNonRoot\n    haetae.io/skip-reason: known\n    haetae.io/skip-until: 2020-01-01\nspec:\n  containers:\n  - name: c\n    image: x\n',
  'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: i}, spec: {containers: [{name: c}]}}\n',
]

function documents(): string {
  const examples = ['database.yaml', 'exceptions.yaml', 'node-agent.yaml', 'windows-invoices.yaml'].flatMap(
    (name) => readFileSync(join(ROOT, 'examples', name), 'utf8').split(/^---\n/m),
  )
  const texts: string[] = []
  let length = 0
  for (let count = 0; length < LENGTH; count++) {
    const text =
      count % 50 === 49
        ? (SPECIAL[Math.floor(count / 50) % SPECIAL.length] as string)
        : count % 50 === 25
          ? (examples[count % examples.length] as string)
          : workload(count)
    texts.push(text)
    length += text.length
  }
  // A document larger than a batch, and one that says again who it is.
  texts.push(`${workload(0)}\n${'# a very long comment\n'.repeat(20_000)}`, workload(0), workload(0))
  return texts.join('---\n')
}

function workload(count: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: w-${count}
spec:
  template:
    spec:
      hostNetwork: ${count % 7 === 0}
      containers:
      - name: ${count % 5 === 0 ? `app-${count}` : 'app'}
        image: registry.example.com/app:${count % 3 === 0 ? 'latest' : count}
        securityContext:
          runAsNonRoot: ${count % 2 === 0}
`
}

const FORMATS = ['pretty', 'json', 'jsonl', 'sarif'] as const

/**
 * Runs the program as a user would, all reports in one run; times and the name of the input are taken out.
 *
 * @param isEachAlone - whether every document is evaluated, as it must be where a baseline is written
 */
function scan(
  input: 'file' | 'stdin',
  isEachAlone = false,
): Promise<{ status: unknown; reports: readonly string[] }> {
  const run = isEachAlone ? `${input}-alone` : input
  const name = (format: string) => join(folder, `${run}.${format}`)
  const formats = FORMATS.flatMap((format) => ['--format', `${format}=${name(format)}`])
  const command = ['src/cli/main.ts', 'scan', input === 'file' ? file : '-', ...formats, '--quiet']
  if (isEachAlone) command.push('--write-baseline', join(folder, 'baseline.json'))
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      command,
      { cwd: ROOT, env: { ...process.env, HAETAE_THREADS_FROM: '1000000' } },
      (error) => {
        const reports = FORMATS.map((format) =>
          readFileSync(name(format), 'utf8')
            .replace(/"(?:startedAt|startTimeUtc)":"[^"]*"/, '')
            .replaceAll(`"uri":"${new URL(`file://${file}`).href}"`, '"uri":"INPUT","uriBaseId":"SRCROOT"')
            .replaceAll(/<stdin>|%3Cstdin%3E/g, 'INPUT')
            .replaceAll(file, 'INPUT'),
        )
        resolve({ status: error === null ? 0 : error.code, reports })
      },
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input === 'stdin' ? readFileSync(file) : '')
  })
}

beforeAll(() => writeFileSync(file, documents()))
afterAll(() => rmSync(folder, { recursive: true }))

test('a large input, evaluated by several threads or with what is alike, is reported as if each document stood alone', async () => {
  const [alone, ...others] = await Promise.all([scan('stdin', true), scan('file'), scan('stdin')])
  expect(alone.status).toBe(3)
  for (const { status, reports } of others) {
    expect(status).toBe(3)
    for (const [index, report] of reports.entries()) {
      const other = alone.reports[index] ?? ''
      expect(report.length).toBeGreaterThan(1_000_000)
      // Compared as a whole first: the difference of two large texts takes minutes to work out.
      if (report !== other) expect(firstDifference(report, other)).toBeUndefined()
    }
  }
}, 400_000)

test('what standard input says of a namespace holds for what comes behind it, alike or not', async () => {
  const pods = Array.from(
    { length: 8 },
    (_, index) =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p-${index}\n  namespace: guarded\nspec:\n  containers:\n  - name: c\n    image: x\n`,
  )
  const namespace =
    'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: guarded\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n'
  const input = [...pods.slice(0, 4), namespace, ...pods.slice(4)].join('---\n')
  const command = ['src/cli/main.ts', 'scan', '-', '--quiet', '--format', 'json', '--only']
  const output = await new Promise<string>((resolve) => {
    const child = execFile(
      process.execPath,
      [...command, 'pod-security-admission-denied'],
      { cwd: ROOT },
      (_, stdout) => resolve(stdout),
    )
    child.stdin?.end(input)
  })
  const { findings }: { findings: { resource: { name: string } }[] } = JSON.parse(output)
  expect(findings.map(({ resource }) => resource.name)).toEqual(['p-4', 'p-5', 'p-6', 'p-7'])
})

function firstDifference(left: string, right: string): readonly [string, string] | undefined {
  const lines = right.split('\n')
  for (const [index, line] of left.split('\n').entries())
    if (line !== lines[index]) return [line.slice(0, 500), (lines[index] ?? '').slice(0, 500)]
  return undefined
}
