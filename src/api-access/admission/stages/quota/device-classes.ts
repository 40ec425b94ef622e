import { fieldsOf, type KubernetesObject, stringOf } from '../../../../kubernetes/index.ts'
import type { ResourceList } from '../pods/resource-list.ts'
import { DEVICES_OF_CLASS } from './devices.ts'

const REQUESTS = 'requests.'

/** By which a pod asks for devices of any class: `deviceclass.resource.kubernetes.io/gpu`. */
export const CLASS_AS_RESOURCE = 'deviceclass.resource.kubernetes.io/'

/**
 * By which names pods ask for devices of each class: every class has one of its own, some another besides
 * (`spec.extendedResourceName`; `k8s.io/dynamic-resource-allocation/deviceclass/extendedresourcecache`).
 */
export class DeviceClasses {
  readonly #list: () => Iterable<KubernetesObject>
  #names: ReadonlyMap<string, string> | undefined

  /** @param list - the DeviceClasses; asked once, when it is needed */
  constructor(list: () => Iterable<KubernetesObject>) {
    this.#list = list
  }

  /** Whether a quota's resource is a request for devices of a class that there is. */
  isRequested(resource: string): boolean {
    if (!resource.startsWith(REQUESTS)) return false
    const name = resource.slice(REQUESTS.length)
    if (name.startsWith(CLASS_AS_RESOURCE)) return this.#classes().has(name.slice(CLASS_AS_RESOURCE.length))
    return [...this.#classes().values()].includes(name)
  }

  /** @param devices - by class, as `devicesOf` counts them @returns the same as requests, by all names of each class */
  asRequests(devices: ResourceList): ResourceList {
    return new Map(
      [...devices].flatMap(([name, amount]) => {
        const deviceClass = name.slice(0, -DEVICES_OF_CLASS.length)
        const extended = this.#classes().get(deviceClass) ?? ''
        const names = [`${CLASS_AS_RESOURCE}${deviceClass}`, ...(extended === '' ? [] : [extended])]
        return names.map((each) => [`${REQUESTS}${each}`, amount] as const)
      }),
    )
  }

  /** The other name of each class; `''` where it has none. */
  #classes(): ReadonlyMap<string, string> {
    this.#names ??= new Map(
      [...this.#list()].map((each) => {
        const { extendedResourceName } = fieldsOf(each['spec'])
        return [each.metadata?.name ?? '', stringOf(extendedResourceName)]
      }),
    )
    return this.#names
  }
}
