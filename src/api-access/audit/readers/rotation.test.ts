import {
  chmodSync,
  copyFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFiles } from './files.ts'
import { followFile } from './follow.ts'
import { brief, collect, lines, useFolder } from './readers.fixture.ts'
import { inTimeOrder, rotatedFiles } from './rotated-set.ts'

const folder = useFolder(beforeEach, afterEach)

describe('the files of a log', () => {
  test.each([
    [
      'the API server',
      ['audit-2026-01-02T03-04-05.000.log', 'audit-2026-01-02T03-04-05.001.log.gz', 'audit.log'],
    ],
    ['logrotate', ['audit.log.10.gz', 'audit.log.2', 'audit.log.1', 'audit.log']],
    ['logrotate with dates', ['audit.log-20260101.gz', 'audit.log-20260102', 'audit.log']],
    ['two logs', ['a-2026-01-02T03-04-05.000.log', 'a.log', 'b.log.1', 'b.log']],
    ['no log', ['z.json', 'a.json', '-']],
  ])('%s: in the order of time', (_, names) => {
    const first = names.map((name) => `/var/log/${name}`)
    const shuffled = [
      ...first.filter((_, index) => index % 2),
      ...first.filter((_, index) => index % 2 === 0),
    ]
    expect(inTimeOrder(first)).toEqual(first)
    if (names.length === 3 && names[0]?.startsWith('audit')) expect(inTimeOrder(shuffled)).toEqual(first)
  })

  test('are listed without others, and without a compressed form that is not complete', async () => {
    const names = [
      'audit-2026-01-02T03-04-05.000.log',
      'audit-2026-01-02T03-04-05.000.log.gz',
      'audit-2026-01-03T03-04-05.000.log.gz',
      'audit-other.log',
      'auditing.log.1',
      'audit.log',
    ]
    for (const name of names) folder.write(name, '')
    expect(await rotatedFiles(folder.at('audit.log'))).toEqual([
      { path: folder.at('audit-2026-01-02T03-04-05.000.log'), compressed: false },
      { path: folder.at('audit-2026-01-03T03-04-05.000.log.gz'), compressed: true },
    ])
    expect(await rotatedFiles(folder.at('none/audit.log'))).toEqual([])
  })

  test('are read as one', async () => {
    folder.write('audit-2026-01-02T03-04-05.000.log.gz', gzipSync(lines(1, 3)))
    folder.write('audit-2026-01-03T03-04-05.000.log', lines(3, 5))
    const path = folder.write('audit.log', lines(5, 6))
    expect((await collect(readFiles([path], { rotated: true }))).map(brief)).toEqual([1, 2, 3, 4, 5])
    expect((await collect(readFiles([path]))).map(brief)).toEqual([5])
  })
})

