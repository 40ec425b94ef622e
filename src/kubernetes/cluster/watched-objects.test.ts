import { afterEach, describe, expect, test, vi } from 'vitest'
import { createRenderer, type Message } from '../../messages/index.ts'
import { NODES, PODS, pod, ROLES, viewCases } from '../objects/object-view.fixture.ts'
import type { GroupResource, ObjectChange } from '../objects/object-view.ts'
import type { KubernetesObject } from '../objects/types.ts'
import { pathOf, startApiServer, type TestApiServer } from './api-server.fixture.ts'
import { clusterMessages } from './messages.ts'
import type { WatchedType } from './watch-type.ts'
import { type WatchedObjects, watchedObjects } from './watched-objects.ts'

let server: TestApiServer
let view: WatchedObjects
const problems: string[] = []
const pauses: number[] = []

/** Waits as little as can be, so that what follows a failure is seen soon. */
async function start(objects: readonly KubernetesObject[], types: readonly WatchedType[] = [PODS]) {
  problems.length = 0
  pauses.length = 0
  server = await startApiServer(objects)
  const render = createRenderer([clusterMessages], 'en')
  view = watchedObjects(server.config, types, {
    onProblem: (type: GroupResource, problem: Message) =>
      problems.push(`${type.resource}: ${render(problem)}`),
    pause: (milliseconds) => {
      pauses.push(milliseconds)
      return new Promise((resolve) => setTimeout(resolve, 1))
    },
  })
}

async function started(objects: readonly KubernetesObject[], types?: readonly WatchedType[]) {
  await start(objects, types)
  await view.ready()
  await until(() => expect(server.asked.filter((each) => each.includes('watch=true'))).not.toEqual([]))
}

async function close() {
  await view.stop()
  await server.close()
}

/** On a busy machine an answer takes its time. */
function until(check: () => void): Promise<void> {
  return vi.waitFor(check, 30_000)
}

const names = () => [...view.list(PODS)].map(({ metadata }) => metadata?.name).sort()
const lists = () => server.asked.filter((each) => each.includes(pathOf(PODS)) && !each.includes('watch='))

function changes(): string[] {
  const seen: string[] = []
  const told = ({ before, after }: ObjectChange) =>
    seen.push(`${before?.metadata?.name ?? '-'} ${after?.metadata?.name ?? '-'}`)
  view.subscribe(PODS, told)
  return seen
}

