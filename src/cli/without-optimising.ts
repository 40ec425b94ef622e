import { setFlagsFromString } from 'node:v8'

/**
 * Does some work while V8 optimises no code. What runs for a fraction of a second and then no more, such as the loading
 * of rules, costs more to optimise, on threads beside the program's own, than it gains: for a hundred rules a quarter of
 * all that the processors do until the first event.
 *
 * Only until `endStart` was called: "Usage after the VM has started may result in unpredictable behavior, including crashes
 * and data loss; or it may simply do nothing" (Node.js, v8.setFlagsFromString). Before the first event there is nothing to
 * lose, and hardly anything that was optimised; later there is both. Where V8 was given flags, they stay as they are.
 */
export function withoutOptimising<T>(work: () => T): T {
  if (!isStarting || hasFlags || !OPTIMISING_IN_STEPS.has(process.arch)) return work()
  setFlagsFromString('--no-maglev')
  setFlagsFromString('--no-turbofan')
  try {
    return work()
  } finally {
    setFlagsFromString('--maglev')
    setFlagsFromString('--turbofan')
  }
}

/** From now on events may be read, and work is done as V8 is set: rules that are loaded anew meanwhile change no flag. */
export function endStart(): void {
  isStarting = false
}

let isStarting = true

/**
 * From now on V8 optimises only what is called far more often than it waits for otherwise. What runs for seconds and then
 * ends does not get back what it costs to optimise hundreds of functions that are called some thousand times each: a tenth
 * of all that the processors do for a replay. Not for what serves, whose functions are called on and on.
 */
export function optimiseLater(): void {
  if (hasFlags || !OPTIMISING_IN_STEPS.has(process.arch)) return
  setFlagsFromString('--invocation-count-for-maglev=3000')
  setFlagsFromString('--invocation-count-for-turbofan=100000')
}

/** Flags that say nothing of what is optimised and when: those of `bin/haetae`, and of modules that are loaded before. */
const OTHER_FLAGS: ReadonlySet<string> = new Set([
  '--no-concurrent-recompilation',
  '--no-parallel-scavenge',
  '--max-semi-space-size=2',
  '--import',
])

const hasFlags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')].some(
  (text) => text.startsWith('-') && !OTHER_FLAGS.has(text),
)

/** Where V8 has both of its optimising compilers, and both at work. */
const OPTIMISING_IN_STEPS: ReadonlySet<string> = new Set(['x64', 'arm64'])
