/** Something that has its place in an order. */
export interface Ranked {
  readonly rank: number
}

/** Inserts into a list that is sorted by rank. */
export function insertByRank<Item extends Ranked>(list: Item[], item: Item): void {
  let low = 0
  let high = list.length
  // Most come in order.
  if (high > 0 && (list[high - 1] as Item).rank <= item.rank) low = high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as Item).rank <= item.rank) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, item)
}

/** Removes one occurrence from a list that is sorted by rank. */
export function removeByRank<Item extends Ranked>(list: Item[], item: Item): void {
  const index = list.indexOf(item)
  if (index >= 0) list.splice(index, 1)
}
