import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openFileSink, openStoreSink, readAnchorKey } from '../../api-access/audit/index.ts'
import { STORY } from './show/show.fixture.ts'

const MAIN = new URL('../main.ts', import.meta.url).pathname
const LINES = STORY.map((event) => `${JSON.stringify(event)}\n`)
let folder: string

/** Runs `haetae audit …` in the folder with the logs. */
function audit(
  args: readonly string[],
  input = '',
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'audit', ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-audit-cli-'))
  writeFileSync(join(folder, 'plain.log'), LINES.join(''))
  writeFileSync(join(folder, 'packed.log.gz'), gzipSync(LINES.slice(0, 2).join('')))
  writeFileSync(join(folder, 'broken.log'), `${LINES[0]}oops\n${LINES[1]}`)
  writeFileSync(join(folder, 'secret.key'), 'a secret of more than sixteen bytes')
  writeFileSync(join(folder, 'other.key'), 'another secret of more than sixteen bytes')
  const key = readAnchorKey(readFileSync(join(folder, 'secret.key')))
  const chain = { anchorEvery: 3, ...(key !== undefined && { key }) }
  const sinks = [
    await openFileSink({ path: join(folder, 'audit.log'), chain, maxSizeMegabytes: 0.002 }),
    await openStoreSink({ path: join(folder, 'audit.db'), chain }),
  ]
  for (const sink of sinks) {
    await sink.write(STORY)
    await sink.close()
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('audit show', () => {
  test('files, packed files, standard input, the store', () => {
    const jsonl = ['--format', 'jsonl']
    const [first, second] = LINES
    expect(audit(['show', 'plain.log', ...jsonl]).stdout).toBe(LINES.join(''))
    expect(audit(['show', 'packed.log.gz', ...jsonl]).stdout).toBe(`${first}${second}`)
    expect(audit(['show', '-', ...jsonl], LINES.join('')).stdout).toBe(LINES.join(''))
    const stored = audit(['show', '--store', 'audit.db', '--since', '2026-01-02T03:05:00Z', ...jsonl])
    expect(
      stored.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).auditID),
    ).toEqual(STORY.slice(5).map(({ auditID }) => auditID))
    expect(
      audit(['show', '--rotated', 'audit.log', ...jsonl])
        .stdout.trimEnd()
        .split('\n'),
    ).toHaveLength(STORY.length)
  })

  test('a broken line is told, the others are shown: 3', () => {
    const { status, stdout, stderr } = audit(['show', 'broken.log'])
    expect(status).toBe(3)
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(stderr).toBe('broken.log:2: ERR_NOT_JSON: this line is no JSON\n')
    expect(audit(['show', 'broken.log', '--quiet']).stderr).toBe('')
  })

  test.each<[string[], string]>([
    [['show'], 'ERR_USAGE'],
    [['show', 'plain.log', '--store', 'audit.db'], 'ERR_USAGE'],
    [['show', 'plain.log', 'audit.log', '-f'], 'ERR_USAGE'],
    [['show', 'plain.log', '-f', '--stats'], 'ERR_USAGE'],
    [['show', 'plain.log', '--stats', '--top', '0'], 'ERR_OPTION_VALUE'],
    [['show', 'plain.log', '--format', 'xml'], 'ERR_OPTION_VALUE'],
    [['show', '--store', 'none.db'], 'ERR_STORE'],
    [['show', '--store', 'plain.log'], 'ERR_STORE'],
    [['verify', '--store', 'plain.log'], 'ERR_STORE'],
    [['verify', 'audit.log', '--key', 'none.key'], 'ERR_UNREADABLE'],
    [['verify', 'audit.log', '--anchors', 'none'], 'ERR_UNREADABLE'],
    [['verify', 'audit.log', '--key', '/dev/null'], 'ERR_KEY'],
  ])('%j is a wrong call', (args, code) => {
    const { status, stdout, stderr } = audit(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^haetae: ${code}: .+\n$`))
  })

  test('a missing file: 3', () => expect(audit(['show', 'none.log']).status).toBe(3))

  test('follows until it is interrupted', async () => {
    const path = join(folder, 'growing.log')
    writeFileSync(path, LINES[0] ?? '')
    const child = spawn(process.execPath, [MAIN, 'audit', 'show', path, '-f', '--verb', 'list,get'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C', NO_COLOR: '1' },
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      const lines = output.split('\n').length - 1
      if (lines === 2) appendFileSync(path, LINES.slice(1).join(''))
      if (lines === 4) child.kill('SIGINT')
    })
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect(status).toBe(0)
    expect(output.split('\n').map((line) => line.split(/ {2,}/)[2])).toEqual([
      'verb',
      'list',
      'get',
      'get',
      undefined,
    ])
  })

  test.each([
    ['en', ' yet: waiting for it (Ctrl-C ends it)\n'],
    ['ko', '아직 없어 생길 때까지 기다립니다 (Ctrl-C로 끝냅니다)\n'],
  ])('says in %s that a file to follow is not there yet, and waits for it', async (language, words) => {
    const path = join(folder, `later.${language}.log`)
    const child = spawn(
      process.execPath,
      [MAIN, 'audit', 'show', path, '-f', '--format', 'jsonl', '--lang', language],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    let told = ''
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text
      if (told.endsWith('\n')) writeFileSync(path, LINES[0] ?? '')
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.endsWith('\n')) child.kill('SIGINT')
    })
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect([status, output]).toEqual([0, LINES[0]])
    expect(told).toContain(path)
    expect(told.endsWith(words)).toBe(true)
  })
})

describe('audit verify', () => {
  test('a whole log, with its rotated files: 0', () => {
    const { status, stdout } = audit(['verify', 'audit.log', '--key', 'secret.key'])
    expect(stdout).toBe('✓ valid: events 1 to 7\n  3 anchors agree; signatures checked\n')
    expect(status).toBe(0)
    expect(audit(['verify', '--store', 'audit.db']).stdout).toContain('✓ valid: events 1 to 7')
  })

  test('another key: 1', () => {
    const { status, stdout } = audit(['verify', '--store', 'audit.db', '--key', 'other.key', '--lang', 'ko'])
    expect(status).toBe(1)
    expect(stdout).toContain('✗ 이벤트 3번의 앵커에 이 키의 서명이 없습니다')
  })

  test('what was done, and where: 1', () => {
    const chained = audit(['show', '--store', 'audit.db', '--format', 'jsonl']).stdout.trimEnd().split('\n')
    const tampered = chained
      .toSpliced(3, 1)
      .map((line, index) => (index === 4 ? line.replace('get', 'list') : line))
    writeFileSync(join(folder, 'tampered.log'), `${tampered.join('\n')}\n`)
    const text = audit(['verify', 'tampered.log'])
    expect(text.status).toBe(1)
    expect(text.stdout).toBe(
      [
        'valid to event 3',
        '✗ event 4 was removed  tampered.log:4',
        '✗ event 6 was changed  tampered.log:5',
        '  no anchors: a chain that someone made anew, or cut off at its end, would not be noticed',
        '',
      ].join('\n'),
    )
    const json = JSON.parse(audit(['verify', 'tampered.log', '--format', 'json']).stdout)
    expect(json).toMatchObject({
      valid: false,
      validTo: 3,
      breaks: [{ kind: 'removed', sequence: 4 }, { kind: 'changed' }],
    })
  })

  test('a log without a chain: 1', () => {
    expect(audit(['verify', 'plain.log'])).toMatchObject({
      status: 1,
      stdout: 'no event is chained: there is nothing to check\n',
    })
  })

  test('a missing file: 3', () => expect(audit(['verify', 'none.log']).status).toBe(3))
})
