import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { isSame } from '../../chain/json-patch.ts'

/**
 * Which policies are called a second time: those with `reinvocationPolicy: IfNeeded` that saw the object before another
 * changed it, once (Kubernetes documentation, "Mutating Admission Policy", "Reinvocation policy").
 */
export class Reinvocation {
  /** Policies that may be called again, and saw the object as it is now. */
  #upToDate = new Set<string>()
  /** Policies whose object was changed after them. */
  #outdated = new Set<string>()
  #due: ReadonlySet<string> | undefined
  #last: KubernetesObject | undefined
  #isSecond = false

  /** Whether there is one to be called again. */
  get isNeeded(): boolean {
    return this.#outdated.size > 0
  }

  /** The same state, for an attempt that may have to begin anew. */
  copy(): Reinvocation {
    const copy = new Reinvocation()
    copy.#upToDate = new Set(this.#upToDate)
    copy.#outdated = new Set(this.#outdated)
    copy.#last = this.#last
    copy.#isSecond = this.#isSecond
    return copy
  }

  /** A pass over all policies begins. */
  begin(object: KubernetesObject | undefined): void {
    if (!this.#isSecond) return
    if (!isSame(object, this.#last)) this.#outdate()
    this.#due = new Set(this.#outdated)
    this.#outdated.clear()
  }

  isDue(key: string): boolean {
    return this.#due === undefined || this.#due.has(key)
  }

  invoked(key: string, hasChanged: boolean, isReinvocable: boolean): void {
    if (hasChanged) this.#outdate()
    if (isReinvocable) this.#upToDate.add(key)
  }

  end(object: KubernetesObject | undefined): void {
    this.#last = object
    this.#isSecond = true
  }

  #outdate(): void {
    for (const key of this.#upToDate) this.#outdated.add(key)
    this.#upToDate = new Set()
  }
}
