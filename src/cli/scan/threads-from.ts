/**
 * From how much input on, in bytes or characters, threads share the work: each has to compile the checks for itself,
 * which costs about as much as to scan 20 MB. `HAETAE_THREADS_FROM` sets another number.
 */
export const THREADS_FROM = Number(process.env['HAETAE_THREADS_FROM'] ?? 48 * 1024 * 1024)
