import { type KubernetesObject, type ObjectView, resourceTypeOf } from '../../../kubernetes/index.ts'
import { isStatic } from './static-names.ts'

const GROUP = 'admissionregistration.k8s.io'

/**
 * A view of a cluster whose admission is configured by files as well: their objects stand beside those of the API, whose
 * names cannot end as theirs do.
 *
 * @param current - the objects of the files as they are now
 */
export function withManifests(objects: ObjectView, current: () => readonly KubernetesObject[]): ObjectView {
  const ofFiles = (resource: string) =>
    current().filter((object) => resourceTypeOf(object).resource === resource)
  return {
    get(type, namespace, name) {
      if (type.group !== GROUP || !isStatic(name)) return objects.get(type, namespace, name)
      return ofFiles(type.resource).find(({ metadata }) => metadata?.name === name)
    },
    list(type, namespace) {
      if (type.group !== GROUP) return objects.list(type, namespace)
      const others = [...objects.list(type, namespace)].filter(
        ({ metadata }) => !isStatic(metadata?.name ?? ''),
      )
      return [...ofFiles(type.resource), ...others]
    },
    isComplete: (type) => objects.isComplete(type),
    subscribe: (type, listener) => objects.subscribe(type, listener),
  }
}
