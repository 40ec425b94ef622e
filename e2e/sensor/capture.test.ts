import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import type { Alert } from './alerts.ts'
import { ownSensor } from './own-sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const UPSTREAM = join(
  process.env['HAETAE_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'),
  'falco-rules/rules/falco_rules.yaml',
)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-capture-'))
})
afterEach(endLeftovers)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('haetae capture', needs(existsSync(UPSTREAM) && sensor, otherwise), () => {
  test('what is captured gives the alerts that it gave live', async () => {
    const file = join(folder, 'node.jsonl')
    const rules = ['--rules', UPSTREAM, '--format', 'jsonl']
    const ofTest = ownSensor(sensor, folder)
    const live = start(['detect', '--live', '--sensor', ofTest, ...rules])
    const capture = start(['capture', '--sensor', ofTest, '-o', file, '--rules', UPSTREAM])
    await capture.until(() => capture.stderr().includes('recording'))
    await live.until(() => {
      spawnSync('cat', ['/etc/shadow'])
      return live.stdout().includes('\n')
    })
    // What is told of both begins here.
    const marker = join(folder, 'marked')
    spawnSync('cat', ['/etc/shadow', marker])
    spawnSync('ln', ['-s', '/etc/shadow', marker])
    spawnSync('python3', ['-c', FROM_MEMORY, marker])
    spawnSync('sh', [
      '-c',
      `cp /bin/true ${marker}.program; exec find ${folder} -name id_rsa -newer ${marker}`,
    ])
    await live.until(() => comparable(jsonLines(live.stdout()), marker).length >= 4)
    // Both are told of the same events, but not at the same moment: of this one they are told last.
    const last = join(folder, 'told-last')
    for (const [run, told] of [
      [live, live.stdout],
      [capture, () => readFileSync(file, 'utf8')],
    ] as const)
      await run.until(() => {
        spawnSync('cat', ['/etc/shadow', last])
        return told().includes(last)
      })
    await capture.stopsWith(0)
    await live.stopsWith(0)
    expect(capture.stderr()).toMatch(/\d+ events written/)

    const replay = await haetae(['detect', '--events', file, ...rules, '-q'])
    expect(replay.stderr).toBe('')
    const ofLive = comparable(jsonLines(live.stdout()), marker)
    expect(ofLive.map(({ rule }) => rule)).toContain('Read sensitive file untrusted')
    expect(comparable(jsonLines(replay.stdout), marker)).toEqual(ofLive)
  })

  test('lines are events as documented: numbers, times, threads, types, fields', async () => {
    const file = join(folder, 'form.jsonl')
    const programs = join(folder, 'programs.yaml')
    writeFileSync(
      programs,
      '- rule: program\n  desc: any\n  condition: evt.type = execve\n  output: started\n  priority: INFO\n',
    )
    const wanted = ['--rules', programs, '--for', '5s']
    let isOver = false
    const capture = start(['capture', '--live', '--sensor', ownSensor(sensor, folder), '-o', file, ...wanted])
    void capture.ended.finally(() => {
      isOver = true
    })
    await until(async () => {
      spawnSync('cat', [programs])
      return isOver || undefined
    }, capture.stderr)
    expect(await capture.ended).toBe(0)
    const lines = jsonLines<{ num: number; ts: number; tid: number; type: string; fields: object }>(
      readFileSync(file, 'utf8'),
    )
    const exec = lines.find(
      ({ type, fields }) => type === 'execve' && 'proc.args' in fields && fields['proc.args'] === programs,
    )
    expect(exec?.fields).toMatchObject({
      'evt.type': 'execve',
      'proc.name': 'cat',
      'proc.cmdline': `cat ${programs}`,
      'proc.exepath': expect.stringMatching(/\/cat$/),
      'container.id': 'host',
      'user.name': 'root',
    })
    const before = Math.abs(Number(exec?.ts) / 1e6 - Date.now())
    expect(before).toBeLessThan(120_000)
  })

  test('a size is not exceeded, and no line is cut', async () => {
    const file = join(folder, 'small.jsonl')
    const capture = start([
      ...['capture', '--sensor', ownSensor(sensor, folder), '-o', file, '--max-size', '1MiB'],
    ])
    await capture.until(() => capture.stderr().includes('recording'))
    await capture.until(() => {
      spawnSync('ls', ['/'])
      return capture.stderr().includes('as large as --max-size allows')
    })
    expect(await capture.ended).toBe(0)
    expect(statSync(file).size).toBeLessThanOrEqual(2 ** 20)
    expect(readFileSync(file, 'utf8').at(-1)).toBe('\n')
    expect(jsonLines(readFileSync(file, 'utf8')).length).toBeGreaterThan(5)
  })

  test.each([
    ['--for', ['--for', 'long'], 'ERR_OPTION_VALUE'],
    ['--max-size', ['--max-size', '3bananas'], 'ERR_OPTION_VALUE'],
    ['no such container', ['--container', 'no-such-container'], 'ERR_NO_CONTAINER'],
    ['no such pod', ['--pod', 'shop/nothing'], /ERR_NO_SUCH_POD|ERR_NO_RUNTIME/],
    ['no pod', ['--pod', 'shop'], 'ERR_TARGET'],
    ['two targets', ['--pod', 'shop/web-0', '--container', 'web'], 'ERR_TARGET'],
  ])('what cannot be captured is told: %s', async (_, args, code) => {
    const { stderr, status } = await haetae(['capture', '--sensor', sensor ?? '', ...args])
    expect(stderr).toMatch(code)
    expect(status).toBe(2)
  })
})

/** What is the same in both: not the times, since each sensor reads the clock on its own. */
function comparable(alerts: readonly Alert[], marker: string): Pick<Alert, 'rule' | 'output_fields'>[] {
  return alerts
    .filter(({ output_fields }) => JSON.stringify(output_fields).includes(marker))
    .map(({ rule, output_fields }) => {
      const fields = Object.entries(output_fields).filter(
        ([name]) => !/^(evt\.time$|container\.|k8s\.)/.test(name),
      )
      return { rule, output_fields: Object.fromEntries(fields) }
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Copies a program into memory and runs it from there, with the argument it is given. */
const FROM_MEMORY = `
import os, sys
fd = os.memfd_create('nothing')
os.write(fd, open('/bin/true', 'rb').read())
os.execve(fd, ['nothing', sys.argv[1]], {})
`
