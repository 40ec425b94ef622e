import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './measure.ts'
import type { Line } from './run.ts'

const ROUNDS = 41
const root = fileURLToPath(new URL('..', import.meta.url))

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx
`

/** Start-up of the built command beside a bare Node.js. Limits: 1.5× for --version, 3× for a scan of one file. */
export async function run(emit: (line: Line) => void): Promise<void> {
  if (!existsSync(join(root, 'dist/haetae.cjs'))) {
    process.stderr.write('bench start-up: skipped: needs the built command (npm run build)\n')
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const manifest = join(folder, 'pod.yaml')
    writeFileSync(manifest, POD)
    const haetae = join(root, 'bin/haetae')
    const calls = {
      bare: [process.execPath, '-e', '0'],
      version: [haetae, '--version'],
      scan: [haetae, 'scan', manifest, '--fail-on', 'none'],
    }
    const times: Record<keyof typeof calls, number[]> = { bare: [], version: [], scan: [] }
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, [command = '', ...argv]] of Object.entries(calls)) {
        const start = performance.now()
        const { status } = spawnSync(command, argv, { stdio: 'ignore' })
        if (status !== 0) throw new Error(`${command} ${argv.join(' ')}: status ${status}`)
        // The first rounds fill the caches, as the first calls of a user do.
        if (round >= 4) times[name as keyof typeof calls].push(performance.now() - start)
      }
    const bare = median(times.bare)
    emit({ name: 'start-up: node -e 0', value: bare, unit: 'ms' })
    emit({
      name: 'start-up: haetae --version / node -e 0 (limit 1.5)',
      value: median(times.version) / bare,
      unit: 'x',
    })
    emit({
      name: 'start-up: haetae scan pod.yaml / node -e 0 (limit 3)',
      value: median(times.scan) / bare,
      unit: 'x',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
