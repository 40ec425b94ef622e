import pc from 'picocolors'
import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES, type Language } from '../../../messages/index.ts'
import { UsageError } from '../../exit.ts'
import { createFilter, type FilterOptions } from './filter.ts'
import { showMessages } from './messages.ts'
import { STORY } from './show.fixture.ts'
import { createTally } from './stats.ts'
import { statisticsText } from './stats-text.ts'
import { createTable } from './table.ts'
import { parseTime } from './time.ts'

const NOW = Date.parse('2026-01-02T03:10:05Z')

function matching(options: FilterOptions): number[] {
  const filter = createFilter(options, NOW)
  return STORY.flatMap((event, index) => (filter(event) ? [index] : []))
}

function style(language: Language) {
  return { render: createRenderer([showMessages], language), colors: pc.createColors(false), language }
}

describe('filters', () => {
  test.each<[FilterOptions, number[]]>([
    [{}, [0, 1, 2, 3, 4, 5, 6]],
    [{ user: ['jane'] }, [0, 1, 2, 6]],
    [{ user: ['admin'] }, [4]],
    [{ user: ['kim', 'system:*'] }, [3, 4, 5]],
    [{ user: ['*:shop:*'] }, [3]],
    [{ user: ['j*e', '*:배포'] }, [0, 1, 2, 3, 6]],
    [{ group: ['dev'] }, [0, 1, 2, 6]],
    [{ group: ['system:masters'] }, [4]],
    [{ verb: ['create', 'patch'] }, [2, 3]],
    [{ resource: ['secrets'] }, [0, 1]],
    [{ resource: ['pods'] }, [2]],
    [{ resource: ['pods/exec'] }, [2]],
    [{ resource: ['pods/log'] }, []],
    [{ resource: ['apps/deployments'] }, [3]],
    [{ resource: ['apps/deployments/scale'] }, []],
    [{ resource: ['rbac.authorization.k8s.io/*', 'secrets'] }, [0, 1, 4]],
    [{ resource: ['*'] }, [0, 1, 2, 3, 4, 6]],
    [{ namespace: ['shop'] }, [0, 1, 2, 3, 6]],
    [{ name: ['web*'] }, [2, 3]],
    [{ code: ['403'] }, [4]],
    [{ code: ['2xx', '1XX'] }, [0, 1, 2, 3, 5]],
    [{ since: '5m' }, [5, 6]],
    [{ since: '2026-01-02T03:04:05Z', until: '2026-01-02T03:05:06Z' }, [4, 5]],
    [{ since: '2026-01-03' }, []],
    [{ stage: ['RequestReceived'] }, [6]],
    [{ sourceIp: ['10.0.0.0/16'] }, [0, 1, 2, 3, 6]],
    [{ sourceIp: ['198.51.100.1', '2001:db8::/32'] }, [3, 4]],
    [{ user: ['jane'], verb: ['get'], resource: ['secrets'] }, [1]],
  ])('%j', (options, expected) => expect(matching(options)).toEqual(expected))

  test.each<[FilterOptions, string]>([
    [{ since: 'yesterday' }, 'bad-time'],
    [{ until: '2026-13-01' }, 'bad-time'],
    [{ code: ['teapot'] }, 'bad-code'],
    [{ code: ['4x'] }, 'bad-code'],
    [{ sourceIp: ['host'] }, 'bad-address'],
    [{ sourceIp: ['10.0.0.0/40'] }, 'bad-address'],
    [{ sourceIp: ['10.0.0.0/'] }, 'bad-address'],
    [{ resource: ['a/b/c/d'] }, 'bad-resource'],
    [{ resource: ['pods/'] }, 'bad-resource'],
  ])('%j is refused', (options, message) => {
    try {
      createFilter(options, NOW)
      expect.unreachable()
    } catch (error) {
      expect(error instanceof UsageError && error.detail.id).toBe(`audit-show.${message}`)
    }
  })

  test.each([
    ['90s', -90],
    ['1h30m', -5400],
    ['7d', -7 * 86400],
    ['2026-01-02T03:10:05Z', 0],
    ['2026-01-02T12:10:05+09:00', 0],
    ['2026-01-02 03:10', -5],
    ['2026-01-02', -11405],
  ])('%s is a time', (text, seconds) => expect(parseTime(text, NOW)).toBe(NOW + seconds * 1000))
  test.each(['', '1', 'h', '1y', '2026', '2026-02-30T99:00:00Z', '-1h'])('%j is none', (text) =>
    expect(parseTime(text, NOW)).toBeUndefined(),
  )
})

describe('the table', () => {
  test.each(LANGUAGES)('in %s', async (language) => {
    const table = createTable(style(language))
    const text = STORY.map((event) => table.add(event)).join('') + table.flush()
    await expect(text).toMatchFileSnapshot(`golden/table.${language}.txt`)
  })

  test('goes on with the same columns, and a log cannot write on the terminal', () => {
    const table = createTable(style('en'))
    const [first] = STORY
    if (first === undefined) throw new Error('no story')
    expect(table.add(first) + table.flush()).toContain('jane')
    const next = table.add({ ...first, user: { username: '\u001b[2Jeve\n' } })
    expect(next).toContain('\\u001b[2Jeve\\n')
    expect(next.split('\n')).toHaveLength(2)
    expect(table.flush()).toBe('')
  })

  test('holds back no more than its first rows', () => {
    const table = createTable(style('en'))
    const texts = Array.from({ length: 300 }, () => table.add(STORY[0] as never))
    expect(texts.findIndex((text) => text !== '')).toBe(199)
    expect(texts.slice(200).every((text) => text !== '')).toBe(true)
  })

  test('of nothing is empty', () => expect(createTable(style('en')).flush()).toBe(''))
})

describe('statistics', () => {
  const tally = createTally()
  for (const event of STORY) tally.add(event, JSON.stringify(event).length)

  test.each(LANGUAGES)('in %s', async (language) => {
    await expect(statisticsText(tally.statistics(3), style(language))).toMatchFileSnapshot(
      `golden/stats.${language}.txt`,
    )
  })

  test('as data', async () => {
    await expect(`${JSON.stringify(tally.statistics(2), null, 2)}\n`).toMatchFileSnapshot('golden/stats.json')
  })

  test('of nothing', () => {
    expect(statisticsText(createTally().statistics(3), style('ko'))).toBe('맞는 이벤트가 없습니다\n')
  })

  test('have a bound whatever a log holds', () => {
    const many = createTally()
    const [first] = STORY
    if (first === undefined) throw new Error('no story')
    for (let n = 0; n < 60_000; n++) many.add({ ...first, user: { username: `u${n}` } }, 1)
    const { users, events } = many.statistics(1)
    expect(events).toBe(60_000)
    expect(users).toEqual({ top: [{ name: '…', events: 10_000, bytes: 10_000 }], others: 50_000 })
  })
})
