import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Delivery } from './delivery.ts'
import type { ClientResponse } from './http.ts'
import type { Paced } from './pace.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** An answer that has begun, and what its client reads. */
async function begun(version: string, isReading = true) {
  const answered = Promise.withResolvers<ServerResponse>()
  const server = createServer((_, response) => answered.resolve(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  opened.push(server, { close: () => client.destroy() })
  client.write(`GET / HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const response = await answered.promise
  response.writeHead(200, ['content-type', 'application/json'])
  response.flushHeaders()
  const text = Promise.withResolvers<string>()
  const read = () => {
    let all = ''
    client.setEncoding('latin1').on('data', (part: string) => {
      all += part
    })
    client.on('end', () => text.resolve(all))
  }
  if (isReading) read()
  return { response: response as ClientResponse, text: text.promise, read }
}

function flow() {
  const calls: string[] = []
  const told = (name: string) => () => void calls.push(name)
  return { calls, pause: told('pause'), hold: told('hold'), resume: told('resume') }
}

/** @throws Error for what is no body in chunks */
function unchunked(text: string): string {
  let body = ''
  for (let at = 0; ; ) {
    const size = /^([0-9a-f]+)\r\n/.exec(text.slice(at, at + 12))
    if (size === null) throw new Error(`no chunk at ${at}`)
    const begin = at + size[0].length
    const end = begin + Number.parseInt(size[1] ?? '', 16)
    if (text.slice(end, end + 2) !== '\r\n') throw new Error(`no end of a chunk at ${end}`)
    if (end === begin) return body
    body += text.slice(begin, end)
    at = end + 2
  }
}

const turn = () => new Promise((next) => setImmediate(next))

describe('Delivery', () => {
  test('what comes in one turn goes on as one chunk', async () => {
    const { response, text } = await begun('1.1')
    const delivery = new Delivery(response, flow(), true)
    for (const part of ['{"a":1}\n', '{"b":2}\n']) delivery.add(Buffer.from(part))
    await turn()
    await turn()
    delivery.add(Buffer.from('{"c":3}\n'))
    response.end(delivery.end())
    const body = (await text).split('\r\n\r\n').slice(1).join('\r\n\r\n')
    expect(body).toBe('10\r\n{"a":1}\n{"b":2}\n\r\n8\r\n{"c":3}\n\r\n0\r\n\r\n')
  })

  /** A pace of which the test says when the turn ends, and who waits after it. */
  function ownPace() {
    const due: Paced[] = []
    const end = (isStorm: boolean) =>
      due.splice(0).map((paced) => {
        paced.deliver()
        return isStorm && paced.hold()
      })
    return { pace: { add: (paced: Paced) => void due.push(paced) }, end }
  }

  test('what comes while it is held back goes on as one chunk, and what comes last with it', async () => {
    const { response, text } = await begun('1.1')
    const { calls, ...own } = flow()
    const { pace, end } = ownPace()
    const delivery = new Delivery(response, own, true, pace)
    delivery.add(Buffer.from('a'))
    expect(end(true)).toEqual([true])
    // Somebody who shares a connection is told all the same.
    for (const part of ['b', 'c']) {
      delivery.add(Buffer.from(part))
      expect(end(true)).toEqual([])
    }
    delivery.resume()
    // What was left unread comes in the same turn.
    delivery.add(Buffer.from('d'))
    expect(end(true)).toEqual([true])
    delivery.add(Buffer.from('e'))
    response.end(delivery.end())
    expect((await text).split('\r\n\r\n')[1]).toBe('1\r\na\r\n3\r\nbcd\r\n1\r\ne\r\n0')
    expect(calls).toEqual(['hold', 'resume', 'hold'])
  })

  test('a log is never held back, nor what is over', async () => {
    const { response } = await begun('1.1')
    const { calls, ...own } = flow()
    const { pace, end } = ownPace()
    const log = new Delivery(response, own, false, pace)
    log.add(Buffer.from('a'))
    expect(end(true)).toEqual([false])
    const watch = new Delivery(response, own, true, pace)
    watch.add(Buffer.from('b'))
    response.end(watch.end())
    expect(end(true)).toEqual([false])
    watch.resume()
    expect([calls, end(false)]).toEqual([[], []])
  })

  test('whatever its length, all of it arrives, though its memory is used again', async () => {
    const { response, text } = await begun('1.1')
    const delivery = new Delivery(response, flow(), true)
    let sent = ''
    for (const length of [1, 15, 16, 4096, 16_373, 16_374, 16_375, 16_384, 70_000]) {
      const data = Buffer.alloc(length, String(length).at(-1))
      sent += data.toString('latin1')
      delivery.add(data)
      data.fill('?')
      await turn()
    }
    response.end(delivery.end())
    expect(unchunked((await text).split('\r\n\r\n').slice(1).join('\r\n\r\n'))).toBe(sent)
  })

  test('in no chunks to who knows none', async () => {
    const { response, text } = await begun('1.0')
    const delivery = new Delivery(response, flow(), false)
    delivery.add(Buffer.from('one '))
    await turn()
    await turn()
    delivery.add(Buffer.from('two'))
    response.end(delivery.end())
    expect((await text).split('\r\n\r\n')[1]).toBe('one two')
  })

  test('who does not read keeps the API server waiting, and gets all', async () => {
    const { response, text, read } = await begun('1.1', false)
    const { calls, ...own } = flow()
    const delivery = new Delivery(response, own, false)
    let sent = 0
    while (calls.length === 0) {
      delivery.add(Buffer.alloc(60_000, 'x'))
      sent += 60_000
      await turn()
    }
    expect(calls).toEqual(['pause'])
    read()
    await expect.poll(() => calls).toEqual(['pause', 'resume'])
    response.end(delivery.end())
    expect((await text).split('x').length - 1).toBe(sent)
  })

  test('what is over is told no more', async () => {
    const { response, text } = await begun('1.1')
    const { calls, ...own } = flow()
    const delivery = new Delivery(response, own, false)
    delivery.add(Buffer.from('held back'))
    response.end(delivery.end())
    delivery.resume()
    await turn()
    expect([(await text).split('held back').length, calls]).toEqual([2, []])
  })
})
