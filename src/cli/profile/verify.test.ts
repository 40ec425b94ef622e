import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { EXIT } from '../exit.ts'
import { profileCommandMessages } from './messages.ts'
import { verify } from './verify.ts'

afterEach(() => vi.restoreAllMocks())

const RECORDING = {
  ...{
    format: 'haetae-recording/1',
    container: { id: 'a1b2c3d4e5f6', name: '', image: '', pod: '', namespace: '' },
  },
  ...{ begin: 0, end: 1000, startedAt: 0, tellsAllCalls: true, tellsCapabilities: true, lost: 0 },
  ...{
    calls: { read: { first: 0, last: 0, slices: 1 } },
    capabilities: {},
    users: [0],
    written: [],
    read: [],
  },
  ...{ ports: [], setIdPrograms: [], changesUser: false, rootOnly: [], hasCompatCalls: false, cut: [] },
}
const record = (arch: string) =>
  `type=SECCOMP msg=audit(1.1:4): pid=7 exe="/x" sig=0 arch=${arch} syscall=0 compat=0 code=0x7ffc0000\n`

test.each<[string, { recording?: object; auditLog?: string }, number, string]>([
  ['all calls, by their names', { recording: RECORDING }, EXIT.done, ''],
  [
    'some of the calls',
    { recording: { ...RECORDING, tellsAllCalls: false } },
    EXIT.incomplete,
    'not tell of all',
  ],
  ['32-bit calls', { recording: { ...RECORDING, hasCompatCalls: true } }, EXIT.incomplete, '32-bit'],
  ['a log that has a call that is allowed', { auditLog: record('c000003e') }, EXIT.done, ''],
  ['a log of a 32-bit call', { auditLog: record('40000003') }, EXIT.incomplete, '32-bit'],
  ['a log of something else', { auditLog: 'root:x:0:0' }, EXIT.done, 'has no record of seccomp'],
])(
  'a profile that refuses nothing: what is told of it by %s',
  async (_, { recording, auditLog }, status, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-verify-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const rule = { names: ['read'], action: 'SCMP_ACT_ALLOW' }
    const profile = file('p.json', JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [rule] }))
    let told = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      told += String(chunk)
      return true
    })
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const options = {
      ...{ base: 'none', format: 'text', color: false },
      ...(recording && { recording: [file('r.jsonl', `${JSON.stringify(recording)}\n`)] }),
      ...(auditLog !== undefined && { auditLog: file('audit.log', auditLog) }),
    }
    const render = createRenderer([profileCommandMessages], 'en')
    expect(await verify(profile, options, 'text', render)).toBe(status)
    expect(told).toContain(said)
    if (said === '') expect(told).toBe('')
  },
)
