import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exposuresOf } from './exposures.ts'
import { readProcess, readStatus } from './read-process.ts'

const OPTIONS = { proc: '/proc', looksIntoEtcd: true }

describe.skipIf(platform() !== 'linux')('a process of this machine', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-proc-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has a status, which can be read alone', async () => {
    const status = await readStatus(process.pid, '/proc')
    const facts = await readProcess(process.pid, { ...OPTIONS, looksIntoEtcd: false })
    expect(status?.innerPid).toBe(facts?.innerPid)
    expect(status?.capabilities).toEqual(facts?.capabilities)
    // Larger than any pid of Linux.
    expect(await readStatus(4_194_305, '/proc')).toBe(undefined)
  })

  test('is told with its environment and open files, deleted ones and sockets too', async () => {
    const path = join(folder, 'gone.txt')
    writeFileSync(path, 'still here')
    const descriptor = openSync(path, 'r')
    unlinkSync(path)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    try {
      const facts = await readProcess(process.pid, OPTIONS)
      expect(facts?.pid).toBe(process.pid)
      expect(facts?.executable).toBe(process.execPath)
      expect(facts?.files.find((file) => file.descriptor === descriptor)).toEqual({
        descriptor,
        kind: 'file',
        target: `${path} (deleted)`,
        isReadable: true,
        isWritable: false,
        isDeleted: true,
        size: 10,
      })
      expect(facts?.files.map(({ socket }) => socket)).toContainEqual({
        protocol: 'tcp',
        local: `127.0.0.1:${port}`,
        remote: null,
        state: 'LISTEN',
      })
      expect(facts?.mounts.some(({ mountPoint }) => mountPoint === '/')).toBe(true)
      expect(facts && exposuresOf(facts).map(({ id }) => id)).toContain('deleted-file-open')
    } finally {
      closeSync(descriptor)
      server.close()
    }
  })

  test('with secrets in its environment and arguments', async () => {
    const child = spawn('sleep', ['60'], { env: { DB_PASSWORD: 'hunter22', MODE: 'fast' } })
    const closed = once(child, 'close')
    await once(child, 'spawn')
    const facts = await readProcess(child.pid ?? 0, OPTIONS)
    child.kill()
    await closed
    expect(facts?.environment).toContainEqual({ name: 'DB_PASSWORD', value: 'hunter22' })
    const exposures = facts === undefined ? [] : exposuresOf(facts)
    expect(exposures.map(({ id }) => id)).toEqual(['secret-in-environment'])
    expect(JSON.stringify(exposures)).not.toContain('hunter22')
    expect(await readProcess(child.pid ?? 0, OPTIONS)).toBeUndefined()
  })
})

test('where there is no /proc nothing is found', async () => {
  expect(await readProcess(1, { ...OPTIONS, proc: '/does/not/exist' })).toBeUndefined()
})