describe('a folder that is not listed', () => {
  /** As somebody who may open the files of the folder by name, but not list them. */
  async function without<Result>(action: () => Promise<Result>): Promise<Result> {
    const isRoot = process.geteuid?.() === 0
    chmodSync(folder.path, 0o311)
    if (isRoot) process.seteuid?.(65534)
    try {
      return await action()
    } finally {
      if (isRoot) process.seteuid?.(0)
      chmodSync(folder.path, 0o700)
    }
  }

  test('is no folder without older files', async () => {
    const file = folder.write('file', '')
    await expect(rotatedFiles(join(file, 'audit.log'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  test('is told, and the log itself is read', async () => {
    folder.write('audit.log.1', lines(1, 2))
    const path = folder.write('audit.log', lines(2, 3))
    const items = await without(() => collect(readFiles([path], { rotated: true })))
    expect(items.map(brief)).toEqual(['ERR_UNREADABLE:0', 2])
    expect(items[0]).toMatchObject({
      problem: { data: { reason: 'EACCES' } },
      position: { source: folder.path },
    })
  })

  test('is told once, and the log itself is followed', async () => {
    const path = folder.write('audit.log', lines(1, 2))
    chmodSync(path, 0o666)
    const end = new AbortController()
    const seen: (number | string)[] = []
    // In the end it is written anew, with no copy that could be found.
    const steps = new Map([
      [1, () => folder.append('audit.log', lines(2, 3))],
      [2, () => folder.write('audit.log', lines(3, 4))],
      [3, () => end.abort()],
    ])
    await without(async () => {
      for await (const batch of followFile(path, { signal: end.signal, pollMilliseconds: 5 }))
        for (const item of batch.map(brief)) {
          seen.push(item)
          steps.get(Number(item))?.()
        }
    })
    expect(seen).toEqual(['ERR_UNREADABLE:0', 1, 2, 'ERR_TRUNCATED:0', 3])
  })
})

describe('broken files', () => {
  test('a missing one is told, the others are read', async () => {
    const items = await collect(readFiles([folder.at('none.log'), folder.write('audit.log', lines(1, 2))]))
    expect(items.map(brief)).toEqual(['ERR_UNREADABLE:0', 1])
    expect(items[0]).toMatchObject({ problem: { data: { reason: 'ENOENT' } } })
  })

  test('a folder is told', async () => {
    expect((await collect(readFiles([folder.path]))).map(brief)).toEqual(['ERR_UNREADABLE:0'])
  })

  test('compressed data that is cut off gives all that came before', async () => {
    const whole = gzipSync(lines(1, 500))
    const items = await collect(readFiles([folder.write('audit.log.gz', whole.subarray(0, -20))]))
    const numbers = items.map(brief)
    expect(numbers.slice(0, 400)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1))
    expect(numbers.at(-1)).toBe('ERR_COMPRESSION:0')
    expect(items.at(-1)).toMatchObject({ problem: { id: 'audit-reader.compression-cut' } })
  })

  test('compressed data that is broken gives what came before', async () => {
    const first = gzipSync(lines(1, 4000))
    const data = Buffer.concat([first, gzipSync(lines(4000, 4002))])
    data.fill(0xff, first.length + 40, first.length + 60)
    const numbers = (await collect(readFiles([folder.write('audit.log.gz', data)]))).map(brief)
    expect(first.length).toBeGreaterThan(16 * 1024)
    expect(numbers.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect(numbers.at(-1)).toBe('ERR_COMPRESSION:0')
  })

  test('compressed data of several members', async () => {
    const data = Buffer.concat([gzipSync(lines(1, 3)), gzipSync(lines(3, 4))])
    expect((await collect(readFiles([folder.write('audit.log', data)]))).map(brief)).toEqual([1, 2, 3])
  })

  test('a file that is truncated under the reader', async () => {
    const path = folder.write('audit.log', lines(1, 2000))
    const codes = new Set<number | string>()
    for await (const batch of readFiles([path])) {
      if (batch.length > 0) truncateSync(path, 0)
      for (const item of batch) if ('code' in item) codes.add(item.code)
    }
    expect([...codes]).toContain('ERR_TRUNCATED')
  })

  test('a file that is rotated under the reader is read to its end', async () => {
    const path = folder.write('audit.log', lines(1, 3000))
    const found: (number | string)[] = []
    for await (const batch of readFiles([path], { rotated: true })) {
      if (found.length === 0) {
        renameSync(path, folder.at('audit-2026-01-02T03-04-05.000.log'))
        writeFileSync(path, lines(3000, 3001))
      }
      found.push(...batch.map(brief))
    }
    expect(found).toEqual(Array.from({ length: 2999 }, (_, index) => index + 1))
  })
})

describe('following', () => {
  /** A step, and how many items have been found once all that has been written until then is read. */
  type Step = readonly [act: () => void, found: number]

  /** Does one step after the other, each when all that was written before has been read. */
  async function follow(steps: readonly Step[], expected: readonly (number | string)[]) {
    const stop = new AbortController()
    const found: (number | string)[] = []
    const waiting = [...steps]
    const timeout = setTimeout(() => stop.abort(), 120_000)
    let wanted = 0
    const act = () => {
      const step = waiting.shift()
      if (step === undefined) return
      wanted = step[1]
      step[0]()
    }
    act()
    // Of what gives no item, such as half a line, nothing is seen but that nothing new comes for so many rounds.
    let seen = -1
    let quiet = 0
    const next = setInterval(() => {
      quiet = found.length === seen ? quiet + 1 : 0
      seen = found.length
      if (quiet < 5 || found.length < wanted) return
      quiet = 0
      act()
    }, 20)
    for await (const batch of followFile(folder.at('audit.log'), {
      signal: stop.signal,
      pollMilliseconds: 5,
    })) {
      found.push(...batch.map(brief))
      if (found.length >= expected.length && waiting.length === 0) stop.abort()
    }
    clearInterval(next)
    clearTimeout(timeout)
    expect(found).toEqual(expected)
  }

  test('growth, line by line and inside a line', async () => {
    const text = lines(2, 4)
    await follow(
      [
        [() => folder.write('audit.log', lines(1, 2)), 1],
        [() => folder.append('audit.log', text.slice(0, 50)), 1],
        [() => folder.append('audit.log', text.slice(50)), 3],
      ],
      [1, 2, 3],
    )
  })

  test('a file that is not there yet', async () => {
    await follow(
      [
        [() => undefined, 0],
        [() => folder.write('audit.log', lines(1, 2)), 1],
      ],
      [1],
    )
  })

  test('a file that cannot be opened is told once, and read once it can be', async () => {
    await follow(
      [
        // What root cannot open either.
        [() => symlinkSync('audit.log', folder.at('audit.log')), 1],
        [
          () => {
            unlinkSync(folder.at('audit.log'))
            folder.write('audit.log', lines(1, 2))
          },
          2,
        ],
      ],
      ['ERR_UNREADABLE:0', 1],
    )
  })

  test('rotation by renaming, with a writer that notices late', async () => {
    await follow(
      [
        [() => folder.write('audit.log', lines(1, 3)), 2],
        [
          () => {
            folder.append('audit.log', lines(3, 4))
            renameSync(folder.at('audit.log'), folder.at('audit.log.1'))
          },
          3,
        ],
        [() => folder.write('audit.log', lines(4, 5)), 4],
        [() => folder.append('audit.log.1', lines(5, 6)), 5],
        [() => folder.append('audit.log', lines(6, 7)), 6],
      ],
      [1, 2, 3, 4, 5, 6],
    )
  })

  test('several rotations between two looks, one of them compressed', async () => {
    await follow(
      [
        [
          () => {
            folder.write('audit-2026-01-01T00-00-00.000.log', lines(90, 95))
            folder.write('audit.log', lines(1, 3))
          },
          2,
        ],
        [
          () => {
            renameSync(folder.at('audit.log'), folder.at('audit-2026-01-02T00-00-00.000.log'))
            folder.write('audit-2026-01-03T00-00-00.000.log', lines(3, 4))
            folder.write('audit-2026-01-04T00-00-00.000.log.gz', gzipSync(lines(4, 6)))
            folder.write('audit.log', lines(6, 7))
          },
          6,
        ],
      ],
      [1, 2, 3, 4, 5, 6],
    )
  })

  test.each(['compressed', 'gone'])('several rotations, after which the first file is %s', async (state) => {
    await follow(
      [
        [
          () => {
            folder.write('audit-2026-01-01T00-00-00.000.log', lines(90, 95))
            folder.write('audit.log', lines(1, 3))
          },
          2,
        ],
        [
          () => {
            if (state === 'compressed')
              folder.write('audit-2026-01-02T00-00-00.000.log.gz', gzipSync(lines(1, 3)))
            folder.write('audit-2026-01-03T00-00-00.000.log', lines(3, 4))
            folder.write('next', lines(4, 5))
            renameSync(folder.at('next'), folder.at('audit.log'))
          },
          4,
        ],
      ],
      [1, 2, 3, 4],
    )
  })

  test('copying and truncating: what was written last stands in the copy', async () => {
    await follow(
      [
        [() => folder.write('audit.log', lines(1, 3)), 2],
        [
          () => {
            folder.append('audit.log', lines(3, 4))
            copyFileSync(folder.at('audit.log'), folder.at('audit.log.1'))
            truncateSync(folder.at('audit.log'), 0)
            folder.append('audit.log', lines(4, 5))
          },
          4,
        ],
      ],
      [1, 2, 3, 4],
    )
  })

  test('truncated and grown beyond where it was read', async () => {
    await follow(
      [
        [() => folder.write('audit.log', lines(1, 2)), 1],
        [
          () => {
            truncateSync(folder.at('audit.log'), 0)
            folder.append('audit.log', lines(2, 6))
          },
          6,
        ],
      ],
      [1, 'ERR_TRUNCATED:0', 2, 3, 4, 5],
    )
  })

  test('only what is new', async () => {
    const path = folder.write('audit.log', lines(1, 3))
    const stop = new AbortController()
    // When reading begins cannot be seen from outside: lines are added until one is found.
    let next = 3
    const writing = setInterval(() => folder.append('audit.log', lines(next, ++next)), 50)
    const found: (number | string)[] = []
    for await (const batch of followFile(path, { signal: stop.signal, fromEnd: true, pollMilliseconds: 5 })) {
      found.push(...batch.map(brief))
      if (found.length > 0) stop.abort()
    }
    clearInterval(writing)
    expect(found[0]).toBeGreaterThanOrEqual(3)
    expect(found).toEqual(found.map((_, index) => Number(found[0]) + index))
  })

  test('a stream of rotations loses nothing and repeats nothing', async () => {
    const stop = new AbortController()
    // When reading begins cannot be seen from outside; what is renamed before is an older file, which is not followed.
    const path = folder.write('audit.log', lines(0, 1))
    let written = 1
    let rotations = 0
    let isWritten = false
    const found: (number | string)[] = []
    const writing = setInterval(() => {
      if (found.length === 0) return
      isWritten = rotations > 20
      if (isWritten) return clearInterval(writing)
      for (let burst = 0; burst < 4; burst++) {
        folder.append('audit.log', lines(written, written + 7))
        written += 7
        if (written % 3 !== 0) continue
        rotations += 1
        const time = new Date(Date.UTC(2026, 0, 1) + rotations).toISOString().slice(0, -1)
        renameSync(path, folder.at(`audit-${time.replaceAll(':', '-')}.log`))
        folder.write('audit.log', '')
      }
    }, 1)
    const timeout = setTimeout(() => stop.abort(), 120_000)
    const ending = setInterval(() => {
      // A little longer than needed, so that what is read twice is seen.
      if (isWritten && found.length >= written) setTimeout(() => stop.abort(), 100)
    }, 20)
    for await (const batch of followFile(path, { signal: stop.signal, pollMilliseconds: 3 }))
      found.push(...batch.map(brief))
    clearInterval(ending)
    clearTimeout(timeout)
    expect(found).toEqual(Array.from({ length: written }, (_, index) => index))
  })
})
