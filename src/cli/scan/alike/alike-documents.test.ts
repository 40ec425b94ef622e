import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createReporter,
  createTally,
  createTriage,
  PARTED_FORMATS,
  type Run,
  streamSink,
} from '../../../findings/index.ts'
import type { DocumentBatch } from '../../../kubernetes/index.ts'
import { DEFAULT_SETTINGS } from '../../../pod-security/index.ts'
import { checksOfRun } from '../catalogue.ts'
import { createEvaluation, type Evaluated } from '../evaluate.ts'
import { createLane } from '../lane.ts'
import { createScanRenderer } from '../renderer.ts'
import { takeBatch } from '../take-batch.ts'
import { AlikeDocuments } from './alike-documents.ts'

const today = '2026-01-01'
const cluster = {
  namespaces: new Map([['guarded', { 'pod-security.kubernetes.io/enforce': 'restricted' }]]),
  settings: DEFAULT_SETTINGS,
}
const checks = checksOfRun({ level: 'restricted', version: 'latest', today, cluster, only: [], skip: [] })

/**
 * All four reports of the documents, and how many were repeated, not evaluated.
 *
 * @param silent - so many documents at the beginning are evaluated as if nothing were to be said of them; then all is forgotten
 */
async function reportsOf(
  texts: readonly string[],
  isMemoryUsed: boolean,
  read: (evaluated: Evaluated) => unknown = () => undefined,
  silent = 0,
): Promise<{ reports: readonly string[]; evaluated: number }> {
  const run: Run = {
    version: '0',
    language: 'ko',
    render: createScanRenderer('ko'),
    checks,
    helpUrl: () => undefined,
    failOn: 'high',
    hasBaseline: false,
    root: '/somewhere',
  }
  const written = PARTED_FORMATS.map(() => [] as Buffer[])
  const opened = await Promise.all(
    PARTED_FORMATS.map(async (format, index) => {
      const stream = new Writable({
        write(chunk: Buffer, _, done) {
          written[index]?.push(Buffer.from(chunk))
          done()
        },
      })
      const sink = streamSink(stream, { end: true })
      const reporter = await createReporter(format, sink, { colour: false })
      reporter.begin(run)
      return { reporter, sink }
    }),
  )
  let evaluated = 0
  let isSilent = false
  const evaluation = createEvaluation(checks, createTriage({ today }))
  const evaluate: typeof evaluation = (document, watch) => {
    evaluated++
    const result = evaluation(document, watch)
    read(result)
    return isSilent ? { ...result, findings: [] } : result
  }
  const tally = createTally('high')
  const counts = { objects: 0, others: 0 }
  const take = createLane(evaluate, tally, {
    finding: (reported) => {
      for (const { reporter } of opened) reporter.finding(reported)
    },
    problem: (problem) => {
      for (const { reporter } of opened) reporter.problem(problem)
    },
  })
  const alike = isMemoryUsed ? new AlikeDocuments({ evaluate, outlets: opened, failOn: 'high' }) : undefined
  let line = 1
  const content = texts.map((text) => {
    const document = { text, line, oversized: false }
    line += text.split('\n').length - 1
    return document
  })
  const first = content.splice(0, silent)
  isSilent = true
  takeBatch({ file: 'first.yaml', origin: 'named', content: first }, take, { tally, counts }, alike)
  isSilent = false
  alike?.forget()
  const half = content.length >> 1
  const batches: DocumentBatch[] = [
    { file: 'a.yaml', origin: 'named', content: content.slice(0, half) },
    { file: './other folder/b.yaml', origin: 'met', content: content.slice(half) },
  ]
  for (const batch of batches) takeBatch(batch, take, { tally, counts }, alike)
  const summary = tally.summary({ files: 2, objects: counts.objects })
  for (const { reporter, sink } of opened) {
    reporter.end(summary)
    await sink.close()
  }
  return { reports: written.map((chunks) => Buffer.concat(chunks).toString()), evaluated }
}

const pod = (name: string, rest: string, metadata = '') =>
  `---\napiVersion: v1\nkind: Pod\nmetadata:\n${metadata}  name: ${name}\nspec:\n${rest}`
const plain = '  containers:\n  - name: c\n    image: nginx\n'

