import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useFolder } from '../../readers/readers.fixture.ts'
import { events, numberOf, until, Webhook } from '../sinks.fixture.ts'
import { createBackoff, createThrottle } from './pace.ts'
import { openWebhookSink, type WebhookTrouble } from './webhook-sink.ts'

const folder = useFolder(beforeEach, afterEach)
let webhook: Webhook
let troubles: WebhookTrouble[]
beforeEach(async () => {
  webhook = new Webhook()
  troubles = []
  await webhook.start()
})
afterEach(() => webhook.stop())

const open = (options: object = {}) =>
  openWebhookSink({
    target: webhook.target,
    spillFolder: folder.at('spill'),
    batchWaitMilliseconds: 10,
    requestsPerSecond: 1000,
    burst: 1000,
    backoffMilliseconds: 5,
    mostBackoffMilliseconds: 20,
    onTrouble: (trouble: WebhookTrouble) => troubles.push(trouble),
    ...options,
  })

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const received = () => webhook.received.map(numberOf)

describe('a webhook', () => {
  test('gets batches of at most so many events', async () => {
    const sink = await open({ batchEvents: 40 })
    await sink.write(events(0, 100))
    await sink.flush()
    expect(webhook.requests.map(({ size }) => size)).toEqual([40, 40, 20])
    expect(webhook.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer t',
      'content-type': 'application/json',
    })
    await sink.close()
  })

  test('gets what is less than a batch after a while', async () => {
    // So long that a busy machine has written both before the first has waited enough.
    const sink = await open({ batchWaitMilliseconds: 2000 })
    await Promise.all([sink.write(events(0, 1)), sink.write(events(1, 2))])
    await until(() => webhook.requests.length > 0)
    expect(webhook.requests.map(({ size }) => size)).toEqual([2])
    await sink.close()
  })

  test('gets bodies of at most so many bytes, and a larger event alone', async () => {
    const sink = await open({ batchBytes: 1000 })
    await sink.write([...events(0, 5), ...events(5, 6, { userAgent: 'x'.repeat(3000) }), ...events(6, 8)])
    await sink.flush()
    expect(received()).toEqual(numbers(0, 8))
    expect(webhook.requests.length).toBeGreaterThan(3)
    await sink.close()
  })

  test('gets gzip where it is wanted', async () => {
    const sink = await open({ compress: true })
    await sink.write(events(0, 50))
    await sink.flush()
    expect(webhook.requests[0]?.headers['content-encoding']).toBe('gzip')
    expect(received()).toEqual(numbers(0, 50))
    await sink.close()
  })

  test('dead and back: gets everything, in order', async () => {
    const sink = await open({ batchEvents: 10 })
    await sink.write(events(0, 10))
    await until(() => webhook.received.length === 10)
    await webhook.stop()
    for (let at = 10; at < 200; at += 10) await sink.write(events(at, at + 10))
    await until(() => sink.stats().failures > 2)
    expect(sink.stats().waitingBytes).toBeGreaterThan(0)
    await webhook.start()
    await sink.flush()
    expect(received()).toEqual(numbers(0, 200))
    expect(sink.stats()).toMatchObject({ accepted: 200, delivered: 200, dropped: 0, waitingBytes: 0 })
    await sink.close()
  })

  test('dead while the process is restarted', async () => {
    await webhook.stop()
    const first = await open()
    await first.write(events(0, 50))
    await first.close()
    const second = await open()
    await second.write(events(50, 60))
    await webhook.start()
    await second.flush()
    expect(received()).toEqual(numbers(0, 60))
    await second.close()
  })

  test.each([429, 500, 502, 503, 401, 403, 404])('that answers %i is asked again', async (status) => {
    webhook.answers.push({ status }, { status })
    const sink = await open()
    await sink.write(events(0, 3))
    await sink.flush()
    expect(received()).toEqual(numbers(0, 3))
    expect(sink.stats()).toMatchObject({ failures: 2, dropped: 0 })
    expect(troubles).toEqual(Array(2).fill({ kind: 'failed', reason: `HTTP ${status}`, events: 3 }))
    await sink.close()
  })

  test('is given the time it asks for', async () => {
    webhook.answers.push({ status: 429, headers: { 'retry-after': '1' } })
    const sink = await open()
    const start = performance.now()
    await sink.write(events(0, 1))
    await sink.flush()
    expect(performance.now() - start).toBeGreaterThan(950)
    await sink.close()
  })

  test('that refuses an event for good gets all others', async () => {
    webhook.judge = (items) => (items.some((event) => numberOf(event) % 10 === 3) ? 413 : 200)
    const sink = await open({ batchEvents: 25 })
    await sink.write(events(0, 50))
    await sink.flush()
    expect(received().toSorted((a, b) => a - b)).toEqual(numbers(0, 50).filter((n) => n % 10 !== 3))
    expect(sink.stats()).toMatchObject({ accepted: 50, delivered: 45, dropped: 5 })
    const refused = readFileSync(folder.at('spill/refused.jsonl'), 'utf8').trimEnd().split('\n')
    expect(refused.map((text) => numberOf(JSON.parse(text)))).toEqual([3, 13, 23, 33, 43])
    await sink.close()
  })

  test('that is not fast enough: what exceeds the bound is refused and counted', async () => {
    await webhook.stop()
    const sink = await open({ spillBytes: 5000 })
    await sink.write(events(0, 10))
    await expect(sink.write(events(10, 30))).rejects.toMatchObject({ code: 'ERR_SINK_FULL' })
    expect(sink.stats()).toMatchObject({ accepted: 10, dropped: 20 })
    expect(troubles.at(-1)).toMatchObject({ kind: 'full', events: 20 })
    await webhook.start()
    await sink.flush()
    expect(received()).toEqual(numbers(0, 10))
    await sink.close()
  })

  test('gets everything that was acknowledged before the process was killed', async () => {
    await webhook.stop()
    const program = `
      import { openWebhookSink } from ${JSON.stringify(new URL('./webhook-sink.ts', import.meta.url).href)}
      import { events } from ${JSON.stringify(new URL('../sinks.fixture.ts', import.meta.url).href)}
      const target = { url: new URL(${JSON.stringify(webhook.target.url.href)}), credentials: async () => ({ headers: {}, tls: {} }) }
      const sink = await openWebhookSink({ target, spillFolder: ${JSON.stringify(folder.at('spill'))}, backoffMilliseconds: 1, requestsPerSecond: 1000 })
      for (let n = 0; ; n += 10) {
        await sink.write(events(n, n + 10))
        process.stdout.write((n + 10) + '\\n')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      if (output.length > 2000) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.on('close', resolve))
    const acknowledged = Number(output.trimEnd().split('\n').at(-1))
    expect(acknowledged).toBeGreaterThan(1000)
    await webhook.start()
    const sink = await open()
    await sink.flush()
    expect(received().slice(0, acknowledged)).toEqual(numbers(0, acknowledged))
    await sink.close()
  })

  test('that dies again and again gets everything at least once, in order', async () => {
    const sink = await open({ batchEvents: 7 })
    let written = 0
    const writing = setInterval(() => {
      if (written >= 600) return
      void sink.write(events(written, written + 5))
      written += 5
    }, 1)
    for (let time = 0; time < 6; time++) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      await webhook.stop()
      await new Promise((resolve) => setTimeout(resolve, 30))
      await webhook.start()
    }
    await until(() => written >= 600)
    clearInterval(writing)
    await sink.flush()
    const first = received().filter((number, index, all) => all.indexOf(number) === index)
    expect(first).toEqual(numbers(0, 600))
    await sink.close()
  })
})

describe('pace', () => {
  test('ten a second, fifteen at once', () => {
    let time = 0
    const throttle = createThrottle(10, 15, () => time)
    const waits = Array.from({ length: 17 }, () => throttle.take())
    expect(waits.slice(0, 15)).toEqual(Array(15).fill(0))
    expect(waits.slice(15)).toEqual([100, 200])
    time = 10_000
    expect(throttle.take()).toBe(0)
  })

  test('pauses double up to a bound, and begin anew', () => {
    const backoff = createBackoff({ initialMilliseconds: 100, mostMilliseconds: 1000 }, () => 0.5)
    expect(Array.from({ length: 6 }, () => Math.round(backoff.next()))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ])
    backoff.reset()
    expect(Math.round(backoff.next())).toBe(100)
  })
})
