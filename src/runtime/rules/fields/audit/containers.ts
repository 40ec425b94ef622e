import {
  allValuesAt,
  type Extract,
  type Extracted,
  indexOf,
  type MakeExtractor,
  scalarAt,
  valuesAt,
} from './extractor.ts'
import { type Json, textOf, valueAt } from './json.ts'
import { collect } from './walk.ts'

/** The fields of one list of containers of a pod, by the last part of their names. */
export function containerListExtractors(list: string): Readonly<Record<string, MakeExtractor>> {
  const path = ['requestObject', 'spec', list]
  const securityContext = (...keys: readonly string[]) => valuesAt(...path, 'securityContext', ...keys)
  return {
    name: allValuesAt(...path, 'name'),
    image: allValuesAt(...path, 'image'),
    'image.repository': repositories(allValuesAt(...path, 'image')),
    command: allValuesAt(...path, 'command'),
    args: allValuesAt(...path, 'args'),
    privileged: securityContext('privileged'),
    allow_privilege_escalation: securityContext('allowPrivilegeEscalation'),
    read_only_fs: securityContext('readOnlyRootFilesystem'),
    run_as_user: securityContext('runAsUser'),
    eff_run_as_user: effective(path, 'runAsUser'),
    run_as_group: securityContext('runAsGroup'),
    eff_run_as_group: effective(path, 'runAsGroup'),
    proc_mount: securityContext('procMount'),
    add_capabilities: securityContext('capabilities', 'add'),
    host_port: hostPorts(path),
  }
}

/** The fields of a pod's first container, or of any of them, that older rules use. */
export const FIRST_CONTAINER_EXTRACTORS: Readonly<Record<string, MakeExtractor>> = {
  'ka.req.container.image': first(allValuesAt('requestObject', 'spec', 'containers', 'image')),
  'ka.req.container.image.repository': first(
    repositories(allValuesAt('requestObject', 'spec', 'containers', 'image')),
  ),
  'ka.req.container.host_network': scalarAt('requestObject', 'spec', 'hostNetwork'),
  'ka.req.container.privileged': () => (event) => {
    const values = collect(
      event,
      ['requestObject', 'spec', 'containers', 'securityContext', 'privileged'],
      undefined,
    )
    return values === undefined ? undefined : String(values.includes(true))
  },
}

function first(make: MakeExtractor): MakeExtractor {
  const extract = make('0')
  return () => (event) => extract(event)?.[0]
}

/** An image without its tag and digest: what stands before the first `:` and the first `@`. */
function repositories(images: MakeExtractor): MakeExtractor {
  return (argument) => {
    const extract = images(argument)
    return (event) => {
      const found = extract(event)
      return Array.isArray(found) ? found.map(repositoryOf) : found
    }
  }
}

function repositoryOf(image: string): string {
  return image.split(':')[0]?.split('@')[0] ?? ''
}

/**
 * The user or group that a container begins with. Falco's extractor looks for it beside the security contexts, not in
 * them, so it finds `0` in nearly every pod; rules were written against that.
 */
function effective(path: readonly string[], key: string): MakeExtractor {
  return (argument) => {
    const index = indexOf(argument)
    return (event) => {
      const ofPod = valueAt(event, ['requestObject', 'spec', key])
      const fallback = ofPod === undefined ? '0' : textOf(ofPod)
      const values = collect(event, [...path, key], index)
      if (values === undefined) return undefined
      return values.length === 0
        ? null
        : values.map((value) => (value === undefined ? fallback : textOf(value)))
    }
  }
}

/** Host ports of all containers; a container port where there is none, since with hostNetwork the two are the same. */
function hostPorts(path: readonly string[]): MakeExtractor {
  return (argument): Extract => {
    const index = indexOf(argument)
    return (event) => {
      const lists = collect(event, [...path, 'ports'], index)
      return lists === undefined ? undefined : portsOf(lists)
    }
  }
}

function portsOf(lists: readonly Json[]): Extracted {
  const ports: string[] = []
  for (const list of lists) {
    if (list === undefined) continue
    if (!Array.isArray(list)) return undefined
    for (const port of list) {
      const number = valueAt(port, ['hostPort']) ?? valueAt(port, ['containerPort'])
      if (number !== undefined) ports.push(textOf(number))
    }
  }
  return ports.length === 0 ? null : ports
}
