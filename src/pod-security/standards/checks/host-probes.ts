import { hostProbesAndHostLifecycle as control } from '../controls/host-probes.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Medium: requests are made in the node's name, but the answers stay with the kubelet. */
export const hostProbesAndHostLifecycle = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Host in a probe or lifecycle hook', ko: '프로브나 라이프사이클 훅에 지정된 호스트' },
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  ],
  forbidden: {
    en: (facts) =>
      `${who(facts)} lets the kubelet call ${listed(facts.values)} from the node instead of the pod itself`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} kubelet이 파드가 아닌 ${listed(facts.values)}에 노드에서 요청을 보내게 합니다`,
  },
  advice: {
    en: 'Remove host: the pod\'s own address is the default. For another name in the request set a "Host" header in httpHeaders.',
    ko: 'host를 제거하면 파드 자신의 주소가 쓰입니다. 요청에 다른 이름이 필요하면 httpHeaders에 "Host" 헤더를 지정합니다.',
  },
  // Not safe: whether the program listens on the pod's address is not in the manifest.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})
