import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Message } from '../../messages/index.ts'
import { ObjectStore } from '../objects/object-store.ts'
import type { GroupResource, ObjectView } from '../objects/object-view.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import { type ClusterClient, clusterClient } from './cluster-client.ts'
import { ClusterError, innermostReason } from './cluster-error.ts'
import { discoverType } from './discover-type.ts'
import { clusterMessages } from './messages.ts'
import { TypeWatch, type WatchedType } from './watch-type.ts'

export interface WatchOptions {
  /** Told of each failure, after which it tries again: a fault of the network, a right that is missing. */
  readonly onProblem: (type: GroupResource, problem: Message) => void
  /** Waits before the next try; for tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/** A view of a cluster that follows its changes until it is stopped. */
export interface WatchedObjects extends ObjectView {
  /** Watches one more type from now on; one that is watched already stays as it is. */
  follow(type: WatchedType): void
  /** Resolves when all types that were given at the start are complete, or the view is stopped. */
  ready(): Promise<void>
  /** Ends all connections; what was seen can still be read. */
  stop(): Promise<void>
}

/** A type that the server does not serve may come later: with an upgrade, or a definition. */
const ASK_AGAIN_MILLISECONDS = 60_000

/** A watch that lasted this long was a good one, which forgives what failed before. */
const GOOD_MILLISECONDS = 60_000

/** One that lasted shorter is followed by a pause, whatever it brought. */
const SHORT_MILLISECONDS = 1_000

/**
 * Lists the types and watches them, each by a connection of its own, as client-go's informers do: pages of 500,
 * bookmarks, a new list where the server has forgotten the version to go on from (410 Gone), a new connection after a
 * pause with jitter where one ends. A type is complete when its first list is through, and stays so while the
 * connection is away: the view is then as old as that. A type that the server does not serve is complete and empty.
 *
 * @param config - as `loadKubeconfig` gives it; its user must be allowed to list and watch the types
 * @param types - of one that is given twice, the first counts: what it keeps must be enough for all
 */
export function watchedObjects(
  config: KubeConfig,
  types: readonly WatchedType[],
  { onProblem = () => undefined, pause = (ms, signal) => sleep(ms, undefined, { signal }) }: WatchOptions,
): WatchedObjects {
  const client = clusterClient(config)
  const store = new ObjectStore()
  const end = new AbortController()
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })
  const noteReadiness = () => {
    if (types.every((type) => store.isComplete(type))) becomeReady()
  }

  async function follow(type: WatchedType): Promise<void> {
    const backoff = createBackoff()
    let watch: TypeWatch | undefined
    while (!end.signal.aborted) {
      const begin = performance.now()
      let milliseconds: number
      try {
        watch ??= await prepare(client, type, store, noteReadiness, end.signal)
        const isFruitful = watch !== undefined && (await watch.run(end.signal))
        milliseconds = watch === undefined ? ASK_AGAIN_MILLISECONDS : restAfter(begin, isFruitful, backoff)
      } catch (error) {
        if (end.signal.aborted) break
        onProblem(type, problemOf(error, client))
        if (watch?.isServed === false) watch = undefined
        milliseconds = restAfter(begin, false, backoff)
      }
      if (milliseconds > 0) await pause(milliseconds, end.signal).catch(() => undefined)
    }
  }

  const followed = new Map<string, Promise<void>>()
  const begin = (type: WatchedType) => {
    const key = `${type.group}/${type.resource}`
    if (!followed.has(key) && !end.signal.aborted) followed.set(key, follow(type))
  }
  for (const type of types) begin(type)
  noteReadiness()
  return {
    get: (type, namespace, name) => store.get(type, namespace, name),
    list: (type, namespace) => store.list(type, namespace),
    isComplete: (type) => store.isComplete(type),
    subscribe: (type, listener) => store.subscribe(type, listener),
    follow: begin,
    ready: () => ready,
    async stop() {
      end.abort()
      await Promise.all(followed.values())
      becomeReady()
      client.close()
    },
  }
}

/** @returns undefined where the server does not serve the type: then there are no such objects */
async function prepare(
  client: ClusterClient,
  type: WatchedType,
  store: ObjectStore,
  noteReadiness: () => void,
  signal: AbortSignal,
): Promise<TypeWatch | undefined> {
  const served = await discoverType(client, type, signal)
  if (served === undefined) {
    store.replace(type, [])
    noteReadiness()
    return undefined
  }
  return new TypeWatch(client, type, served, {
    replace(objects) {
      store.replace(type, objects)
      noteReadiness()
    },
    put: (object) => store.put(type, object),
    delete: ({ metadata }) => store.delete(type, metadata?.namespace ?? '', metadata?.name ?? ''),
  })
}

/** Milliseconds until the next try: none after a watch that did its work. */
function restAfter(begin: number, isFruitful: boolean, backoff: Backoff): number {
  const lasted = performance.now() - begin
  if (lasted >= GOOD_MILLISECONDS) backoff.reset()
  return isFruitful && lasted >= SHORT_MILLISECONDS ? 0 : backoff.next()
}

function problemOf(error: unknown, { server }: ClusterClient): Message {
  return error instanceof ClusterError
    ? error.said
    : clusterMessages.make.unreachable({ server, reason: innermostReason(error) })
}
