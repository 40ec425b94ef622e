import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { LocalAnswer, ReadBody } from '../carrier/local.ts'
import type { Upstream } from '../carrier/upstream.ts'
import type { AdmissionCall } from './admission-gate.ts'
import { parseRemembered } from './exact-numbers.ts'
import { asObject } from './json-body.ts'
import { sendWhole, type WholeAnswer } from './whole.ts'

/** Of a collection that is to be deleted no more are looked at; a larger one has to be deleted in parts. */
const COLLECTION_LIMIT = 1000

const SELECTORS = ['labelSelector', 'fieldSelector']
/** "the continue token … a consistent snapshot": both have the API server list what there was. */
const OF_PAST = ['resourceVersion', 'continue']

/** What a write would make; or the API server's answer where it would not do it. */
export type DryRun = { readonly object: KubernetesObject } | { readonly answer: LocalAnswer }

/** Asks the API server for the objects that a request is about. */
export class StoredObjects {
  readonly #upstream: Upstream
  readonly #timeout: number

  constructor(upstream: Upstream, timeout: number) {
    this.#upstream = upstream
    this.#timeout = timeout
  }

  /**
   * The object as it is, seen with the gate's own rights: admission wants it whatever the user may read.
   *
   * @returns undefined for one that is not there
   */
  async get({ target, passage }: AdmissionCall): Promise<KubernetesObject | undefined> {
    const [path] = takenApart(target)
    const { subresource } = passage.info
    const own = await this.#ask(path)
    // Some parts of an object can only be written: then it is the whole that is changed (`namespaces/finalize`).
    const isWriteOnly = own.status === 405 && subresource !== ''
    const answer = isWriteOnly ? await this.#ask(path.slice(0, path.lastIndexOf('/'))) : own
    if (answer.status === 404) return undefined
    const object = answer.status === 200 ? asObject(parseRemembered(answer.body)) : undefined
    if (object === undefined)
      throw new Error(`the object could not be read for admission: status ${answer.status}`)
    return object
  }

  /**
   * All objects that the deletion of a collection may delete.
   *
   * @throws where the collection is larger than can be judged
   */
  async list({ target }: AdmissionCall): Promise<readonly KubernetesObject[]> {
    const [path, text = ''] = takenApart(target)
    const query = new URLSearchParams(text)
    const asked = new URLSearchParams({ limit: String(COLLECTION_LIMIT) })
    // Selected by what they were, and deleted as they are: any of those that there are may be among them.
    const isOfPast = OF_PAST.some((name) => query.getAll(name).some(Boolean))
    for (const name of isOfPast ? [] : SELECTORS) {
      const value = query.get(name)
      if (value !== null) asked.set(name, value)
    }
    const answer = await this.#ask(`${path}?${asked}`)
    const list = parseRemembered(answer.body) as
      | { apiVersion?: string; kind?: string; metadata?: { continue?: string }; items?: object[] }
      | undefined
    if (answer.status !== 200 || !Array.isArray(list?.items))
      throw new Error(`the collection could not be read for admission: status ${answer.status}`)
    if (list.metadata?.continue) throw new Error(`the collection has more than ${COLLECTION_LIMIT} objects`)
    // The items of a list do not say of which kind they are.
    const type = { apiVersion: list.apiVersion ?? '', kind: (list.kind ?? '').replace(/List$/, '') }
    return list.items.map((item) => ({ ...type, ...item }))
  }

  /**
   * The object that a write would make, with all that the API server fills in: the same request as the same user,
   * which changes nothing.
   *
   * @returns the API server's answer where it would not do it
   */
  async dryRun(call: AdmissionCall, body: ReadBody): Promise<DryRun> {
    const answer = await this.send(call, body, true)
    const object = asObject(parseRemembered(answer.body))
    if (answer.status >= 200 && answer.status < 300 && object !== undefined) return { object }
    return { answer: localAnswer(answer) }
  }

  /** Sends the request, whole or dry, and waits for its answer. */
  send(call: AdmissionCall, body: ReadBody, isDry: boolean): Promise<WholeAnswer> {
    const { method, target, headers } = call
    const own = headers.filter((_, index) => !replaced(headers[index - (index % 2)] ?? '', isDry))
    own.push('content-type', body.contentType, 'content-length', String(body.data.length))
    // Compressed, or as a table for people, the object could not be read here.
    if (isDry) own.push('accept', 'application/json')
    return sendWhole(this.#upstream, {
      method,
      target: isDry ? dryTarget(target) : target,
      headers: own,
      body: body.data,
      timeout: this.#timeout,
    })
  }

  #ask(target: string): Promise<WholeAnswer> {
    const headers = ['accept', 'application/json']
    return sendWhole(this.#upstream, {
      method: 'GET',
      target,
      headers,
      body: undefined,
      timeout: this.#timeout,
    })
  }
}

/** An answer of the API server as the client gets it. */
export function localAnswer({ status, headers, body }: WholeAnswer): LocalAnswer {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'content-type')
  return {
    code: status,
    contentType: at < 0 ? 'application/json' : (headers[at + 1] ?? ''),
    body,
    headers,
  }
}

function replaced(name: string, isDry: boolean): boolean {
  if (name === 'content-type' || name === 'content-length' || name === 'accept-encoding') return true
  // Both logs know the request by one id, a question about it by another.
  return isDry && (name === 'accept' || name === 'audit-id')
}

/** Path and query: a question mark behind the first one is part of the query. */
export function takenApart(target: string): [path: string, query?: string] {
  const question = target.indexOf('?')
  return question < 0 ? [target] : [target.slice(0, question), target.slice(question + 1)]
}

function dryTarget(target: string): string {
  const [path, text = ''] = takenApart(target)
  const query = new URLSearchParams(text)
  query.set('dryRun', 'All')
  return `${path}?${query}`
}
