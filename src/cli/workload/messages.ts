import { defineMessages, type Language, type Message, withParticle } from '../../messages/index.ts'
import { clusterSaid } from '../cluster-fault.ts'

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
      `no container runtime tells which containers pod ${d.pod} has, and there is no Kubernetes API to ask; name the runtime's socket with --container-runtime, the cluster with --kubeconfig, or the container with --container`,
    ko: (d: { pod: string }) =>
      `파드 ${d.pod}의 컨테이너를 알려 줄 컨테이너 런타임도, 물어볼 쿠버네티스 API도 없습니다. --container-runtime으로 런타임의 소켓을, --kubeconfig로 클러스터를, 또는 --container로 컨테이너를 지정하십시오`,
  },
  'pod-unanswered': {
    en: (d: Unanswered) =>
      `no container runtime that answers knows pod ${d.pod}, and the Kubernetes API does not tell of it: ${reasonIn(d, 'en')}`,
    ko: (d: Unanswered) =>
      `응답하는 컨테이너 런타임 가운데 파드 ${withParticle(d.pod, '을/를')} 아는 것이 없고, 쿠버네티스 API에서도 알아내지 못했습니다: ${reasonIn(d, 'ko')}`,
  },
  'no-such-pod': {
    en: (d: { pod: string }) => `the cluster has no pod ${d.pod}; kubectl get pods -A lists those it has`,
    ko: (d: { pod: string }) =>
      `클러스터에 ${withParticle(`파드 ${d.pod}`, '이/가')} 없습니다. 있는 파드는 kubectl get pods -A로 볼 수 있습니다`,
  },
  'pod-elsewhere': {
    en: (d: { pod: string; node: string; phase: string }) =>
      `pod ${d.pod} (${d.phase}) is on node ${d.node}, and none of its processes is on this machine: run this on that node, where the processes of the node are seen`,
    ko: (d: { pod: string; node: string; phase: string }) =>
      `파드 ${d.pod}(${d.phase})의 노드는 ${d.node}인데 그 프로세스가 이 머신에 하나도 없습니다. 그 노드에서, 노드의 프로세스가 보이는 곳에서 실행하십시오`,
  },
  'pod-without-node': {
    en: (d: { pod: string; phase: string }) => `pod ${d.pod} (${d.phase}) is on no node yet`,
    ko: (d: { pod: string; phase: string }) =>
      `${withParticle(`파드 ${d.pod}(${d.phase})`, '은/는')} 아직 어느 노드에도 없습니다`,
  },
  'no-container-in-pod': {
    en: (d: { pod: string; name: string; known: readonly string[] }) =>
      `no container "${d.name}" of pod ${d.pod} runs on this node; of the pod run: ${d.known.join(', ')}`,
    ko: (d: { pod: string; name: string; known: readonly string[] }) =>
      `이 노드에 파드 ${d.pod}의 컨테이너 "${d.name}" 프로세스가 없습니다. 이 파드에서 실행 중인 것: ${d.known.join(', ')}`,
  },
  'no-such-container': {
    en: (d: { container: string; hasAnswered: boolean }) =>
      `no container that runs on this machine has the name ${d.container}, or an id that begins with it${d.hasAnswered ? '' : '; no container runtime answers, without which only ids are known'}`,
    ko: (d: { container: string; hasAnswered: boolean }) =>
      `이 머신에서 실행 중인 컨테이너 가운데 이름이나 ID의 앞부분이 ${d.container}인 것이 없습니다${d.hasAnswered ? '' : '. 응답하는 컨테이너 런타임이 없어 ID만 알 수 있습니다'}`,
  },
  'pod-answer': {
    en: (d: { pod: string; reason: string }) => `the cluster does not give pod ${d.pod}: ${d.reason}`,
    ko: (d: { pod: string; reason: string }) =>
      `클러스터에서 ${withParticle(`파드 ${d.pod}`, '을/를')} 가져오지 못했습니다: ${d.reason}`,
  },
})

interface Unanswered {
  readonly pod: string
  /** A ClusterError's, or what the API said. */
  readonly reason: Message | string
}

function reasonIn({ reason }: Unanswered, language: Language): string {
  return typeof reason === 'string' ? reason : clusterSaid(reason, language)
}
