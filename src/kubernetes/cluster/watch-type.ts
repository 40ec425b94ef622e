import type { GroupResource } from '../objects/object-view.ts'
import type { KubernetesObject } from '../objects/types.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { ServedType } from './discover-type.ts'
import { answerError } from './discover-type.ts'
import { collectionPath } from './resources.ts'
import { watchEvents } from './watch-events.ts'

/** A type to watch, and which of its objects. */
export interface WatchedType extends GroupResource {
  /** Of one namespace only. */
  readonly namespace?: string
  /** E.g. `type=bootstrap.kubernetes.io/token`. */
  readonly fieldSelector?: string
  readonly labelSelector?: string
  /**
   * What to keep of an object in memory; undefined leaves it out. Without it all is kept but `metadata.managedFields`,
   * which is never.
   */
  readonly keep?: (object: KubernetesObject) => KubernetesObject | undefined
}

/** Where the objects of a type go. */
export interface WatchTarget {
  replace(objects: readonly KubernetesObject[]): void
  put(object: KubernetesObject): void
  delete(object: KubernetesObject): void
}

const PAGE_SIZE = '500'

/** The server ends a watch after this long, so that none hangs for ever: five to ten minutes. */
const WATCH_SECONDS = 300

/** Reads the objects of one type and follows their changes. One instance a type; not at the same time twice. */
export class TypeWatch {
  readonly #client: ClusterClient
  readonly #type: WatchedType
  readonly #served: ServedType
  readonly #target: WatchTarget
  readonly #path: string
  /** Of the last thing that was seen; undefined before the first list, and where it is too old to go on from. */
  #resourceVersion: string | undefined
  #isServed = true

  constructor(client: ClusterClient, type: WatchedType, served: ServedType, target: WatchTarget) {
    this.#client = client
    this.#type = type
    this.#served = served
    this.#target = target
    this.#path = collectionPath(
      served.apiVersion,
      type.resource,
      served.namespaced ? type.namespace : undefined,
    )
  }

  /**
   * Lists where there is nothing to go on from, then watches until the connection ends.
   *
   * @returns whether anything came that it can go on from
   * @throws ClusterError for an answer that is neither list nor watch; Error for a broken stream
   */
  async run(signal: AbortSignal): Promise<boolean> {
    if (this.#resourceVersion === undefined) await this.#list(signal)
    return this.#watch(signal)
  }

  /** Whether the server still has the path; where it has not, another version may be served, or none. */
  get isServed(): boolean {
    return this.#isServed
  }

  async #list(signal: AbortSignal): Promise<void> {
    const paged = await this.#pages({ limit: PAGE_SIZE }, signal)
    // A token to continue with has expired: pages of different moments are no snapshot, so all of it at once.
    const list = paged ?? (await this.#pages({}, signal))
    if (list === undefined) throw answerError(this.#type.resource, 410, undefined)
    this.#target.replace(list.objects)
    this.#resourceVersion = list.resourceVersion
  }

  /** @returns undefined where the list expired while it was read */
  async #pages(query: Readonly<Record<string, string>>, signal: AbortSignal) {
    const objects: KubernetesObject[] = []
    let next = ''
    for (;;) {
      const page = { ...query, ...this.#selectors(), ...(next !== '' && { continue: next }) }
      const { status, body } = await this.#client.request({ path: this.#path, query: page, signal })
      if (status === 410 && next !== '') return undefined
      if (status !== 200 || !isList(body)) throw this.#refused(status, body)
      for (const item of body.items) {
        const kept = this.#keep(item)
        if (kept !== undefined) objects.push(kept)
      }
      next = body.metadata.continue ?? ''
      if (next === '') return { objects, resourceVersion: body.metadata.resourceVersion }
    }
  }

  async #watch(signal: AbortSignal): Promise<boolean> {
    const seconds = Math.round(WATCH_SECONDS * (1 + Math.random()))
    const query = {
      ...this.#selectors(),
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      resourceVersion: this.#resourceVersion ?? '',
    }
    // A connection that died without a word is given up some time after the server would have ended it.
    const end = AbortSignal.any([signal, AbortSignal.timeout((seconds + 60) * 1000)])
    const response = await this.#client.stream({ path: this.#path, query, signal: end })
    if (response.statusCode !== 200) {
      response.destroy()
      throw this.#refused(response.statusCode ?? 0, undefined)
    }
    let hasEvents = false
    for await (const { type, object } of watchEvents(response)) {
      hasEvents = true
      if (type === 'ERROR') {
        // "410 Gone": the version is older than what the server remembers. Whatever it is, what was missed is unknown.
        this.#resourceVersion = undefined
        const code = typeof object['code'] === 'number' ? object['code'] : 500
        if (code === 410) return false
        throw answerError(this.#type.resource, code, object)
      }
      if (type === 'DELETED') this.#target.delete(object)
      else if (type !== 'BOOKMARK') this.#put(object)
      this.#resourceVersion = object.metadata?.resourceVersion ?? this.#resourceVersion
    }
    return hasEvents
  }

  #refused(status: number, body: unknown): Error {
    // The version to go on from may be what the server objects to.
    if (status === 410 || status === 400) this.#resourceVersion = undefined
    if (status === 404) this.#isServed = false
    return answerError(this.#type.resource, status, body)
  }

  #put(object: KubernetesObject): void {
    const kept = this.#keep(object)
    if (kept === undefined) this.#target.delete(object)
    else this.#target.put(kept)
  }

  /** Items of a list carry neither apiVersion nor kind. */
  #keep(object: KubernetesObject): KubernetesObject | undefined {
    const { managedFields: _, ...metadata } = object.metadata ?? {}
    const whole = { ...object, apiVersion: this.#served.apiVersion, kind: this.#served.kind, metadata }
    return this.#type.keep === undefined ? whole : this.#type.keep(whole)
  }

  #selectors(): Readonly<Record<string, string>> {
    const { fieldSelector, labelSelector } = this.#type
    return { ...(fieldSelector && { fieldSelector }), ...(labelSelector && { labelSelector }) }
  }
}

interface List {
  readonly items: readonly KubernetesObject[]
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
}

function isList(body: unknown): body is List {
  const list = body as Partial<List> | null | undefined
  return Array.isArray(list?.items) && typeof list?.metadata?.resourceVersion === 'string'
}
