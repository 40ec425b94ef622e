import { execFile } from 'node:child_process'

/** How a command ended. */
export type ToolResult =
  | { readonly ended: 'well'; readonly output: string }
  | { readonly ended: 'not-found' | 'timeout' | 'too-large' }
  | { readonly ended: 'badly'; readonly reason: string }

export interface ToolLimits {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly timeoutSeconds: number
  readonly outputBytes: number
}

/** What a tool says of its failure is quoted up to this many characters. */
const REASON_LENGTH = 500

/**
 * Runs a command of the user's own, found on the PATH, without a shell.
 *
 * @returns its standard output as text, or how it failed; never throws
 */
export function runTool(
  command: string,
  parameters: readonly string[],
  { environment, timeoutSeconds, outputBytes }: ToolLimits,
): Promise<ToolResult> {
  const options = {
    env: environment,
    timeout: timeoutSeconds * 1000,
    maxBuffer: outputBytes,
    windowsHide: true,
  }
  return new Promise((resolve) => {
    execFile(command, parameters, options, (error, output, complaint) => {
      if (error === null) resolve({ ended: 'well', output })
      else if (error.code === 'ENOENT') resolve({ ended: 'not-found' })
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') resolve({ ended: 'too-large' })
      else if (error.killed === true) resolve({ ended: 'timeout' })
      else resolve({ ended: 'badly', reason: shortened(complaint) || `exit status ${error.code}` })
    })
  })
}

function shortened(complaint: string): string {
  const line = complaint.trim().replace(/\s*\n\s*/g, ' ')
  return line.length > REASON_LENGTH ? `${line.slice(0, REASON_LENGTH)}…` : line
}
