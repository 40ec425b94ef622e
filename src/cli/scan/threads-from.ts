/**
 * From how much input on, in bytes or characters, threads share the work: each has to compile the checks for itself,
 * which costs about as much as to scan 3 MB. `HAETAE_THREADS_FROM` sets another number (see docs/architecture.md).
 */
export const THREADS_FROM = Number(process.env['HAETAE_THREADS_FROM'] ?? 8 * 1024 * 1024)
