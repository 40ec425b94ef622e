import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** How a run of the command ended. */
export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command of this checkout. */
export function haetae(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((done, fail) => {
    const env = { ...process.env, LC_ALL: 'C', ...environment }
    const child = spawn(resolve('bin/haetae'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', fail)
    child.on('close', (status) => done({ status, stdout, stderr }))
  })
}

/** What the suites read of the JSON report. */
export interface JsonReport {
  readonly findings: readonly {
    readonly check: string
    readonly location: { readonly path: string; readonly file: string }
    readonly resource: { readonly kind: string; readonly namespace?: string; readonly name: string }
  }[]
  readonly problems: readonly { readonly code: string; readonly message: { readonly text: string } }[]
  readonly summary: { readonly objects: number; readonly problems: number }
}

/** Runs `haetae scan … --format json`. */
export async function scan(args: readonly string[]): Promise<Run & { readonly report: JsonReport }> {
  const run = await haetae(['scan', ...args, '--format', 'json', '--quiet'])
  if (run.stdout === '') throw new Error(`haetae scan ${args.join(' ')}: exit ${run.status}: ${run.stderr}`)
  return { ...run, report: JSON.parse(run.stdout) }
}

/** The findings of each object, as `check path` in the order of the alphabet. */
export function findingsByObject({ findings }: JsonReport): ReadonlyMap<string, readonly string[]> {
  const byObject = new Map<string, string[]>()
  for (const { check, location, resource } of findings) {
    const object = `${resource.kind} ${resource.namespace ?? ''}/${resource.name}`
    byObject.set(object, [...(byObject.get(object) ?? []), `${check} ${location.path}`].sort())
  }
  return byObject
}
