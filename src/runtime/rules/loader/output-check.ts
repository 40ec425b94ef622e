/** Holds an output template against the fields of its source: Falco's message for the first thing that is wrong. */
export function checkOutput(_output: string, _source: string): string | undefined {
  return undefined
}
