import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Alert, AlertOutput, Missing } from '../../runtime/detection/index.ts'
import type { Awaited, Container } from '../../runtime/sensors/index.ts'
import { completingOutput } from './completing-output.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Alerts that wait for what their name says: `web`, `web surroundings`, `host`. */
function open() {
  const sent: string[] = []
  const asked: string[] = []
  const told = new Map<string, Awaited | 'all'>()
  const late = { isOpen: true }
  const output: AlertOutput = {
    name: 'file',
    counts: { delivered: 0, dropped: 0, retries: 0 },
    isBehind: false,
    push: ({ rule }) => void sent.push(rule),
    room: async () => undefined,
    delivered: async () => true,
    reopen: () => undefined,
    close: async () => undefined,
  }
  const completing = completingOutput(
    output,
    {
      missing({ rule }): Missing[] {
        const [id = '', part] = rule.split(' ')
        return id === 'host' ? [] : [{ id, awaited: part === 'surroundings' ? part : 'container' }]
      },
      complete: (alert) => ({
        ...alert,
        rule: `${alert.rule}: ${told.get(alert.rule.split(' ')[0] ?? '') ?? 'nothing'}`,
      }),
    },
    {
      get: (id) => (told.has(id) ? ({ id } as Container) : undefined),
      want: (id) => void asked.push(id),
      awaited(id) {
        const known = told.get(id)
        if (known === undefined) return 'container'
        return known === 'container' ? 'surroundings' : undefined
      },
      isOpen: () => late.isOpen,
    },
  )
  const push = (rule: string) => completing.push({ rule } as Alert)
  return { completing, push, sent, asked, told, late }
}

test('an alert that lacks nothing goes out at once, and overtakes those that wait', () => {
  const { push, sent } = open()
  push('web')
  push('host')
  expect(sent).toEqual(['host'])
})

test('an alert goes out as soon as it is complete, whatever others wait for', () => {
  const { push, sent, asked, told } = open()
  push('slow')
  push('web')
  push('web surroundings')
  expect(asked).toEqual(['slow', 'web', 'web'])
  told.set('web', 'container')
  vi.advanceTimersByTime(20)
  expect(sent).toEqual(['web: container'])
  told.set('web', 'all')
  vi.advanceTimersByTime(20)
  expect(sent).toEqual(['web: container', 'web surroundings: all'])
})

test('where no answer is to be expected it goes out after 0.9 s', () => {
  const { push, sent, late } = open()
  late.isOpen = false
  push('web')
  vi.advanceTimersByTime(880)
  expect(sent).toEqual([])
  vi.advanceTimersByTime(40)
  expect(sent).toEqual(['web: nothing'])
})

test('an answer that comes late is waited for, up to five seconds', () => {
  const { push, sent, told } = open()
  push('web')
  push('never')
  vi.advanceTimersByTime(3000)
  expect(sent).toEqual([])
  told.set('web', 'all')
  vi.advanceTimersByTime(20)
  expect(sent).toEqual(['web: all'])
  vi.advanceTimersByTime(2000)
  expect(sent).toEqual(['web: all', 'never: nothing'])
})

test('of more than a thousand that wait, the oldest go out as they are', () => {
  const { push, sent } = open()
  for (let number = 0; number < 1002; number++) push(`container-${number}`)
  expect(sent).toEqual(['container-0: nothing', 'container-1: nothing'])
})

test('what was taken counts as delivered when it has gone out; what comes later is not waited for', async () => {
  const { completing, push, told } = open()
  push('web')
  let isDelivered = false
  const delivered = completing.delivered().then((is) => {
    isDelivered = is
  })
  push('another')
  await vi.advanceTimersByTimeAsync(100)
  expect(isDelivered).toBe(false)
  told.set('web', 'all')
  await vi.advanceTimersByTimeAsync(20)
  await delivered
  expect(isDelivered).toBe(true)
})

test('at the end all go out with what is known', async () => {
  const { completing, push, sent, told } = open()
  push('web')
  push('another')
  told.set('web', 'container')
  await completing.close(0)
  expect(sent).toEqual(['web: container', 'another: nothing'])
})
