import type { Check } from '../../findings/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { containerPath, forEachContainer, nameOf } from '../containers.ts'
import { imageReferenceOf, isPlaceholder } from '../image-reference.ts'

interface Data {
  readonly container: string
  readonly image: string
}

const messages = defineMessages('image-invalid', {
  empty: {
    en: ({ container }: { readonly container: string }) =>
      `container "${container}" has no image: the API server refuses the pod`,
    ko: ({ container }: { readonly container: string }) =>
      `컨테이너 "${container}"에 이미지가 없어 API 서버가 파드를 거부합니다`,
  },
  'upper-case': {
    en: ({ container, image }: Data) =>
      `image "${image}" of container "${container}" has upper case letters in its repository: the container never starts (InvalidImageName)`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 이미지 "${image}"에서 저장소 이름에 대문자가 있어 컨테이너가 시작되지 않습니다(InvalidImageName)`,
  },
  digest: {
    en: ({ container, image }: Data) =>
      `image "${image}" of container "${container}" has a malformed digest, which pins nothing: the container never starts (InvalidImageName)`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 ${withParticle(`이미지 "${image}"`, '은/는')} 다이제스트의 형식이 틀려 아무것도 고정하지 못하며, 컨테이너가 시작되지 않습니다(InvalidImageName)`,
  },
  malformed: {
    en: ({ container, image }: Data) =>
      `"${image}" of container "${container}" is no image reference: the container never starts (InvalidImageName)`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 "${image}" 값이 이미지 참조의 형식이 아니어서 컨테이너가 시작되지 않습니다(InvalidImageName)`,
  },
  remedy: {
    en: () =>
      'Write the image as registry/repository:tag@sha256:…: the repository in lower case, the digest with its 64 digits.',
    ko: () =>
      '이미지를 registry/repository:tag@sha256:… 형태로 적습니다. 저장소 이름은 소문자로, 다이제스트는 64자리 모두 적습니다.',
  },
})

/** Medium: the workload does not run, and what it was meant to run is not told by its manifest. */
export const imageInvalid: Check = {
  id: 'image-invalid',
  severity: 'medium',
  title: { en: 'Image that no node can pull', ko: '어떤 노드도 받아올 수 없는 이미지' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    'https://github.com/distribution/reference/blob/main/reference.go',
  ],
  run({ pod }, report) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      const { image } = container
      const make = faultOf(image, pod.path.length === 0)
      if (make === undefined) return
      report({
        path: containerPath(pod, field, index, 'image'),
        message: make({ container: nameOf(container), image: image ?? '' }),
        // Which image was meant is not in the manifest: nothing to patch.
        remediation: { message: messages.make.remedy({}), patch: [], safe: false },
      })
    })
  },
}

/** @param isPod - whether the image must be there: in the template of a workload others may still fill it in */
function faultOf(
  image: string | undefined,
  isPod: boolean,
): ((data: Data) => ReturnType<typeof messages.make.empty>) | undefined {
  // API reference, Container.image: "This field is optional to allow higher level config management to default or
  // override container images in workload controllers like Deployments and StatefulSets."
  if (image === undefined) return isPod ? ({ container }) => messages.make.empty({ container }) : undefined
  if (image === '') return ({ container }) => messages.make.empty({ container })
  if (imageReferenceOf(image) !== undefined || isPlaceholder(image)) return undefined
  const name = image.replace(/@.*$/s, '')
  if (name !== image && imageReferenceOf(name) !== undefined) return messages.make.digest
  // A domain may have upper case letters, a repository may not.
  if (imageReferenceOf(name.toLowerCase()) !== undefined) return messages.make['upper-case']
  return messages.make.malformed
}
