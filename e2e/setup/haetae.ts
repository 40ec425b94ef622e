import { resolve } from 'node:path'
import { type Run, run } from './run.ts'

/** Runs the command of this checkout. */
export function haetae(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  return run(resolve('bin/haetae'), args, { ...process.env, LC_ALL: 'C', ...environment })
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
  const ran = await haetae(['scan', ...args, '--format', 'json', '--quiet'])
  if (ran.stdout === '') throw new Error(`haetae scan ${args.join(' ')}: exit ${ran.status}: ${ran.stderr}`)
  return { ...ran, report: JSON.parse(ran.stdout) }
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
