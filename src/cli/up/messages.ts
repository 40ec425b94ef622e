import { defineMessages } from '../../messages/index.ts'

/** What `haetae up` says. */
export const upMessages = defineMessages('up', {
  'no-cluster': {
    en: (d: { reason: string }) =>
      [
        `there is no cluster to stand before: ${d.reason}`,
        '',
        'Any of these makes one on this machine (with Docker or Podman):',
        '  kind create cluster',
        '  minikube start',
        '  k3d cluster create',
        'Then run haetae up again; or name another cluster with --kubeconfig.',
      ].join('\n'),
    ko: (d: { reason: string }) =>
      [
        `앞에 설 클러스터가 없습니다: ${d.reason}`,
        '',
        '이 머신에 클러스터를 만들려면(Docker나 Podman 필요) 다음 중 하나를 실행합니다.',
        '  kind create cluster',
        '  minikube start',
        '  k3d cluster create',
        '그런 다음 haetae up을 다시 실행하거나, --kubeconfig로 다른 클러스터를 지정합니다.',
      ].join('\n'),
  },
  'no-answer': {
    en: (d: { status: number }) => `the API server answers with status ${d.status}`,
    ko: (d: { status: number }) => `API 서버가 응답한 상태 코드: ${d.status}`,
  },
  open: {
    en: (d: { address: string; server: string; rules: number; state: string }) =>
      [
        `Haetae stands at ${d.address}, before ${d.server}.`,
        `Every request is recorded, and ${d.rules} rules look at each; what they find is printed here.`,
        `Authority, kubeconfig and events are in ${d.state}.`,
      ].join('\n'),
    ko: (d: { address: string; server: string; rules: number; state: string }) =>
      [
        `해태가 ${d.server} 앞 ${d.address}에 섰습니다.`,
        `모든 요청을 기록하고 룰 ${d.rules}개로 살펴 발견한 것을 여기에 출력합니다.`,
        `인증 기관, kubeconfig, 이벤트는 ${d.state} 폴더에 있습니다.`,
      ].join('\n'),
  },
  next: {
    en: (d: { commands: readonly string[] }) =>
      ['', 'Try next, in another terminal:', ...d.commands.map((command) => `  ${command}`), ''].join('\n'),
    ko: (d: { commands: readonly string[] }) =>
      [
        '',
        '다른 터미널에서 다음을 실행해 보십시오.',
        ...d.commands.map((command) => `  ${command}`),
        '',
      ].join('\n'),
  },
})