describe('watchedObjects', () => {
  describe('as any view', () => {
    viewCases(async (objects) => {
      await started(objects, [PODS, NODES, ROLES])
      return { view, close }
    })
  })

  describe('follows', () => {
    afterEach(close)

    test('what comes, changes and goes', async () => {
      await started([pod('a', 'one')])
      const seen = changes()
      server.put(pod('a', 'two'), 'ADDED')
      server.put(pod('a', 'one', { changed: 'yes' }))
      server.delete(pod('a', 'two'))
      await until(() => expect(seen).toEqual(['- two', 'one one', 'two -']))
      expect(names()).toEqual(['one'])
      expect(view.get(PODS, 'a', 'one')?.metadata?.labels).toEqual({ changed: 'yes' })
    })

    test('a list in pages is whole before it counts', async () => {
      await start([pod('a', 'one'), pod('a', 'two'), pod('a', 'three')])
      let completeTooEarly = false
      server.fault = ({ query }) => {
        if (query.has('continue') && view.isComplete(PODS)) completeTooEarly = true
        return undefined
      }
      expect(view.isComplete(PODS)).toBe(false)
      await view.ready()
      expect([completeTooEarly, view.isComplete(PODS), names()]).toEqual([
        false,
        true,
        ['one', 'three', 'two'],
      ])
      expect(lists()).toHaveLength(2)
    })

    test('a list that expires between pages is asked for whole', async () => {
      await start([pod('a', 'one'), pod('a', 'two'), pod('a', 'three')])
      server.fault = ({ query }) => (query.has('continue') ? { status: 410, body: {} } : undefined)
      await view.ready()
      expect(names()).toEqual(['one', 'three', 'two'])
      expect(lists().at(-1)).not.toContain('limit')
    })

    test('a connection that ends is made anew, from where it was', async () => {
      await started([pod('a', 'one')])
      server.disconnect()
      server.put(pod('a', 'two'), 'ADDED')
      await until(() => expect(names()).toEqual(['one', 'two']))
      expect(lists()).toHaveLength(1)
    })

    test('a bookmark moves the place to go on from', async () => {
      await started([pod('a', 'one')])
      server.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '1234' } } })
      server.disconnect()
      await until(() => expect(server.asked.at(-1)).toContain('resourceVersion=1234'))
      expect(names()).toEqual(['one'])
    })

    test.each([
      [
        'as an answer',
        () => {
          server.forget()
          server.disconnect()
        },
      ],
      ['as an event', () => server.send({ type: 'ERROR', object: { kind: 'Status', code: 410 } })],
    ])('410 Gone %s: a new list, whose differences are told', async (_, tell) => {
      await started([pod('a', 'stays'), pod('a', 'goes')])
      const seen = changes()
      // What happened while nobody watched: the list alone has it.
      const missed = (path: string) => path.includes('watch=') && lists().length < 2
      server.fault = ({ path, query }) =>
        missed(`${path}?${query}`) ? { status: 410, body: { kind: 'Status', code: 410 } } : undefined
      tell()
      server.disconnect()
      server.delete(pod('a', 'goes'))
      server.put(pod('a', 'comes'), 'ADDED')
      await until(() => expect(seen.toSorted()).toEqual(['- comes', 'goes -']))
      expect(names()).toEqual(['comes', 'stays'])
    })

    test.each([
      ['no JSON', 'nonsense\n'],
      ['no event', '{"type":"NEWS","object":{}}\n'],
      ['an error of the server', '{"type":"ERROR","object":{"code":500,"message":"etcd"}}\n'],
    ])('a watch that breaks is told and mended: %s', async (_, line) => {
      await started([pod('a', 'one')])
      server.send(line)
      await until(() => expect(problems).toHaveLength(1))
      server.put(pod('a', 'two'), 'ADDED')
      await until(() => expect(names()).toEqual(['one', 'two']))
    })

    test('a fault at the start: not complete, each pause longer, then all is well', async () => {
      await start([pod('a', 'one')])
      const early: boolean[] = []
      server.fault = ({ path }) => {
        if (path !== pathOf(PODS) || early.length === 4) return undefined
        early.push(view.isComplete(PODS))
        return { status: 403, body: { message: 'pods is forbidden' } }
      }
      await view.ready()
      expect(early).toEqual([false, false, false, false])
      expect(problems[0]).toBe('pods: the API server could not list pods: pods is forbidden (403)')
      expect(
        pauses.slice(0, 4).map((pause, index) => pause >= 400 * 2 ** index && pause <= 800 * 2 ** index),
      ).toEqual([true, true, true, true])
    })

    test('a type that is not served is empty, until it is', async () => {
      const type = { group: 'example.com', resource: 'oxen' }
      await start([], [type])
      await view.ready()
      expect([view.isComplete(type), [...view.list(type)], problems]).toEqual([true, [], []])
      await until(() => expect(pauses[0]).toBe(60_000))
    })

    test('discovery that fails is no proof that there is nothing', async () => {
      await start([], [ROLES])
      server.fault = ({ path }) => (path.startsWith('/apis/rbac') ? { status: 503, body: 'no' } : undefined)
      await until(() => expect(problems.length).toBeGreaterThan(1))
      expect(view.isComplete(ROLES)).toBe(false)
    })

    test('what is not wanted is not kept', async () => {
      const keep = ({ metadata, ...rest }: KubernetesObject) =>
        metadata?.name === 'secret'
          ? undefined
          : { ...rest, metadata: { name: metadata?.name ?? '', namespace: 'a' } }
      await started([{ ...pod('a', 'one'), spec: { large: true } }, pod('a', 'secret')], [{ ...PODS, keep }])
      expect(names()).toEqual(['one'])
      expect(view.get(PODS, 'a', 'one')?.metadata).toEqual({ name: 'one', namespace: 'a' })
    })

    test('managed fields are not kept, selectors are sent', async () => {
      const one = pod('a', 'one')
      const managed = { ...one, metadata: { ...one.metadata, managedFields: [{ manager: 'kubectl' }] } }
      await started([managed], [{ ...PODS, namespace: 'a', fieldSelector: 'type=x' }])
      expect(view.get(PODS, 'a', 'one')?.metadata).not.toHaveProperty('managedFields')
      expect(server.asked.filter((each) => each.includes('/namespaces/a/pods'))).toHaveLength(2)
      expect(server.asked.filter((each) => each.includes('fieldSelector=type%3Dx'))).toHaveLength(2)
    })
  })

  test('after its stop it asks nothing more', async () => {
    await started([pod('a', 'one')])
    await view.stop()
    const before = server.asked.length
    server.put(pod('a', 'two'), 'ADDED')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([server.asked.length, names()]).toEqual([before, ['one']])
    await server.close()
  })
})
