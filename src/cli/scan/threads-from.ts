const DEFAULT = 32 * 1024 * 1024

/**
 * From how much input on, in bytes or characters, threads share the work: each has to compile the checks for itself
 * and to learn what it says often, which costs as much processor time as to scan some 15 MB: with little left to do that is
 * never won back. `HAETAE_THREADS_FROM` sets another number (see docs/architecture.md).
 */
export const THREADS_FROM = numberOr(process.env['HAETAE_THREADS_FROM'], DEFAULT)

function numberOr(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise)
  return Number.isFinite(number) && number >= 0 ? number : otherwise
}
