const AT_A_TIME = 8

/** Works through items, so many at a time that no socket is flooded. What fails for one item is left out. */
export async function fewAtATime<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}
