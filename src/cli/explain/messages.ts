import { defineMessages } from '../../messages/index.ts'

/** The words of the table; settings that are fields keep their field names. */
export const explainMessages = defineMessages('explain', {
  setting: { en: () => 'SETTING', ko: () => '설정' },
  value: { en: () => 'VALUE', ko: () => '값' },
  source: { en: () => 'FROM', ko: () => '출처' },
  pod: { en: () => 'Pod', ko: () => '파드' },
  container: {
    en: ({ name }: { name: string }) => `Container ${name}`,
    ko: ({ name }: { name: string }) => `컨테이너 ${name}`,
  },
  init: {
    en: ({ name }: { name: string }) => `Init container ${name}`,
    ko: ({ name }: { name: string }) => `초기화 컨테이너 ${name}`,
  },
  sidecar: {
    en: ({ name }: { name: string }) => `Sidecar container ${name}`,
    ko: ({ name }: { name: string }) => `사이드카 컨테이너 ${name}`,
  },
  ephemeral: {
    en: ({ name }: { name: string }) => `Ephemeral container ${name}`,
    ko: ({ name }: { name: string }) => `임시 컨테이너 ${name}`,
  },
  withoutEffect: { en: () => 'Without effect', ko: () => '효과가 없는 설정' },
  operatingSystem: { en: () => 'operating system', ko: () => '운영 체제' },
  token: { en: () => 'service account token', ko: () => '서비스 어카운트 토큰' },
  port: {
    en: ({ port }: { port: string }) => `port ${port}`,
    ko: ({ port }: { port: string }) => `포트 ${port}`,
  },
  mount: {
    en: ({ path }: { path: string }) => `mount ${path}`,
    ko: ({ path }: { path: string }) => `마운트 ${path}`,
  },
  filesGroup: { en: () => "└ its files' group", ko: () => '└ 파일의 그룹' },
  sysctl: {
    en: ({ name }: { name: string }) => `sysctl ${name}`,
    ko: ({ name }: { name: string }) => `sysctl ${name}`,
  },

  mounted: { en: () => 'mounted', ko: () => '마운트됨' },
  notMounted: { en: () => 'not mounted', ko: () => '마운트되지 않음' },
  imageDecides: { en: () => 'as the image says', ko: () => '이미지가 정함' },
  runtimeDecides: { en: () => 'as the runtime chooses', ko: () => '런타임이 정함' },
  noEffect: { en: () => 'no effect', ko: () => '효과 없음' },
  none: { en: () => 'none', ko: () => '없음' },
  all: {
    en: ({ count }: { count: number }) => `all (${count})`,
    ko: ({ count }: { count: number }) => `전체(${count}개)`,
  },
  root: { en: () => '0 (root)', ko: () => '0(root)' },
  volume: {
    en: ({ volume, type, readOnly }: { volume: string; type: string; readOnly: boolean }) =>
      `${volume} (${type}), ${readOnly ? 'read-only' : 'read-write'}`,
    ko: ({ volume, type, readOnly }: { volume: string; type: string; readOnly: boolean }) =>
      `${volume}(${type}), ${readOnly ? '읽기 전용' : '읽기/쓰기'}`,
  },
  noVolume: { en: () => 'no such volume', ko: () => '없는 볼륨' },
  unchanged: { en: () => 'as it is on the volume', ko: () => '볼륨에 있는 그대로' },
  depends: { en: () => 'as the storage driver decides', ko: () => '스토리지 드라이버가 정함' },
  podAddressOnly: { en: () => "at the pod's address only", ko: () => '파드 주소에서만' },
  nodePort: {
    en: ({ port, address }: { port: number; address: string }) => `also ${address}:${port} of its node`,
    ko: ({ port, address }: { port: number; address: string }) =>
      `파드가 있는 노드의 ${address}:${port}에서도`,
  },

  fromContainer: {
    en: ({ place }: { place: string }) => `${place} container`,
    ko: ({ place }: { place: string }) => `${place} 컨테이너`,
  },
  fromPod: {
    en: ({ place }: { place: string }) => `${place} pod`,
    ko: ({ place }: { place: string }) => `${place} 파드`,
  },
  fromAnnotation: {
    en: ({ place }: { place: string }) => `${place} annotation`,
    ko: ({ place }: { place: string }) => `${place} 어노테이션`,
  },
  fromKubernetes: { en: () => 'Kubernetes default', ko: () => '쿠버네티스 기본값' },
  fromRuntime: {
    en: ({ runtime }: { runtime: string }) => `${runtime} default`,
    ko: ({ runtime }: { runtime: string }) => `${runtime} 기본값`,
  },
  fromImage: { en: () => 'image', ko: () => '이미지' },
  fromNode: { en: () => 'node', ko: () => '노드' },

  noContainer: {
    en: ({ name, known }: { name: string; known: string }) =>
      `no container is named ${name}; there are: ${known}`,
    ko: ({ name, known }: { name: string; known: string }) =>
      `이름이 ${name}인 컨테이너가 없습니다. 있는 컨테이너: ${known}`,
  },
  noPods: {
    en: () => 'nothing to explain: no pod and no workload with a pod template in the input',
    ko: () => '설명할 대상이 없습니다. 입력에 파드도, 파드 템플릿이 있는 워크로드도 없습니다',
  },
  noTemplate: {
    en: ({ kind, name }: { kind: string; name: string }) => `${kind} ${name} has no pod template`,
    ko: ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}에 파드 템플릿이 없습니다`,
  },
})
