import { notSupported } from '../../../kubernetes/index.ts'
import { forbidden, plainError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, Refusal } from '../stage.ts'
import { CONTAINER_LISTS, containersOf, mapContainers } from './pods/containers.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

/**
 * "This admission controller modifies every new Pod to force the image pull policy to `Always`", so that nobody runs a
 * private image that another's credentials brought to the node (Kubernetes documentation, "AlwaysPullImages").
 */
export const alwaysPullImages: AdmissionStage = {
  name: 'AlwaysPullImages',
  mutate(request) {
    if (!isConcerned(request)) return {}
    const pod = podOf(request.object)
    const pulled = mapContainers(pod, CONTAINER_LISTS, (container) =>
      container.imagePullPolicy === 'Always' ? container : { ...container, imagePullPolicy: 'Always' },
    )
    return pulled === pod ? {} : { object: objectOf(pulled) }
  },
  validate(request) {
    if (!isConcerned(request)) return {}
    const { spec } = podOf(request.object)
    const refusals = CONTAINER_LISTS.flatMap((list) =>
      (spec?.[list] ?? []).flatMap(({ imagePullPolicy = '' }, index): Refusal[] => {
        if (imagePullPolicy === 'Always') return []
        const path = ['spec', list, index, 'imagePullPolicy']
        return [forbidden(request, notSupported(path, imagePullPolicy, ['Always']).message)]
      }),
    )
    if (refusals.length === 0) return {}
    const messages = refusals.map(({ message }) => message)
    // The API server makes one error of them, even of one, which then has no status of its own.
    return { refusal: plainError(messages.length === 1 ? messages.join('') : `[${messages.join(', ')}]`) }
  },
}

function isConcerned(request: AdmissionRequest): boolean {
  if (!isAboutPods(request)) return false
  return request.operation === 'CREATE' || (request.operation === 'UPDATE' && hasNewImage(request))
}

/** The policy of a pod that is there cannot be changed: an update that brings no image is left alone. */
function hasNewImage({ object, oldObject }: AdmissionRequest): boolean {
  if (oldObject === undefined) return true
  const known = new Set(containersOf(podOf(oldObject)).map(({ image = '' }) => image))
  return containersOf(podOf(object)).some(({ image = '' }) => !known.has(image))
}
