import { expect, test } from 'vitest'
import { createTriage } from '../../findings/index.ts'
import { parseDocument } from '../../kubernetes/index.ts'
import { DEFAULT_SETTINGS } from '../../pod-security/index.ts'
import { checksOfRun } from './catalogue.ts'
import { createEvaluation } from './evaluate.ts'

const today = '2026-01-01'
const cluster = { namespaces: new Map(), settings: DEFAULT_SETTINGS }
const checks = checksOfRun({ level: 'restricted', version: 'latest', today, cluster, only: [], skip: [] })
const evaluate = createEvaluation(checks, createTriage({ today }))

const SECRET = 'hunter2-correct-horse'

/** @param label - in whatever style, which decides how the text is read */
const pod = (label: string, args: string) => `apiVersion: v1
kind: Pod
metadata:
  name: p
  labels: ${label}
spec:
  containers:
  - name: c
    image: nginx:latest
    command:
    - sh
    - -c
${args}
`

/** One document for the reader of plain blocks, one for the general reader. */
const LABELS = ['{}', '{a: b}']
const ARGS = [
  ['a literal block', `    - |\n      PGPASSWORD=${SECRET} psql\n      run\n    - last`],
  ['a literal block without its last line break', `    - |-\n      PGPASSWORD=${SECRET} psql\n      run`],
  ['a folded block', `    - >\n      PGPASSWORD=${SECRET}\n      psql`],
] as const

test.each(LABELS.flatMap((label) => ARGS.map(([what, args]) => [what, label, args] as const)))(
  'no line of a secret is quoted: %s in a list, beside %s',
  (_, label, args) => {
    const text = pod(label, args)
    const { documents } = parseDocument('p.yaml', { text, line: 1, oversized: false })
    const [document] = documents
    expect(document).toBeDefined()
    if (document === undefined) return
    const { findings, secretLines } = evaluate(document)
    const lines = text.split('\n')
    const secretLine = lines.findIndex((line) => line.includes(SECRET)) + 1
    expect(findings.some(({ finding }) => finding.holdsSecret === true)).toBe(true)
    expect([...secretLines]).toContain(secretLine)
    // Everything that a report could quote.
    const quoted = findings.flatMap(({ source }) => lines.map((__, index) => source?.lineAt(index + 1) ?? ''))
    expect(quoted.join('\n')).toContain('image: nginx:latest')
    expect(quoted.join('\n')).not.toContain(SECRET)
    const secret = findings.find(({ finding }) => finding.holdsSecret === true)?.finding.location
    // At the indicator, not where the text begins lines below.
    expect(lines[(secret?.line ?? 0) - 1]?.slice((secret?.column ?? 1) - 1)).toMatch(/^[|>]/)
  },
)
