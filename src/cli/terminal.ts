/** What a stream of this process can show. */
export interface Terminal {
  readonly colour: boolean
  readonly columns: number
  readonly interactive: boolean
}

/**
 * @param stream - standard output or standard error
 * @param environment - NO_COLOR (no-color.org: any non-empty value means none) and FORCE_COLOR are honoured
 * @param wanted - false where the user gave --no-color
 */
export function terminalOf(
  stream: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
): Terminal {
  const interactive = stream.isTTY === true
  const forced = environment['FORCE_COLOR'] !== undefined && environment['FORCE_COLOR'] !== '0'
  const colour =
    wanted && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb' && (interactive || forced)
  return { colour, columns: stream.columns ?? 80, interactive }
}
