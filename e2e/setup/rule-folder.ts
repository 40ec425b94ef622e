import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** A folder of a suite's own, with a file of rules; both paths are known once the suite begins. */
export interface RuleFolder {
  readonly path: string
  readonly rules: string
}

/** Made before the tests of the suite that calls this, and deleted after them. */
export function ruleFolder(rules: string): RuleFolder {
  const folder = { path: '', rules: '' }
  beforeAll(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'haetae-rules-'))
    folder.rules = join(folder.path, 'rules.yaml')
    writeFileSync(folder.rules, rules)
  })
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }))
  return folder
}
