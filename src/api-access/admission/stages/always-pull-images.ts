import { notSupported, type Pod } from '../../../kubernetes/index.ts'
import { aggregated, forbidden, plainError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage } from '../stage.ts'
import { CONTAINER_LISTS, containersOf, mapContainers } from './pods/containers.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

/**
 * "This admission controller modifies every new Pod to force the image pull policy to `Always`", so that nobody runs a
 * private image that another's credentials brought to the node (Kubernetes documentation, "AlwaysPullImages"). It "does
 * also work for this volume source like for container images" (documentation, "Volumes", image).
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

/**
 * The policy of a pod that is there cannot be changed: an update that brings no image is left alone. A container that is
 * to run what is only mounted so far brings one.
 */
function hasNewImage({ object, oldObject }: AdmissionRequest): boolean {
  if (oldObject === undefined) return true
  const [pod, old] = [podOf(object), podOf(oldObject)]
  return hasNew(runBy(pod), runBy(old)) || hasNew(mountedBy(pod), mountedBy(old))
}

function hasNew(images: readonly string[], known: readonly string[]): boolean {
  return images.some((image) => !known.includes(image))
}

function runBy(pod: Pod): string[] {
  return containersOf(pod).map(({ image = '' }) => image)
}

function mountedBy(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ image }) =>
    image === undefined ? [] : [image.reference ?? ''],
  )
}

function withPulledVolumes(pod: Pod): Pod {
  const volumes = pod.spec?.volumes ?? []
  if (!volumes.some(({ image }) => image !== undefined && image.pullPolicy !== 'Always')) return pod
  const pulled = volumes.map((volume) =>
    volume.image === undefined ? volume : { ...volume, image: { ...volume.image, pullPolicy: 'Always' } },
  )
  return { ...pod, spec: { ...pod.spec, volumes: pulled } } as Pod
}
