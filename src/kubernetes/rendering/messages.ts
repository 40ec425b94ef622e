import { defineMessages } from '../../messages/index.ts'

/** What is said where a Helm chart or a kustomization cannot be rendered. */
export const renderingMessages = defineMessages('rendering', {
  'helm-not-found': {
    en: ({ folder }: { folder: string }) =>
      `${folder} is a Helm chart, but there is no helm command to render it with; install Helm, or scan the output of "helm template"`,
    ko: ({ folder }: { folder: string }) =>
      `${folder} 폴더는 헬름 차트이지만 렌더링할 helm 명령이 없습니다. 헬름을 설치하거나 "helm template"의 출력을 검사합니다`,
  },
  'kustomize-not-found': {
    en: ({ folder }: { folder: string }) =>
      `${folder} is a kustomization, but there is neither kubectl nor kustomize to build it with; install one, or scan the output of "kubectl kustomize"`,
    ko: ({ folder }: { folder: string }) =>
      `${folder} 폴더는 kustomization이지만 빌드할 kubectl이나 kustomize 명령이 없습니다. 둘 중 하나를 설치하거나 "kubectl kustomize"의 출력을 검사합니다`,
  },
  failed: {
    en: ({ command, reason }: { command: string; reason: string }) => `"${command}" failed: ${reason}`,
    ko: ({ command, reason }: { command: string; reason: string }) =>
      `"${command}" 명령이 실패했습니다: ${reason}`,
  },
  timeout: {
    en: ({ command, seconds }: { command: string; seconds: number }) =>
      `"${command}" did not end within ${seconds} seconds`,
    ko: ({ command, seconds }: { command: string; seconds: number }) =>
      `"${command}" 명령이 ${seconds}초 안에 끝나지 않았습니다`,
  },
  'too-large': {
    en: ({ command, limit }: { command: string; limit: number }) =>
      `"${command}" wrote more than ${limit} MiB; only so much is read`,
    ko: ({ command, limit }: { command: string; limit: number }) =>
      `"${command}" 명령의 출력이 한도인 ${limit} MiB를 넘습니다`,
  },
})
