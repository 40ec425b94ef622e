/** A set that most often has one member or none: a `Set` is made for the second. */
export class SmallSet<T> {
  private only: T | undefined
  private more: Set<T> | undefined

  get size(): number {
    return this.more === undefined ? (this.only === undefined ? 0 : 1) : this.more.size
  }

  add(member: T): void {
    if (this.more !== undefined) this.more.add(member)
    else if (this.only === undefined || this.only === member) this.only = member
    else {
      this.more = new Set([this.only, member])
      this.only = undefined
    }
  }

  delete(member: T): void {
    if (this.more !== undefined) this.more.delete(member)
    else if (this.only === member) this.only = undefined
  }

  *[Symbol.iterator](): IterableIterator<T> {
    if (this.more !== undefined) yield* this.more
    else if (this.only !== undefined) yield this.only
  }
}
