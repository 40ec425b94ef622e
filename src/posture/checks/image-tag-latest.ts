import { type Check, NO_PLACES } from '../../findings/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { containerPath, forEachContainer, nameOf } from '../containers.ts'
import { hasDigest, imageReferenceOf } from '../image-reference.ts'

interface Data {
  readonly container: string
  readonly image: string
}

const messages = defineMessages('image-tag-latest', {
  latest: {
    en: ({ container, image }: Data) =>
      `container "${container}" takes image "${image}", whatever :latest is when a node pulls it`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 ${withParticle(`이미지 "${image}"`, '은/는')} latest 태그를 사용하므로 노드가 받아오는 시점마다 내용이 달라질 수 있습니다`,
  },
  untagged: {
    en: ({ container, image }: Data) =>
      `image "${image}" of container "${container}" has no tag, which means :latest`,
    ko: ({ container, image }: Data) =>
      `컨테이너 "${container}"의 이미지 "${image}"에 태그가 없어 latest 태그로 취급됩니다`,
  },
  remedy: {
    en: () => 'Name the version that was tested, and its digest.',
    ko: () => '테스트를 마친 버전의 태그와 다이제스트를 명시합니다.',
  },
})

/** Medium: unreviewed code reaches the cluster with the next restart, and a rollback does not bring back the old. */
export const imageTagLatest: Check = {
  id: 'image-tag-latest',
  severity: 'medium',
  title: { en: 'Image with the tag latest, or none', ko: 'latest 태그이거나 태그가 없는 이미지' },
  messages,
  references: ['https://kubernetes.io/docs/concepts/containers/images/#image-names'],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      const { image } = container
      // With a digest the tag is not looked at ("If you specify both a tag and a digest, only the digest will
      // be used for pulling").
      if (typeof image !== 'string' || hasDigest(image)) return
      const reference = imageReferenceOf(image)
      // "If you don't specify a tag, Kubernetes assumes you mean the tag latest."
      if (reference === undefined || (reference.tag !== undefined && reference.tag !== 'latest')) return
      const data = { container: nameOf(container), image }
      const isUntagged = reference.tag === undefined
      const found = places.container(field, index).recall(Number(isUntagged), undefined, data, () => ({
        path: containerPath(pod, field, index, 'image'),
        message: isUntagged ? messages.make.untagged(data) : messages.make.latest(data),
        // Which version was tested is not in the manifest: nothing to patch.
        remediation: { message: messages.make.remedy({}), patch: [], safe: false },
      }))
      if (found !== undefined) report(found)
    })
  },
}
