/** Help of `haetae capture`. */
export const captureText = {
  capture: {
    en: 'write events of the kernel as JSON lines, to be held against rules later',
    ko: '커널의 이벤트를 나중에 룰과 견줄 수 있도록 JSON Lines로 기록합니다',
  },
  events: {
    en: 'files to read the events from, - for standard input: captures (.scap), alerts of Falco, events of Tetragon, strace',
    ko: '이벤트를 읽을 파일. 표준 입력은 -. 캡처(.scap), Falco 경고, Tetragon 이벤트, strace 출력을 읽습니다',
  },
  output: {
    en: 'file to write, - for standard output',
    ko: '기록할 파일. 표준 출력은 -',
  },
}
