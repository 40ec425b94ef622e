import { platform } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createRenderer, type Language } from '../../messages/index.ts'
import { type ProcessFacts, readProcess, writablePaths } from '../../runtime/behavior/index.ts'
import { procMessages } from './messages.ts'
import { processText } from './report.ts'

async function ownFacts(): Promise<ProcessFacts> {
  const facts = await readProcess(process.pid, { proc: '/proc', looksIntoEtcd: false })
  if (facts === undefined) throw new Error('this process is not in /proc')
  return facts
}

function textOf(facts: ProcessFacts, language: Language = 'en'): readonly string[] {
  const render = createRenderer([procMessages], language)
  const options = { render, language, colour: false, showsSecrets: false }
  return processText({ facts, exposures: [] }, options).split('\n')
}

const lineOf = (lines: readonly string[], label: string) =>
  lines
    .find((line) => line.startsWith(`  ${label} `))
    ?.slice(label.length + 2)
    .trim()

describe.skipIf(platform() !== 'linux')('a process as text', () => {
  test('says of what could not be read neither that it is so nor that it is not', async () => {
    const whole = await ownFacts()
    const unread = { ...whole, namespaces: [], incomplete: [{ part: 'ns', reason: 'EACCES' }] }
    const lines = textOf(unread)
    expect(lineOf(lines, 'ns')).toBe('?')
    expect(lines).toContain('  nothing in what could be read; what could not stands at the end')
    expect(lines).toContain('ns cannot be read (permission denied): it takes root, with CAP_SYS_PTRACE')
    expect(textOf(unread, 'ko')).toContain('  읽을 수 있던 것에는 없음. 읽지 못한 것은 끝에 있습니다')
  })

  test('tells each namespace where it belongs, and nothing exposed where all was read', async () => {
    const namespaces = [
      { type: 'net', inode: 'net:[1]', isHost: true },
      { type: 'mnt', inode: 'mnt:[2]', isHost: false },
      { type: 'user', inode: 'user:[3]', isHost: null },
    ]
    const lines = textOf({ ...(await ownFacts()), namespaces, incomplete: [] })
    expect(lineOf(lines, 'ns')).toBe("the node's: net; its own: mnt; ?: user")
    expect(lines).toContain('  nothing')
  })

  test('tells a place with several mounts over each other once', async () => {
    const facts = await ownFacts()
    const mount = {
      mountPoint: '/data',
      type: 'ext4',
      source: 'x',
      root: '/',
      isReadOnly: false,
      options: [],
    }
    expect(writablePaths({ ...facts, mounts: [mount, { ...mount, type: 'tmpfs' }] })).toEqual(['/data'])
  })
})
