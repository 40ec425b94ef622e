const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)`

/** The line of a container's log in the CRI's form: `TIME stdout F …` (Kubernetes documentation, "Logging Architecture"). */
const CONTAINER_LINE = new RegExp(`^${TIME} (?:stdout|stderr) [FP] `)

/** A log group's export to S3 writes the time before each message (CloudWatch Logs documentation, "Exporting log data"). */
const EXPORTED_LINE = new RegExp(`^${TIME} (?=\\{)`)

/**
 * Takes away what a container runtime or an export wrote before the API server's own line.
 *
 * @returns undefined for a line without such a prefix; empty for a line of the API server's own log, which a
 *   container with `--audit-log-path=-` writes to the same stream
 */
export function withoutPrefix(line: string): string | undefined {
  const prefix = CONTAINER_LINE.exec(line)?.[0]
  if (prefix !== undefined) {
    const inner = line.slice(prefix.length)
    return inner.startsWith('{') ? inner : ''
  }
  const time = EXPORTED_LINE.exec(line)?.[0]
  return time === undefined ? undefined : line.slice(time.length)
}
