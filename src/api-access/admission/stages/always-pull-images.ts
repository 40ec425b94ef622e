import { notSupported, type Pod } from '../../../kubernetes/index.ts'
import { aggregated, forbidden, plainError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage } from '../stage.ts'
import { CONTAINER_LISTS, containersOf, mapContainers } from './pods/containers.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

/**
 * "This admission controller modifies every new Pod to force the image pull policy to `Always`", so that nobody runs a
 * private image that another's credentials brought to the node (Kubernetes documentation, "AlwaysPullImages"). The same
 * holds of images that are mounted as volumes (KEP-4639).
 */
export const alwaysPullImages: AdmissionStage = {
  name: 'AlwaysPullImages',
  mutate(request) {
    if (!isConcerned(request)) return {}
    const pod = podOf(request.object)
    const pulled = withPulledVolumes(
      mapContainers(pod, CONTAINER_LISTS, (container) =>
        container.imagePullPolicy === 'Always' ? container : { ...container, imagePullPolicy: 'Always' },
      ),
    )
    return pulled === pod ? {} : { object: objectOf(pulled) }
  },
  validate(request) {
    if (!isConcerned(request)) return {}
    const { spec } = podOf(request.object)
    const refuse = (policy: string, ...path: (string | number)[]): string[] => {
      if (policy === 'Always') return []
      const cause = notSupported(['spec', ...path], policy, ['Always']).message
      return [forbidden(request, cause).message]
    }
    const messages = [
      ...CONTAINER_LISTS.flatMap((list) =>
        (spec?.[list] ?? []).flatMap(({ imagePullPolicy = '' }, index) =>
          refuse(imagePullPolicy, list, index, 'imagePullPolicy'),
        ),
      ),
      ...(spec?.volumes ?? []).flatMap(({ image }, index) =>
        image === undefined ? [] : refuse(image.pullPolicy ?? '', 'volumes', index, 'image', 'pullPolicy'),
      ),
    ]
    if (messages.length === 0) return {}
    // The API server makes one error of them, even of one, which then has no status of its own.
    return { refusal: plainError(aggregated(messages)) }
  },
}

function isConcerned(request: AdmissionRequest): boolean {
  if (!isAboutPods(request)) return false
  return request.operation === 'CREATE' || (request.operation === 'UPDATE' && hasNewImage(request))
}

/** The policy of a pod that is there cannot be changed: an update that brings no image is left alone. */
function hasNewImage({ object, oldObject }: AdmissionRequest): boolean {
  if (oldObject === undefined) return true
  const known = new Set(imagesOf(podOf(oldObject)))
  return imagesOf(podOf(object)).some((image) => !known.has(image))
}

/** Of the containers, and of what is mounted (KEP-4639). */
function imagesOf(pod: Pod): string[] {
  const mounted = (pod.spec?.volumes ?? []).flatMap(({ image }) => (image === undefined ? [] : [image]))
  return [
    ...containersOf(pod).map(({ image = '' }) => image),
    ...mounted.map(({ reference = '' }) => reference),
  ]
}

function withPulledVolumes(pod: Pod): Pod {
  const volumes = pod.spec?.volumes ?? []
  if (!volumes.some(({ image }) => image !== undefined && image.pullPolicy !== 'Always')) return pod
  const pulled = volumes.map((volume) =>
    volume.image === undefined ? volume : { ...volume, image: { ...volume.image, pullPolicy: 'Always' } },
  )
  return { ...pod, spec: { ...pod.spec, volumes: pulled } } as Pod
}
