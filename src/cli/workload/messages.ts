import { defineMessages, withParticle } from '../../messages/index.ts'

/** What is said of a manifest that is to be held against a running container, and of pods that are looked for. */
export const workloadMessages = defineMessages('workload', {
  'no-workload': {
    en: (d: { file: string }) => `${d.file} has no object that makes pods`,
    ko: (d: { file: string }) => `${d.file}에 파드를 만드는 오브젝트가 없습니다`,
  },
  'which-workload': {
    en: (d: { file: string; found: readonly string[] }) =>
      `${d.file} has several objects that make pods (${d.found.join(', ')}); give a file with one of them`,
    ko: (d: { file: string; found: readonly string[] }) =>
      `${d.file}에 파드를 만드는 오브젝트가 여럿 있습니다(${d.found.join(', ')}). 하나만 든 파일을 지정하십시오`,
  },
  'no-container': {
    en: (d: { name: string; known: readonly string[] }) =>
      `there is no container "${d.name}" in the manifest; it has: ${d.known.join(', ')}`,
    ko: (d: { name: string; known: readonly string[] }) =>
      `매니페스트에 ${withParticle(`컨테이너 "${d.name}"`, '이/가')} 없습니다. 있는 것: ${d.known.join(', ')}`,
  },
  'which-container': {
    en: (d: { known: readonly string[] }) =>
      `the manifest has several containers; say which one with --name: ${d.known.join(', ')}`,
    ko: (d: { known: readonly string[] }) =>
      `매니페스트에 컨테이너가 여럿 있습니다. --name으로 하나를 고르십시오: ${d.known.join(', ')}`,
  },
  unreadable: {
    en: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
    ko: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
  },
  'bad-pod': {
    en: (d: { pod: string }) => `"${d.pod}" is not NAMESPACE/NAME`,
    ko: (d: { pod: string }) => `${withParticle(`"${d.pod}"`, '은/는')} 네임스페이스/이름 형태가 아닙니다`,
  },
  'no-pod': {
    en: (d: { pod: string }) =>
      `no running container of pod ${d.pod} on this node: the container runtimes that answered know none`,
    ko: (d: { pod: string }) =>
      `이 노드에 파드 ${d.pod}의 실행 중인 컨테이너가 없습니다. 응답한 컨테이너 런타임이 알지 못합니다`,
  },
  'no-runtime': {
    en: (d: { pod: string }) =>
      `no container runtime tells which containers pod ${d.pod} has; name its socket with --container-runtime, or the container with --container`,
    ko: (d: { pod: string }) =>
      `파드 ${d.pod}의 컨테이너를 알려 줄 컨테이너 런타임이 없습니다. --container-runtime으로 소켓을 지정하거나 --container로 컨테이너를 지정하십시오`,
  },
  'no-such-container': {
    en: (d: { id: string }) => `no process of this machine runs in a container whose id begins with ${d.id}`,
    ko: (d: { id: string }) =>
      `이 머신에 id가 ${withParticle(d.id, '으로/로')} 시작하는 컨테이너의 프로세스가 없습니다`,
  },
  'pod-answer': {
    en: (d: { pod: string; reason: string }) => `the cluster does not give pod ${d.pod}: ${d.reason}`,
    ko: (d: { pod: string; reason: string }) =>
      `클러스터에서 ${withParticle(`파드 ${d.pod}`, '을/를')} 가져오지 못했습니다: ${d.reason}`,
  },
})
