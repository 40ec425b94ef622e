import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const DEPCRUISE = join(ROOT, 'node_modules/.bin/depcruise')

/** The smallest tree in which every room has a face and an inside. */
const GOOD_TREE: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'tree', type: 'module', devDependencies: { vitest: '*' } }),
  'node_modules/vitest/package.json': JSON.stringify({ name: 'vitest', type: 'module', main: 'index.js' }),
  'node_modules/vitest/index.js': 'export const test = 1\n',
  'src/messages/index.ts': "export { text } from './text.ts'\n",
  'src/messages/text.ts': "export const text = 'text'\n",
  'src/kubernetes/index.ts': "export { text as kind } from '../messages/index.ts'\n",
  'src/kubernetes/inside.ts': 'export const inside = 1\n',
  'src/findings/index.ts': "export { kind as finding } from '../kubernetes/index.ts'\n",
  'src/pod-security/index.ts': "export { finding as level } from '../findings/index.ts'\n",
  'src/posture/index.ts': "export { level as posture } from '../pod-security/index.ts'\n",
  'src/api-access/audit/coverage/inside.ts': 'export const inside = 1\n',
  'src/cli/main.ts': "export { posture } from '../posture/index.ts'\n",
}

/** What must not pass: a file to add or to put in another's place, and the rule that catches it. */
const VIOLATIONS: readonly { what: string; file: string; text: string; rule: string }[] = [
  {
    what: 'a lower room imports a higher one',
    file: 'src/kubernetes/inside.ts',
    text: "export { finding } from '../findings/index.ts'\n",
    rule: 'kubernetes-imports-only-its-row',
  },
  {
    what: 'messages imports anything',
    file: 'src/messages/text.ts',
    text: "export { kind as text } from '../kubernetes/index.ts'\n",
    rule: 'messages-imports-only-its-row',
  },
  {
    what: 'an engine imports the command line',
    file: 'src/pod-security/inside.ts',
    text: "export { posture } from '../cli/main.ts'\n",
    rule: 'pod-security-imports-only-its-row',
  },
  {
    what: 'a room inside another imports what is not in its own row',
    file: 'src/api-access/audit/coverage/inside.ts',
    text: "export { posture } from '../../../posture/index.ts'\n",
    rule: 'api-access/audit/coverage-imports-only-its-row',
  },
  {
    what: 'a room inside another is entered past its index',
    file: 'src/posture/inside.ts',
    text: "export { inside } from '../api-access/audit/coverage/inside.ts'\n",
    rule: 'api-access/audit/coverage-only-through-its-index',
  },
  {
    what: 'a type is imported where a value may not be',
    file: 'src/findings/inside.ts',
    text: "import type { posture } from '../posture/index.ts'\nexport type Posture = typeof posture\n",
    rule: 'findings-imports-only-its-row',
  },
  {
    what: 'a room is entered past its index',
    file: 'src/posture/inside.ts',
    text: "export { inside } from '../kubernetes/inside.ts'\n",
    rule: 'kubernetes-only-through-its-index',
  },
  {
    what: 'two files import each other',
    file: 'src/messages/text.ts',
    text: "import { text as own } from './index.ts'\nexport const text = own\n",
    rule: 'no-cycles',
  },
  {
    what: 'an import leads nowhere',
    file: 'src/posture/inside.ts',
    text: "export { nothing } from './nothing.ts'\n",
    rule: 'no-unresolved',
  },
  {
    what: 'the program imports a package that only development has',
    file: 'src/posture/inside.ts',
    text: "export { test } from 'vitest'\n",
    rule: 'no-development-packages',
  },
]

describe('import rules', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-import-rules-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('the sources pass', async () => {
    expect(await brokenRules(ROOT)).toEqual([])
  })

  test('a tree that keeps them passes', async () => {
    expect(await brokenRules(plant('good', {}))).toEqual([])
  })

  test.each(VIOLATIONS)('$what: $rule', async ({ file, text, rule }) => {
    expect(await brokenRules(plant(rule.replaceAll('/', '-'), { [file]: text }))).toContain(rule)
  })

  /** Writes the good tree with some files changed. */
  function plant(name: string, changes: Readonly<Record<string, string>>): string {
    const root = mkdtempSync(join(folder, `${name}-`))
    for (const [file, text] of Object.entries({ ...GOOD_TREE, ...changes })) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    }
    return root
  }
})

/** The names of the rules that `src` below a folder breaks, by the project's own configuration. */
async function brokenRules(root: string): Promise<string[]> {
  const args = ['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src']
  const { stdout } = await promisify(execFile)(process.execPath, [DEPCRUISE, ...args], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
  }).catch((error: { stdout?: string }) => {
    // It ends with the number of errors, and has printed them all the same.
    if (!error.stdout?.startsWith('{')) throw error
    return { stdout: error.stdout }
  })
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } }
  return [...new Set(summary.violations.map(({ rule }) => rule.name))]
}
