import type { Container, NamedObject, PodSurroundings } from '../container.ts'
import type { KernelValue } from './extract.ts'

type Read = (container: Container) => KernelValue

/** The objects around a pod that have fields of their own; where there are several, their values are joined. */
const OBJECTS: Readonly<Record<string, (around: PodSurroundings) => readonly (NamedObject | undefined)[]>> = {
  ns: ({ namespace }) => [namespace],
  rc: ({ replicationController }) => [replicationController],
  rs: ({ replicaSet }) => [replicaSet],
  deployment: ({ deployment }) => [deployment],
  svc: ({ services }) => services,
}

function of(kind: string): (container: Container) => readonly NamedObject[] {
  const find = OBJECTS[kind] ?? (() => [])
  return ({ surroundings }) =>
    surroundings === undefined ? [] : find(surroundings).filter((each) => each !== undefined)
}

const joined = (texts: readonly string[]): KernelValue =>
  texts.length === 0 ? undefined : texts.filter((text) => text !== '').join(', ')

/** `k8s.ns.id`, `k8s.deployment.name` and their like. The namespace's name the container's runtime knows. */
export const SURROUNDING_VALUES: Readonly<Record<string, Read>> = Object.fromEntries(
  Object.keys(OBJECTS).flatMap((kind): [string, Read][] => {
    const objects = of(kind)
    const name: [string, Read] = [`k8s.${kind}.name`, (one) => joined(objects(one).map((each) => each.name))]
    return [
      ...(kind === 'ns' ? [] : [name]),
      [`k8s.${kind}.id`, (one) => joined(objects(one).map(({ uid }) => uid))],
      [`k8s.${kind}.labels`, (one) => joined(objects(one).map(({ labels }) => labelsText(labels)))],
    ]
  }),
)

/** `k8s.ns.label[name]` and its like. */
export const SURROUNDING_LABELS: Readonly<Record<string, (name: string) => Read>> = Object.fromEntries(
  Object.keys(OBJECTS).map((kind) => {
    const objects = of(kind)
    const read = (name: string): Read => {
      return (one) => joined(objects(one).flatMap(({ labels }) => labels.get(name) ?? []))
    }
    return [`k8s.${kind}.label`, read]
  }),
)

/** Labels as Falco shows them: `app:web, tier:front`, without those of the kubelet and of its adapters for Docker. */
export function labelsText(labels: ReadonlyMap<string, string>): string {
  return [...labels]
    .filter(([name]) => !/^(?:io\.kubernetes|annotation)\./.test(name))
    .map(([name, value]) => `${name}:${value}`)
    .join(', ')
}
