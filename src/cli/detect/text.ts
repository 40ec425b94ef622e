import type { Localized } from '../../messages/index.ts'

/** Help of `haetae detect`. */
export const detectText = {
  detect: {
    en: 'hold events against rules, and raise alerts',
    ko: '이벤트를 룰과 견주어 경고를 냅니다',
  },
  rules: {
    en: "rule files and folders, in order (default: Haetae's own)",
    ko: '룰 파일과 폴더, 순서대로 (기본값: 해태의 기본 룰)',
  },
  source: {
    en: 'where the events are from: k8s_audit or syscall (default: as the first file of events shows, else k8s_audit)',
    ko: '이벤트의 소스: k8s_audit, syscall (기본값: 첫 이벤트 파일의 내용에 따르고, 알 수 없으면 k8s_audit)',
  },
  events: {
    en: 'files of events, - for standard input; captures (.scap), JSON Lines or strace of system calls',
    ko: '이벤트 파일. 표준 입력은 -. 시스템 콜은 캡처(.scap), JSON Lines, strace 출력을 읽습니다',
  },
  live: {
    en: "the events of this machine's kernel, as they happen",
    ko: '이 머신의 커널 이벤트를 일어나는 대로 받습니다',
  },
  sensor: {
    en: 'with --live: ebpf, bpftrace, connector, proc or auto (the first of them that runs here); or the path of haetae-sensor (default: auto, with $HAETAE_SENSOR or the one built by npm run build:sensor)',
    ko: '--live와 함께: ebpf, bpftrace, connector, proc, auto(이 가운데 여기서 실행할 수 있는 첫 번째). 또는 haetae-sensor의 경로 (기본값: auto. $HAETAE_SENSOR나 npm run build:sensor로 만든 것)',
  },
  containerRuntime: {
    en: "socket of the node's container runtime, where it is not at a usual place",
    ko: '노드의 컨테이너 런타임 소켓. 일반적인 위치에 없을 때 지정합니다',
  },
  kubeconfig: {
    en: 'with --live: the cluster to ask about pods (default: in a pod, its own cluster)',
    ko: '--live에서 파드 정보를 물어볼 클러스터의 kubeconfig (기본값: 파드 안이면 그 클러스터)',
  },
  container: {
    en: 'with --live: only this container of this machine, by its id or name',
    ko: '--live와 함께: 이 머신에서 이 ID나 이름의 컨테이너만',
  },
  pod: {
    en: 'with --live: only this pod of this node, as NAMESPACE/NAME',
    ko: '--live와 함께: 이 노드에서 이 파드만. 네임스페이스/이름으로 지정합니다',
  },
  rotated: {
    en: 'read the older files of each log first, as log rotation left them',
    ko: '로그 순환이 남긴 옛 파일부터 읽습니다',
  },
  follow: {
    en: 'go on reading the file as it grows, across rotation',
    ko: '파일이 자라는 대로 계속 읽습니다. 로그 순환도 따라갑니다',
  },
  spill: {
    en: 'folder where events are on disk until their alerts are delivered, so that no crash loses them',
    ko: '경고를 전달할 때까지 이벤트를 적어 둘 폴더. 갑자기 죽어도 잃지 않습니다',
  },
  format: { en: 'text, json or jsonl', ko: 'text, json, jsonl' },
  match: {
    en: 'alert of the first rule that matches, or of all: first or all',
    ko: '맞는 룰 가운데 첫 룰만, 또는 모두 경고합니다: first, all',
  },
  minPriority: {
    en: 'leave out rules below this priority',
    ko: '이 우선순위보다 낮은 룰을 제외합니다',
  },
  output: {
    en: 'where alerts go (repeatable): stdout, file=PATH, http=URL, program=COMMAND, syslog=/dev/log|udp://HOST, cloudevents=URL',
    ko: '경고를 보낼 곳 (여러 번 쓸 수 있음): stdout, file=경로, http=URL, program=명령, syslog=/dev/log|udp://호스트, cloudevents=URL',
  },
  outputHeader: {
    en: 'header of HTTP outputs, "Name: value" (repeatable); @FILE reads it from a file',
    ko: 'HTTP 출력의 헤더 "이름: 값" (여러 번 쓸 수 있음). @파일은 파일에서 읽습니다',
  },
  outputCa: {
    en: 'certificate authorities that HTTPS outputs are trusted by, PEM',
    ko: 'HTTPS 출력을 신뢰할 인증 기관 (PEM)',
  },
  metrics: {
    en: 'address to serve metrics for Prometheus at, e.g. 127.0.0.1:9766',
    ko: '프로메테우스 메트릭을 제공할 주소 (예: 127.0.0.1:9766)',
  },
  stats: {
    en: 'counts of events, alerts and outputs on standard error at the end',
    ko: '끝날 때 이벤트, 경고, 출력의 개수를 표준 오류에 씁니다',
  },
  failOn: {
    en: 'exit with 1 when an alert is at least of this priority, or none',
    ko: '이 우선순위 이상의 경고가 있으면 1로 끝납니다. 끝내지 않으려면 none',
  },
} satisfies Record<string, Localized>
