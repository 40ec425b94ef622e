import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FLAGS = ['--no-concurrent-recompilation', '--no-parallel-scavenge', '--max-semi-space-size=2']

/** What `bin/haetae` gives to a runtime that prints its arguments, a line each; the program's own path is left out. */
function givenTo(args: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-launcher-'))
  try {
    const runtime = join(folder, 'node_modules/node-any/bin')
    for (const each of [join(folder, 'bin'), join(folder, 'dist'), runtime])
      mkdirSync(each, { recursive: true })
    copyFileSync('bin/haetae', join(folder, 'bin/haetae'))
    writeFileSync(join(folder, 'dist/haetae.cjs'), '')
    writeFileSync(join(runtime, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    chmodSync(join(runtime, 'node'), 0o755)
    const { stdout, stderr } = spawnSync('sh', [join(folder, 'bin/haetae'), ...args], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout
      .split('\n')
      .slice(0, -1)
      .filter((line) => !line.endsWith('/dist/haetae.cjs'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each([
  [['detect', '--events', 'a b.scap', '--rules', 'r.yaml'], FLAGS],
  [['detect', '-e', 'a.scap'], FLAGS],
  [['detect', '--events=a.scap'], FLAGS],
  [['detect', '--events', 'a.log', '--follow'], []],
  [['detect', '--live', '--events', 'a.log'], []],
  [['detect', '--listen', ':80'], []],
  [['scan', '--events'], []],
  [['--version'], []],
  [[], []],
])('%j is started with %j', (args, flags) => {
  expect(givenTo(args)).toEqual([...flags, ...args])
})
