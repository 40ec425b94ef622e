import {
  createRenderer,
  defineMessages,
  type Language,
  type Render,
  withParticle,
} from '../../messages/index.ts'

/** What can be wrong with an input, in the reader's words rather than the parser's. */
export const readingMessages = defineMessages('reading', {
  'not-found': {
    en: (d: { path: string }) => `no such file or folder: ${d.path}`,
    ko: (d: { path: string }) => `파일이나 폴더가 없습니다: ${d.path}`,
  },
  unreadable: {
    en: (d: { path: string; reason: string }) => `cannot read ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) =>
      `${withParticle(d.path, '을/를')} 읽을 수 없습니다 (${d.reason})`,
  },
  'not-a-file': {
    en: (d: { path: string }) => `${d.path} is no regular file (a pipe or a device) and was not read`,
    ko: (d: { path: string }) =>
      `${withParticle(d.path, '은/는')} 일반 파일이 아니라 파이프나 장치이므로 읽지 않았습니다`,
  },
  'no-manifests': {
    en: (d: { path: string }) => `no .yaml, .yml or .json file below ${d.path}`,
    ko: (d: { path: string }) => `${d.path} 아래에 .yaml, .yml, .json 파일이 없습니다`,
  },
  encoding: {
    en: (_: object) => 'the text is not valid UTF-8 here; save the file as UTF-8',
    ko: (_: object) => '이 위치의 텍스트가 올바른 UTF-8이 아닙니다. 파일을 UTF-8로 저장하십시오',
  },
  'too-large': {
    en: (d: { limit: number }) => `the document is longer than ${d.limit} MiB; split it`,
    ko: (d: { limit: number }) => `문서가 ${d.limit} MiB보다 깁니다. 나누어 주십시오`,
  },
  'too-deep': {
    en: (_: object) => 'the document is nested too deeply',
    ko: (_: object) => '문서의 중첩이 너무 깊습니다',
  },
  'bad-indentation': {
    en: (_: object) => 'the indentation does not fit the lines above',
    ko: (_: object) => '들여쓰기가 위의 줄과 맞지 않습니다',
  },
  tab: {
    en: (_: object) => 'a tab character is used for indentation; YAML allows only spaces',
    ko: (_: object) => '들여쓰기에 탭 문자가 쓰였습니다. YAML에서는 공백만 쓸 수 있습니다',
  },
  'missing-colon': {
    en: (_: object) => "expected ':' after a mapping key",
    ko: (_: object) => "매핑 키 뒤에 ':'이 와야 합니다",
  },
  unclosed: {
    en: (_: object) => 'a quote or bracket opened above is not closed before this line',
    ko: (_: object) => '위에서 연 따옴표나 괄호가 이 줄 앞에서 닫히지 않았습니다',
  },
  'unclosed-quote': {
    en: (_: object) => 'a quoted string is not closed',
    ko: (_: object) => '따옴표로 시작한 문자열이 닫히지 않았습니다',
  },
  'unclosed-flow': {
    en: (_: object) => 'a [list] or {mapping} is not closed, or lacks a comma',
    ko: (_: object) => '[리스트]나 {매핑}이 닫히지 않았거나 쉼표가 빠졌습니다',
  },
  'bad-escape': {
    en: (_: object) => 'an escape sequence that YAML does not know, in a double-quoted string',
    ko: (_: object) => '큰따옴표 문자열에 YAML이 알지 못하는 이스케이프가 있습니다',
  },
  'control-character': {
    en: (_: object) => 'a control character that YAML does not allow',
    ko: (_: object) => 'YAML에서 허용하지 않는 제어 문자가 있습니다',
  },
  'bad-directive': {
    en: (_: object) => 'a % directive that YAML does not know, or not followed by ---',
    ko: (_: object) => 'YAML이 알지 못하는 % 지시자이거나, 뒤에 ---가 없습니다',
  },
  'bad-tag': {
    en: (_: object) => 'a malformed tag or anchor',
    ko: (_: object) => '태그나 앵커의 형식이 잘못되었습니다',
  },
  syntax: {
    en: (_: object) => 'this is not valid YAML',
    ko: (_: object) => '올바른 YAML이 아닙니다',
  },
  'json-syntax': {
    en: (_: object) => 'this is not valid JSON',
    ko: (_: object) => '올바른 JSON이 아닙니다',
  },
  'json-unclosed': {
    en: (_: object) => 'JSON: a {, [ or string is not closed, or a comma is missing',
    ko: (_: object) => 'JSON에서 {, [ 또는 문자열이 닫히지 않았거나 쉼표가 빠졌습니다',
  },
  'json-escape': {
    en: (_: object) => 'JSON: an unknown escape sequence in a string',
    ko: (_: object) => 'JSON 문자열에 알 수 없는 이스케이프가 있습니다',
  },
  template: {
    en: (_: object) =>
      'this is a template, not YAML: scan the chart folder (the one with Chart.yaml) to have helm render it',
    ko: (_: object) =>
      'YAML이 아니라 템플릿입니다. 헬름으로 렌더링하려면 차트 폴더(Chart.yaml이 있는 폴더)를 검사하십시오',
  },
  'duplicate-key': {
    en: (d: { key: string }) => `the key "${d.key}" stands twice in one mapping; Kubernetes keeps the last`,
    ko: (d: { key: string }) =>
      `한 매핑에 키 ${withParticle(`"${d.key}"`, '이/가')} 두 번 있습니다. 쿠버네티스는 마지막 값을 씁니다`,
  },
  'unknown-alias': {
    en: (d: { name: string }) => `the alias *${d.name} has no anchor before it`,
    ko: (d: { name: string }) => `별칭 *${d.name}에 해당하는 앵커가 앞에 없습니다`,
  },
  'alias-of-itself': {
    en: (d: { name: string }) =>
      `the alias *${d.name} stands inside &${d.name}, so the value would contain itself`,
    ko: (d: { name: string }) =>
      `별칭 *${withParticle(d.name, '이/가')} &${d.name} 안에 있어 값이 자기 자신을 포함하게 됩니다`,
  },
  'alias-expansion': {
    en: (d: { name: string; limit: number }) =>
      `the alias *${d.name} makes the document grow beyond ${d.limit} repeated nodes; refused`,
    ko: (d: { name: string; limit: number }) =>
      `별칭 *${d.name} 때문에 반복되는 노드가 ${d.limit}개를 넘어 문서를 거부합니다`,
  },
  'merge-value': {
    en: (_: object) => 'a merge key (<<) must be given a mapping, or a list of mappings',
    ko: (_: object) => '병합 키(<<)의 값은 매핑이거나 매핑의 리스트여야 합니다',
  },
  'complex-key': {
    en: (_: object) => 'a list or mapping as a key has no meaning to Kubernetes',
    ko: (_: object) => '리스트나 매핑을 키로 쓰는 것은 쿠버네티스에서 의미가 없습니다',
  },
  'tagged-scalar': {
    en: (d: { tag: string }) => `the value does not fit its tag ${d.tag}`,
    ko: (d: { tag: string }) => `값이 태그 ${withParticle(d.tag, '과/와')} 맞지 않습니다`,
  },
  'not-json': {
    en: (d: { value: string }) =>
      `${d.value} is a number that JSON does not have, so Kubernetes cannot read the document; put a string in quotes`,
    ko: (d: { value: string }) =>
      `${withParticle(d.value, '은/는')} JSON에 없는 숫자이므로 쿠버네티스가 문서를 읽을 수 없습니다. 문자열이면 따옴표로 묶으십시오`,
  },
  'not-an-object': {
    en: (_: object) =>
      'the document is not a Kubernetes object: it must be a mapping with apiVersion and kind',
    ko: (_: object) => '문서가 쿠버네티스 오브젝트가 아닙니다. apiVersion과 kind가 있는 매핑이어야 합니다',
  },
  'missing-type': {
    en: (d: { field: string }) => `the object has no ${d.field}, so Kubernetes cannot tell what it is`,
    ko: (d: { field: string }) =>
      `오브젝트에 ${withParticle(d.field, '이/가')} 없어 쿠버네티스가 무엇인지 알 수 없습니다`,
  },
  'type-no-text': {
    en: (d: { field: string; given: string }) => `${d.field} must be text, but is ${d.given}`,
    ko: (d: { field: string; given: string }) =>
      `${withParticle(d.field, '은/는')} 문자열이어야 하는데 ${d.given}입니다`,
  },
  'unknown-kind': {
    en: (d: { kind: string; meant: string }) =>
      `Kubernetes knows no kind "${d.kind}" and refuses the object: kinds are case-sensitive, write ${d.meant}`,
    ko: (d: { kind: string; meant: string }) =>
      `쿠버네티스에는 종류 "${d.kind}"${withParticle(d.kind, '이/가').slice(d.kind.length)} 없으므로 오브젝트를 거부합니다. 종류는 대소문자를 구분하므로 ${withParticle(d.meant, '으로/로')} 씁니다`,
  },
})

/** Says what is wrong with an input within what another set of messages says. */
export const readingText: Readonly<Record<Language, Render>> = {
  en: createRenderer([readingMessages], 'en'),
  ko: createRenderer([readingMessages], 'ko'),
}
