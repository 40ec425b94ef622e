import { type Check, NO_PLACES } from '../../findings/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { containerPath, forEachContainer, nameOf } from '../containers.ts'
import { hasDigest, imageReferenceOf } from '../image-reference.ts'

interface Data {
  readonly container: string
  readonly image: string
}

const messages = defineMessages('image-not-pinned', {
  'no-digest': {
    en: ({ container, image }: Data) =>
      `image "${image}" of container "${container}" is not pinned by a digest: its tag can be moved to other content`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 ${withParticle(`이미지 "${image}"`, '이/가')} 다이제스트로 고정되어 있지 않습니다. 태그는 언제든 다른 내용을 가리킬 수 있습니다`,
  },
  remedy: {
    en: ({ image }: { readonly image: string }) =>
      `Look up the digest (\`crane digest ${image}\`) and write the image as name:tag@sha256:….`,
    ko: ({ image }: { readonly image: string }) =>
      `다이제스트를 확인하여(\`crane digest ${image}\`) 이미지를 name:tag@sha256:… 형태로 적습니다.`,
  },
})

/** Low: a tag that moves is a risk of the supply chain, not a hole in the pod. */
export const imageNotPinned: Check = {
  id: 'image-not-pinned',
  severity: 'low',
  title: { en: 'Image not pinned by digest', ko: '다이제스트로 고정되지 않은 이미지' },
  messages,
  references: ['https://kubernetes.io/docs/concepts/containers/images/#image-names'],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      const { image } = container
      if (typeof image !== 'string' || hasDigest(image)) return
      // A placeholder that a template fills later says nothing about the image.
      if (imageReferenceOf(image) === undefined) return
      const data = { container: nameOf(container), image }
      const found = places.container(field, index).recall(0, undefined, data, () => ({
        path: containerPath(pod, field, index, 'image'),
        message: messages.make['no-digest'](data),
      }))
      // Which content the tag has now is known to the registry, not to the manifest: nothing to patch.
      const remediation = { message: messages.make.remedy({ image }), patch: [], safe: false }
      if (found !== undefined) report({ ...found, remediation })
    })
  },
}
