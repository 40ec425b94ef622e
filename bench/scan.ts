import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isWorkload, parseDocument } from '../src/kubernetes/index.ts'
import { measureNode, median, type Usage } from './measure.ts'
import type { Line } from './run.ts'

const DOCUMENTS = 20_000
const ROUNDS = 5
const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * 20,000 real workloads (public manifests, copied and renamed) through the built command, beside a plain parse of
 * the same text. Limits: 1.5× the plain parse, 1 GB of memory. The same with every name, image and value another in
 * each copy, so that nothing which was said of one document is right for the next: there the limit is not kept.
 */
export async function run(emit: (line: Line) => void): Promise<void> {
  const corpus = process.env['HAETAE_CORPUS'] ?? join(root, '../shared/corpus')
  const command = join(root, 'dist/haetae.cjs')
  if (!existsSync(corpus) || !existsSync(command)) {
    process.stderr.write(
      `bench scan: skipped: needs a corpus (${corpus}) and the built command (npm run build)\n`,
    )
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const renamed = renamedCopies(workloadsBelow(join(corpus, 'public')), DOCUMENTS)
    const inputs = { 'renamed workloads': renamed, 'workloads that all differ': renamed.map(withOwnValues) }
    for (const [name, documents] of Object.entries(inputs)) {
      const file = join(folder, 'workloads.yaml')
      writeFileSync(file, documents.join('---\n'))
      measure(command, file, name, emit)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measure(command: string, file: string, name: string, emit: (line: Line) => void): void {
  const plain: Usage[] = []
  const formats = { pretty: [] as Usage[], json: [] as Usage[], sarif: [] as Usage[] }
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(measureNode([join(root, 'bench/plain-parse.ts'), file]))
    for (const [format, usages] of Object.entries(formats))
      usages.push(
        measureNode([command, 'scan', file, '--fail-on', 'none', '--quiet', '--format', format], [0, 3]),
      )
  }
  const plainCpu = median(plain.map((usage) => usage.cpu))
  const plainWall = median(plain.map((usage) => usage.wall))
  emit({ name: `scan: plain parse of 20,000 ${name}`, value: plainWall, unit: 's' })
  for (const [format, usages] of Object.entries(formats)) {
    emit({
      name: `scan --format ${format}: 20,000 ${name}`,
      value: median(usages.map((usage) => usage.wall)),
      unit: 's',
    })
    emit({
      name: `scan --format ${format}: ${name}: clock time / plain parse (limit 1.5)`,
      value: median(usages.map((usage) => usage.wall)) / plainWall,
      unit: 'x',
    })
    emit({
      name: `scan --format ${format}: ${name}: CPU time / plain parse`,
      value: median(usages.map((usage) => usage.cpu)) / plainCpu,
      unit: 'x',
    })
    emit({
      name: `scan --format ${format}: ${name}: memory (limit 1,000)`,
      value: Math.max(...usages.map((usage) => usage.memory)),
      unit: 'MB',
    })
  }
}

/** Every single document below a folder that is a workload and nothing else. */
function workloadsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ['.yaml', '.yml'].includes(extname(name)))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split(/^---.*\n/m))
    .filter((text) => {
      const { documents, problems } = parseDocument('', { text, line: 1, oversized: false })
      const [document] = documents
      return (
        problems.length === 0 &&
        documents.length === 1 &&
        document !== undefined &&
        isWorkload(document.object)
      )
    })
}

function renamedCopies(workloads: readonly string[], count: number): string[] {
  const copies: string[] = []
  for (let copy = 0; copy < count; copy++) {
    const text = workloads[copy % workloads.length] as string
    copies.push(`${text.trimEnd().replace(/^(\s+name:\s*)\S.*$/m, `$1w-${copy}`)}\n`)
  }
  return copies
}

/** A document whose names, images and values are no other's. */
function withOwnValues(text: string, copy: number): string {
  return text.replace(OWN_VALUE, `$1$2$3-${copy.toString(36)}`)
}

const OWN_VALUE =
  /^(\s*(?:- )?(?:name|image|value|mountPath|app|key|claimName|secretName|serviceAccountName|serviceAccount): *)(["']?)([A-Za-z][\w./-]*)/gm
