import { splitTexts } from '../../text.ts'

/** Controllers that have another name in control groups of version 2 than in version 1. */
const NAMES: Readonly<Record<string, string>> = { io: 'blkio', perf: 'perf_event', mem: 'memory' }

interface ControlGroup {
  readonly controller: string
  readonly path: string
}

function controlGroups(cgroups: string): ControlGroup[] {
  return splitTexts(cgroups).flatMap((text) => {
    const equals = text.indexOf('=')
    if (equals < 0) return []
    const name = text.slice(0, equals).replace(/_cgroup$/, '')
    return [{ controller: NAMES[name] ?? name, path: text.slice(equals + 1) }]
  })
}

/** `controller=path` between blanks. */
export function cgroupNames(cgroups: string): string {
  return controlGroups(cgroups)
    .map(({ controller, path }) => `${controller}=${path}`)
    .join(' ')
}

/** The path of one controller. */
export function cgroupOf(cgroups: string, controller: string): string | undefined {
  return controlGroups(cgroups).find((group) => group.controller === controller)?.path
}