/** Documents that differ in their name, each form with something that a copy might get wrong. */
const FORMS: readonly ((name: string) => string)[] = [
  (name) => pod(name, plain),
  (name) => pod(name, '  hostNetwork: true\n  containers:\n  - name: 한글\n    image: x:latest\n'),
  // A field to rename on its line; SARIF writes the change.
  (name) =>
    pod(name, `${plain}    securityContext:\n      readOnlyRootFileSystem: true\n      privileged: true\n`),
  // Something is said of the line of the name.
  (name) =>
    `---\napiVersion: v1\nkind: Pod\nmetadata:\n  runAsNonRoot: true\n  name: ${name}\nspec:\n${plain}`,
  (name) => `---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  nam: x\nspec:\n${plain}`,
  // Another field than the object's name looks like it.
  (name) => `---\napiVersion: v1\nkind: Pod\nmetadata:\n  generateName: x\nspec:\n  name: ${name}\n${plain}`,
  (name) => pod(name, plain, '  namespace: guarded\n'),
  (name) =>
    pod(name, plain, "  annotations:\n    haetae.io/skip: runAsNonRoot\n    haetae.io/skip-reason: 'no'\n"),
  // The name stands in a comment and in a secret's place as well.
  (name) => pod(name, `  # ${name}\n${plain}    env:\n    - name: PASSWORD\n      value: hunter22\n`),
  (name) => pod(name, '  hostPID: "no"\n  containers:\n  - name: c\n    image: x\n'),
  (name) => pod(name, plain.replace('name: c', `name: ${name}`)),
  (name) => `---\nkind: Namespace\napiVersion: v1\nmetadata:\n  name: ${name}\n`,
  (name) =>
    `---\napiVersion: v1\nkind: List\nmetadata:\n  name: ${name}\nitems:\n- apiVersion: v1\n  kind: Pod\n`,
  (name) => pod(name, '  containers:\n  - {name: c, image: "x"}\n'),
  (name) => `---\nkind: Pod\nkind: Pod\napiVersion: v1\nmetadata:\n  name: ${name}\nspec:\n${plain}`,
  (name) =>
    `---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: &n ${name}\n  labels: {n: *n}\nspec:\n${plain}`,
]
const NAMES = ['w-1', 'w-22', 'w-333', 'web', 'yes', 'null', 'w.1', '1e3', '"quoted"', 'W', 'a b', '']
const EXAMPLES = readdirSync('examples')
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => readFileSync(join('examples', name), 'utf8').split(/^(?=---\n)/m))

test('what is copied is what would have been said', async () => {
  const known = fc.tuple(fc.nat(FORMS.length - 1), fc.nat(NAMES.length - 1), fc.nat(3))
  await fc.assert(
    fc.asyncProperty(fc.array(known, { minLength: 4, maxLength: 60 }), async (chosen) => {
      const texts = chosen.map(([form, name, comments]) => {
        const make = FORMS[form] as (name: string) => string
        // Comments move what comes after by more digits now and then.
        return `${make(NAMES[name] as string)}${comments === 3 ? '#\n'.repeat(300) : ''}`
      })
      const copied = await reportsOf(texts, true)
      expect(copied.reports).toEqual((await reportsOf(texts, false)).reports)
    }),
    { numRuns: 15 },
  )
})

test('nothing is copied of what was said before all was forgotten, and the first finding of a report comes whole', async () => {
  // Nothing is said of the first ones.
  const texts = Array.from({ length: 8 }, (_, index) => pod(`w-${index}`, plain))
  const read = ({ findings }: Evaluated) => findings.length
  const silent = texts.slice(0, 4)
  const copied = await reportsOf([...silent, ...texts], true, read, silent.length)
  expect(copied.reports).toEqual((await reportsOf([...silent, ...texts], false, read, silent.length)).reports)
  expect(() => JSON.parse(copied.reports[PARTED_FORMATS.indexOf('json')] ?? '')).not.toThrow()
})

test('each form, many times: few are evaluated', async () => {
  const texts = [
    ...FORMS,
    ...EXAMPLES.map((text) => (name: string) => text.replace(/^( +name: ).*$/m, `$1${name}`)),
  ].flatMap((make) => Array.from({ length: 12 }, (_, index) => make(`w-${10 ** (index % 4)}`)))
  const copied = await reportsOf(texts, true)
  const fresh = await reportsOf(texts, false)
  expect(copied.reports).toEqual(fresh.reports)
  expect(copied.evaluated).toBeLessThan(fresh.evaluated * 0.75)
})

test.each(['the field', 'its line'])(
  'what may depend on the name is never copied: %s was read',
  async (what) => {
    const texts = Array.from({ length: 8 }, (_, index) => pod(`w-${index}`, plain))
    const { evaluated } = await reportsOf(texts, true, ({ findings: [first] }) => {
      if (what === 'the field') return first?.object.metadata?.name
      return Array.from({ length: 100 }, (_, line) => first?.source?.lineAt(line))
    })
    expect(evaluated).toBe(8)
    expect((await reportsOf(texts, true)).evaluated).toBe(2)
  },
)
