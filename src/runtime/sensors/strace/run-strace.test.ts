import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runStrace } from './run-strace.ts'

/** Numbers that no process here has. */
const [OWN, THREAD, CHILD] = [4_194_400, 4_194_401, 4_194_402]
const TOLD = [
  `${OWN} 1700000000.000001 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[${THREAD}]}, 88) = ${THREAD} <0.000050>`,
  `${THREAD} 1700000000.000100 exit(0) = ?`,
  `${THREAD} 1700000000.000110 +++ exited with 0 +++`,
  `${OWN} 1700000000.000200 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = ${CHILD} <0.000050>`,
  `${CHILD} 1700000000.000300 exit_group(3) = ?`,
  `${CHILD} 1700000000.000310 +++ exited with 3 +++`,
  `${OWN} 1700000000.000400 +++ exited with 7 +++`,
]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-strace-test-'))
  // strace is told by -o where to write.
  const script = `#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncat '${join(folder, 'told')}' > "$2"\n`
  writeFileSync(join(folder, 'told'), `${TOLD.join('\n')}\n`)
  writeFileSync(join(folder, 'strace'), script, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('a thread that has ended before /proc can be asked is one of the process that made it; a child is not', async () => {
  const run = runStrace({ command: ['true'] })
  const seen: unknown[] = []
  for await (const { kind, pid, tid } of run.traced) seen.push([kind, pid, tid])
  expect(seen).toEqual([
    ['call', OWN, OWN],
    ['call', OWN, THREAD],
    ['exit', OWN, THREAD],
    ['call', OWN, OWN],
    ['call', CHILD, CHILD],
    ['exit', CHILD, CHILD],
    ['exit', OWN, OWN],
  ])
})
