/** Ends between two batches, also while it waits for one. */
export async function* stoppable<Batch>(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const iterator = batches[Symbol.asyncIterator]()
  for (;;) {
    const next = await orStopped(iterator.next(), signal)
    if (next === undefined || next.done === true) return
    yield next.value
  }
}

/**
 * Not `Promise.race`: of a promise that does not settle for long, such as that of a signal, it would hold on to every
 * value that was raced with it.
 */
function orStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
