import type { Localized } from '../../messages/index.ts'

export const loginText = {
  login: {
    en: 'log in at a gate as a local user, and write a kubeconfig for it',
    ko: '로컬 사용자로 게이트에 로그인하고 kubeconfig를 씁니다',
  },
  server: {
    en: "the gate's address, e.g. https://gate.example.com:8443",
    ko: '게이트 주소(예: https://gate.example.com:8443)',
  },
  certificateAuthority: {
    en: "certificate by which the gate is trusted, its ca-bundle.crt (default: the system's authorities)",
    ko: '게이트를 신뢰할 인증서, 즉 게이트의 ca-bundle.crt (기본값: 시스템의 인증 기관)',
  },
  user: { en: 'name of the user (default: asked for)', ko: '사용자 이름 (기본값: 물어봅니다)' },
  kubeconfig: {
    en: 'file that the context is written to (default: the first of KUBECONFIG, else ~/.kube/config)',
    ko: '컨텍스트를 쓸 파일 (기본값: KUBECONFIG의 첫 파일, 없으면 ~/.kube/config)',
  },
  execApiVersion: {
    en: 'version of client.authentication.k8s.io in the kubeconfig: v1 or v1beta1 (any kubectl knows it)',
    ko: 'kubeconfig에 쓸 client.authentication.k8s.io의 버전: v1 또는 v1beta1 (모든 kubectl이 압니다)',
  },
  execCredential: {
    en: 'print the credential for kubectl, which calls this itself; renews it before it ends',
    ko: 'kubectl이 직접 부르는 방식으로 크리덴셜을 출력하고, 만료되기 전에 갱신합니다',
  },
} satisfies Record<string, Localized>
