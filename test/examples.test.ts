import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { everyCheck } from '../src/cli/scan/catalogue.ts'

const ROOT = join(import.meta.dirname, '..')
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yaml'))

interface Report {
  readonly findings: readonly { check: string; severity: string; location: { file: string } }[]
  readonly problems: readonly unknown[]
}

/** Runs the program as a user would: `haetae scan PATHS --format json`. */
async function scan(...args: string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['src/cli/main.ts', 'scan', ...args, '--format', 'json', '--fail-on', 'none', '--quiet'],
    { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout)
}

function checksIn(reports: readonly Report[], file: string): ReadonlySet<string> {
  const findings = reports.flatMap((report) => report.findings)
  return new Set(findings.filter(({ location }) => location.file.endsWith(file)).map(({ check }) => check))
}

describe('examples', () => {
  test('show every check', async () => {
    // Stricter controls take the place of some baseline ones, which only a scan at that level shows.
    const reports = await Promise.all([scan('examples'), scan('examples', '--level', 'baseline')])
    const shown = checksIn(reports, '.yaml')
    const all = everyCheck().map(({ id }) => id)
    expect(all.filter((id) => !shown.has(id))).toEqual([])
  })

  test('are read without a problem', async () => {
    expect((await scan('examples')).problems).toEqual([])
  })

  test.each(['v1.0', 'v1.8', 'v1.19', 'v1.22', 'v1.25', 'latest'])(
    'the hardened one gives nothing at restricted:%s',
    async (version) => {
      const report = await scan('examples/hardened.yaml', 'examples/namespaces.yaml', '--version', version)
      expect(checksIn([report], 'hardened.yaml')).toEqual(new Set())
    },
  )

  test.each(EXAMPLES.filter((name) => namedChecks(name).length > 0))(
    '%s shows the checks that its comments name',
    async (name) => {
      const paths = [`examples/${name}`, 'examples/namespaces.yaml']
      const reports = await Promise.all([scan(...paths), scan(...paths, '--level', 'baseline')])
      const shown = checksIn(reports, name)
      expect(namedChecks(name).filter((check) => !shown.has(check))).toEqual([])
    },
  )
})

/** The ids after `Shows / 보여 주는 점검:`, up to the end of the comment's list. */
function namedChecks(name: string): string[] {
  const text = readFileSync(join(ROOT, 'examples', name), 'utf8')
  return [...text.matchAll(/^# Shows \/ 보여 주는 점검: (.*(?:\n# {3}.*)*)/gm)].flatMap(([, list = '']) =>
    list
      .replaceAll(/\n#|\(\w+\)/g, ' ')
      .split(',')
      .map((id) => id.trim()),
  )
}
