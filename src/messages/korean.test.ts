import { describe, expect, test } from 'vitest'
import { type Particle, withParticle } from './korean.ts'

describe('withParticle', () => {
  test.each<[string, Particle, string]>([
    ['컨테이너', '을/를', '컨테이너를'],
    ['볼륨', '을/를', '볼륨을'],
    ['값', '이/가', '값이'],
    ['파드', '은/는', '파드는'],
    ['서울', '으로/로', '서울로'],
    ['집', '으로/로', '집으로'],
    ['컨테이너 "c"', '을/를', '컨테이너 "c"를'],
    ['3', '은/는', '3은'],
    ['v1.25', '와/과' as Particle, 'v1.25와'],
    ['10', '을/를', '10을'],
    ['7', '으로/로', '7로'],
    ['group', '은/는', 'group은'],
    ['secret', '을/를', 'secret을'],
    ['root', '을/를', 'root를'],
    ['network', '을/를', 'network를'],
    ['hostPID', '이/가', 'hostPID가'],
    ['PID', '이/가', 'PID가'],
    ['"db"', '을/를', '"db"를'],
    ['html', '으로/로', 'html로'],
    ['URL', '으로/로', 'URL로'],
    ['n', '은/는', 'n은'],
    ['shell', '을/를', 'shell을'],
    ['shell', '으로/로', 'shell로'],
    ['hostPath', '과/와', 'hostPath와'],
    ['', '을/를', '를'],
    ['"', '을/를', '"를'],
  ])('%j and %s: %s', (word, particle, expected) => {
    const pair = particle === ('와/과' as Particle) ? '과/와' : particle
    expect(withParticle(word, pair)).toBe(expected)
  })
})

/** Words of Kubernetes manifests, with how they are read aloud. */
describe('words of Kubernetes', () => {
  const closed: Readonly<Record<string, string>> = {
    ...{
      name: '네임',
      storageClassName: '네임',
      hostname: '네임',
      runtime: '타임',
      volume: '볼륨',
      scheme: '스킴',
    },
    ...{
      PersistentVolumeClaim: '클레임',
      system: '시스템',
      readOnlyRootFilesystem: '시스템',
      medium: '미디엄',
    },
    ...{
      alpine: '알파인',
      baseline: '베이스라인',
      machine: '머신',
      zone: '존',
      apiVersion: '버전',
      token: '토큰',
    },
    ...{
      python: '파이썬',
      debian: '데비안',
      RoleBinding: '바인딩',
      envFrom: '프롬',
      parallelism: '패럴렐리즘',
    },
    ...{ type: '타입', volumeType: '타입', fsGroup: '그룹', ConfigMap: '맵', preStop: '스톱', app: '앱' },
    ...{
      DaemonSet: '셋',
      Secret: '시크릿',
      kubelet: '큐블릿',
      limit: '리밋',
      timeout: '타임아웃',
      format: '포맷',
    },
    ...{
      template: '템플릿',
      tomcat: '톰캣',
      snapshot: '스냅샷',
      tcpSocket: '소켓',
      httpGet: '겟',
      subnet: '서브넷',
    },
    ...{ spec: '스펙', exec: '이그젝', metric: '메트릭', RBAC: '알백', CronJob: '잡', web: '웹' },
    ...{
      webhook: '웹훅',
      block: '블록',
      traefik: '트래픽',
      JSON: '제이슨',
      SYS_TIME: '타임',
      SYS_ADMIN: '어드민',
    },
  }
  const liquid: Readonly<Record<string, string>> = {
    ...{
      file: '파일',
      seccompProfile: '프로파일',
      rule: '룰',
      ClusterRole: '롤',
      schedule: '스케줄',
      table: '테이블',
    },
    ...{
      variable: '베리어블',
      module: '모듈',
      level: '레벨',
      protocol: '프로토콜',
      shell: '셸',
      label: '레이블',
    },
    ...{
      kubectl: '시티엘',
      mysql: '에스큐엘',
      YAML: '야믈',
      optional: '옵셔널',
      SYS_MODULE: '모듈',
      URL: '엘',
    },
  }
  const open: Readonly<Record<string, string>> = {
    ...{
      image: '이미지',
      node: '노드',
      livenessProbe: '프로브',
      resource: '리소스',
      Service: '서비스',
      base: '베이스',
    },
    ...{
      namespace: '네임스페이스',
      value: '밸류',
      cache: '캐시',
      pipe: '파이프',
      scope: '스코프',
      escape: '이스케이프',
    },
    ...{
      storage: '스토리지',
      mode: '모드',
      update: '업데이트',
      route: '라우트',
      state: '스테이트',
      queue: '큐',
    },
    ...{
      store: '스토어',
      secure: '시큐어',
      Pod: '파드',
      command: '커맨드',
      Deployment: '디플로이먼트',
      log: '로그',
    },
    ...{
      config: '컨피그',
      hostPath: '패스',
      hostPort: '포트',
      runAsNonRoot: '루트',
      hostNetwork: '네트워크',
    },
    ...{
      disk: '디스크',
      check: '체크',
      sync: '싱크',
      verb: '버브',
      fluentbit: '비트',
      runAsUser: '유저',
      FOWNER: '오너',
    },
    ...{
      limits: '리미츠',
      containers: '컨테이너즈',
      StorageClass: '클래스',
      nginx: '엔진엑스',
      redis: '레디스',
    },
    ...{
      busybox: '박스',
      etcd: '디',
      containerd: '디',
      mongodb: '비',
      clusterIP: '피',
      podIPs: '스',
      CIDR: '사이더',
    },
    ...{ hostPID: '디', seccomp: '섹콤프', CAP_NET_RAW: '로', privileged: '프리빌리지드', loop: '루프' },
  }
  test.each(Object.entries(closed))('%s ends as %s', (word, read) => {
    expect([withParticle(word, '이/가'), withParticle(word, '으로/로')]).toEqual([`${word}이`, `${word}으로`])
    expect([withParticle(read, '이/가'), withParticle(read, '으로/로')]).toEqual([`${read}이`, `${read}으로`])
  })
  test.each(Object.entries(liquid))('%s ends as %s', (word, read) => {
    expect([withParticle(word, '이/가'), withParticle(word, '으로/로')]).toEqual([`${word}이`, `${word}로`])
    expect([withParticle(read, '이/가'), withParticle(read, '으로/로')]).toEqual([`${read}이`, `${read}로`])
  })
  test.each(Object.entries(open))('%s ends as %s', (word, read) => {
    expect([withParticle(word, '이/가'), withParticle(word, '으로/로')]).toEqual([`${word}가`, `${word}로`])
    expect([withParticle(read, '이/가'), withParticle(read, '으로/로')]).toEqual([`${read}가`, `${read}로`])
  })
})
