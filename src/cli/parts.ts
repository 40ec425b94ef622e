/** Closes one part of what a command has opened. */
export type Closing = () => unknown

/** Closes all parts, the last opened first; a second call finds none. */
export type CloseAll = () => Promise<void>

/**
 * Puts together what stands on parts that are opened one after the other.
 *
 * @param assemble - takes a list and puts into it what closes each part, in the order in which they were opened
 * @returns what was assembled, and what closes it. Where it cannot be assembled, what was opened before is closed
 * @throws what `assemble` throws
 */
export async function openParts<Whole extends object>(
  assemble: (open: Closing[]) => Promise<Whole>,
): Promise<Whole & { readonly close: CloseAll }> {
  const open: Closing[] = []
  const close = async () => {
    for (const each of open.splice(0).toReversed()) await each()
  }
  try {
    return { ...(await assemble(open)), close }
  } catch (error) {
    // What is left open would keep a process alive that has already said why it cannot go on.
    await close()
    throw error
  }
}
